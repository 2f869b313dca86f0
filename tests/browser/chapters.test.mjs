// The chapters as the table has them: what leads to them, what comes when, and what happens where one cannot
// be loaded.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { CHAPTERS } from "../../www/app/chapters.js";
import { browserTest } from "./support/browser_test.mjs";
import { open, untilPhase } from "./support/reader.mjs";

/** Bytes, gzipped. */
const FIRST_VIEW = 60_000;

browserTest("the line leads to every chapter, in the order of the table", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await open(page, url);
  const links = await page.locator("nav.line a").evaluateAll((all) => all.map((link) => ({
    href: link.getAttribute("href"), text: link.textContent,
  })));
  assert.deepEqual(links, CHAPTERS.map(({ name, title }) => ({ href: `#${name}-chapter`, text: title.fr })));
  await page.mouse.move(100, 100);
  for (const { name, parts } of CHAPTERS) {
    for (const { element } of parts) {
      await page.locator(`#${name}-chapter > ${element} > *`).first().waitFor({ state: "attached" });
    }
    assert.equal(await page.locator(`#${name}-chapter [data-words]:empty`).count(), 0, `${name} lacks words`);
  }
});

browserTest("the first view is light, and later chapters come later", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  /** @type {Promise<[string, number]>[]} */
  const files = [];
  page.on("response", (response) => {
    files.push(response.body().then((body) => [response.url(), gzipSync(body).length]));
  });
  await page.goto(url, { waitUntil: "networkidle" });
  const sizes = await Promise.all(files);
  const sum = sizes.reduce((total, [, size]) => total + size, 0);
  const list = sizes.map(([address, size]) => `${size} ${address}`).join("\n");
  assert(sum <= FIRST_VIEW, `${sum} bytes:\n${list}`);
  const fetched = (/** @type {string} */ name) => (
    sizes.some(([address]) => address.includes(`chapters/${name}/`)));
  assert(fetched("text") && !fetched("write") && !fetched("attention"));
});

browserTest("a chapter that cannot be loaded says so, and comes when tried again", {}, async (test) => {
  const { page, url, complaints } = test;
  let broken = true;
  await page.route("**/chapters/write/**", (route) => (broken ? route.abort() : route.continue()));
  await open(page, url);
  await page.mouse.move(100, 100);
  const notice = page.locator("#write-chapter .unreadable");
  await notice.waitFor();
  assert.match(await notice.innerText(), /could not be loaded/);
  await page.locator("attention-view > *").first().waitFor();

  broken = false;
  await notice.getByRole("button").click();
  await page.locator("#generate").waitFor();
  assert.equal(await notice.count(), 0);
  const expected = complaints.filter((complaint) => complaint.includes("ERR_FAILED"));
  assert(expected.length > 0);
  for (const complaint of expected) complaints.splice(complaints.indexOf(complaint), 1);
});

browserTest("the language can change while chapters come in", {}, async ({ page, url }) => {
  await page.route("**/words.en.json", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await open(page, url);
  await page.mouse.move(100, 100);
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("button", { name: "Générer" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  assert.equal(await page.locator("#write-chapter h2").innerText(), "Écrire");
});

browserTest("what is spoken is spoken in the language of now", {}, async ({ page, url }) => {
  await open(page, url, { lang: "fr", preset: "nano", engine: "cpu", steps: 20, text: "contes-fr" });
  await page.mouse.move(100, 100);
  await page.locator("#inspect").click();
  const matrix = page.locator("#attention-matrix[data-tokens]");
  await matrix.waitFor();
  await matrix.focus();
  await page.keyboard.press("ArrowUp");
  const tile = page.locator("#token-tiles .visually-hidden").first();
  const spoken = page.locator("#attention-spoken");
  assert.equal(await tile.textContent(), "espace");
  assert.match(await spoken.textContent() ?? "", /regarde/);
  await page.getByRole("button", { name: "English" }).click();
  // The whole of it: "espace" holds it too.
  await page.locator("#token-tiles .visually-hidden", { hasText: /^space$/ }).first()
    .waitFor({ state: "attached" });
  assert.equal(await tile.textContent(), "space");
  assert.equal(await spoken.textContent(), "");
});

browserTest("without JavaScript a sentence says what is missing", {
  javaScriptEnabled: false,
}, async ({ page, url }) => {
  await page.goto(url);
  const body = await page.locator("body").innerText();
  assert.match(body, /Cette page a besoin de JavaScript.*This page needs JavaScript/s);
});

browserTest("who comes to the attention after the end sees that of the end", {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", text: "contes-en", steps: 60 });
  await page.mouse.move(100, 100);
  const follow = page.locator("#follow");
  await follow.waitFor({ state: "attached" });
  // Chapters that come in before it push it off the screen.
  await page.waitForFunction(() => (
    Number(document.querySelector("attention-view")?.getBoundingClientRect().top) > 2 * innerHeight));
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  // Until nothing changes any more: the last samples are there and judged, and so is the model.
  await page.locator('#samples > li[data-step="60"][data-whole]').waitFor();
  await page.waitForTimeout(4_000);
  const step = page.locator("#attention-step");
  // The first look is asked for as the model is made: a step or two may come before its answer.
  assert.match(await step.textContent() ?? "", /step [0-5]\./, "it was looked at while it was not on screen");
  await page.locator("#attention-chapter").scrollIntoViewIfNeeded();
  await page.locator("#attention-step", { hasText: "As of step 60." }).waitFor({ timeout: 3_000 });

  // Where the reader does not follow, it stays; it is brought up to date once they do.
  await follow.uncheck();
  await page.locator("#further_steps").fill("20");
  await page.locator("#further").click();
  await page.locator('#status[data-phase="finished"][data-step="80"]').waitFor();
  await step.scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  assert.equal(await step.textContent(), "As of step 60.");
  await follow.check();
  await page.locator("#attention-step", { hasText: "As of step 80." }).waitFor({ timeout: 3_000 });
});
