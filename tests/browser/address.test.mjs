// The page's address: it carries settings, the language and a chapter, survives links and reloads, and is
// obeyed.

import assert from "node:assert/strict";
import { PRESETS } from "../../www/api/presets.js";
import { browserTest } from "./support/browser_test.mjs";
import { open } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @returns {URLSearchParams} */
const hashOf = (page) => new URLSearchParams(new URL(page.url()).hash.slice(1));

/** @param {Page} page @param {string} name @param {string} value */
const untilHash = (page, name, value) =>
  page.waitForFunction(
    ([wanted, is]) => new URLSearchParams(location.hash.slice(1)).get(wanted) === is,
    [name, value],
  );

/** @param {Page} page @param {string} language */
const untilLanguage = (page, language) =>
  page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });

/** Enters another hash in the same tab. @param {Page} page @param {string} hash */
const enter = (page, hash) =>
  page.evaluate((entered) => {
    location.hash = entered;
  }, hash);

/** @param {Page} page @param {string} chapter */
const isInView = (page, chapter) =>
  page.waitForFunction((id) => {
    const { top } = /** @type {Element} */ (document.getElementById(id)).getBoundingClientRect();
    return top > -50 && top < innerHeight;
  }, `${chapter}-chapter`);

browserTest("settings outlive the link of a chapter, and a reload", {}, async ({ page, url }) => {
  await open(page, url, { lang: "en", preset: "nano", temperature: 0.3 });
  await page.locator('nav a[href="#write-chapter"]').click();
  await untilHash(page, "chapter", "write");
  assert.equal(hashOf(page).get("preset"), "nano");
  await page.reload();
  await page.locator("#preset-nano:checked").waitFor();
  await isInView(page, "write");
  assert.equal(await page.locator("#temperature").inputValue(), "0.3");
});

browserTest(
  "a new address in the same tab is obeyed, and what it does not say is as usual",
  {},
  async ({ page, url }) => {
    await open(page, url, { lang: "en", preset: "nano", temperature: 0.3 });
    await enter(page, "#lang=fr&preset=grand&steps=77&chapter=train");
    await untilLanguage(page, "fr");
    await page.locator("#preset-grand:checked").waitFor();
    assert.equal(await page.locator("#steps").inputValue(), "77");
    await isInView(page, "train");
    await enter(page, "#preset=gigantic&steps=5");
    await page.locator("#address-notice", { hasText: "gigantic" }).waitFor();
    await page.locator("#preset-petit:checked").waitFor();
    assert.equal(await page.locator("#steps").inputValue(), "5");
  },
);

browserTest("going back to a chapter does not undo settings", {}, async ({ page, url }) => {
  await open(page, url, { lang: "en" });
  await page.locator('nav a[href="#write-chapter"]').click();
  await untilHash(page, "chapter", "write");
  await page.locator("#preset-grand").check();
  await untilHash(page, "preset", "grand");
  await page.goBack();
  await page.waitForTimeout(500);
  assert(await page.locator("#preset-grand").isChecked());
  assert.equal(hashOf(page).get("preset"), "grand");
});

browserTest("a link carries the language", { locale: "en-GB" }, async ({ page, url }) => {
  await open(page, url, { lang: "fr" });
  await untilLanguage(page, "fr");
  await page.locator("#preset-grand").check();
  await untilHash(page, "lang", "fr");
  await page.locator("language-switch button[lang=en]").click();
  await untilLanguage(page, "en");
  await untilHash(page, "lang", "en");
  await page.reload();
  await page.locator("#train").waitFor();
  await untilLanguage(page, "en");
});

browserTest("of two languages chosen in haste the last holds", {}, async ({ page, url }) => {
  await open(page, url);
  let slow = true;
  await page.route(/words[./]fr\.json/, async (route) => {
    if (slow) await new Promise((resolve) => setTimeout(resolve, 800));
    await route.continue();
  });
  await page.locator("language-switch button[lang=fr]").click();
  await page.locator("language-switch button[lang=en]").click();
  await page.waitForTimeout(1500);
  slow = false;
  await untilLanguage(page, "en");
  await page.getByRole("button", { name: "Train", exact: true }).waitFor();
});

browserTest("an address leads to its chapter, whatever is loaded on the way", {}, async ({ page, url }) => {
  await page.goto(`${url}#chapter=embed`);
  await page.locator("#embed-output").waitFor();
  await page.waitForFunction(() => {
    const chapter = /** @type {Element} */ (document.getElementById("embed-chapter"));
    return Math.abs(chapter.getBoundingClientRect().top - 16) < 2;
  });
});

browserTest("what an address cannot mean is said, by the label of the setting", {}, async ({ page, url }) => {
  await page.goto(`${url}?utm_source=letter#steps=-5&lang=klingon&chapter=zoo&steam=1&preset=grand`);
  await page.locator("#preset-grand:checked").waitFor();
  const notice = await page.locator("#address-notice").innerText();
  for (const said of ["steps=-5 (“Steps”)", "klingon", "zoo", "steam=1"])
    assert(notice.includes(said), `${said} is not in: ${notice}`);
  assert(!notice.includes("utm_source"), notice);
});

browserTest(
  "numbers are taken with either decimal mark, and shown with the language's",
  {},
  async ({ page, url }) => {
    await open(page, url, { lang: "fr" });
    await page.mouse.move(100, 100);
    const temperature = page.locator("#temperature");
    await temperature.waitFor();
    for (const [typed, written] of [
      ["0,6", "0.6"],
      ["0.7", "0.7"],
    ]) {
      await temperature.fill(typed);
      await temperature.blur();
      await untilHash(page, "temperature", written);
      assert.equal(await temperature.inputValue(), written.replace(".", ","));
    }
    await page.locator("language-switch button[lang=en]").click();
    await untilLanguage(page, "en");
    assert.equal(await temperature.inputValue(), "0.7");
  },
);

browserTest(
  "a refused value is quoted as it was typed, and forgotten once the setting changes otherwise",
  {},
  async ({ page, url }) => {
    await open(page, url, { lang: "en" });
    await page.locator("#options summary").click();
    const steps = page.locator("#steps");
    await steps.fill("twelve");
    await steps.blur();
    assert.match(await page.locator("#steps-problem").innerText(), /“twelve”/);
    await page.locator("#preset-nano").check();
    await page.waitForFunction(
      (usual) => /** @type {HTMLInputElement} */ (document.getElementById("steps")).value === usual,
      String(PRESETS.nano.letters.train.steps),
    );
    assert.equal(await page.locator("#steps-problem").innerText(), "");
    assert.equal(await steps.getAttribute("aria-invalid"), null);
  },
);

browserTest("an address chooses light or dark, which outlives other choices", {
  colorScheme: "light",
}, async ({ page, url }) => {
  const untilInk = (/** @type {string} */ colour) =>
    page.waitForFunction((wanted) => getComputedStyle(document.body).color === wanted, colour);
  await open(page, url, { lang: "en", theme: "dark" });
  await untilInk("rgb(238, 229, 214)");
  await page.locator("#preset-grand").check();
  await untilHash(page, "preset", "grand");
  assert.equal(hashOf(page).get("theme"), "dark");
  await enter(page, "#lang=en");
  await untilInk("rgb(44, 38, 32)");
});
