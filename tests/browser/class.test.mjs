// Chapter "In class": the model of dice is the chosen text's, what is printed is the sheet alone, a projector
// shows one chapter at a time, and the lesson plan can be read and printed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { browserTest } from "./support/browser_test.mjs";
import { chooseOwn, open, typeOwnText } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @param {Page} page @param {string} url @param {Record<string, string>} [settings] */
async function openClass(page, url, settings) {
  await open(page, url, settings);
  await page.mouse.move(100, 100);
  await page.locator("#throw-dice").waitFor({ state: "attached" });
}

/** As it is printed. @param {Page} page @returns {Promise<Record<string, string>>} the throws of each row */
const rows = (page) => page.locator("#pair-table tbody tr").evaluateAll((all) => Object.fromEntries(
  all.map((row) => [row.children[0].textContent, row.children[1].textContent?.trim()])));

browserTest("dice write as the table of the chosen text says", {}, async ({ page, url }) => {
  await openClass(page, url);
  const told = page.locator("#dice-told");
  for (let time = 0; time < 12; time++) {
    await told.evaluate((element) => element.replaceChildren());
    await page.locator("#throw-dice").click();
    await told.filter({ hasText: "After" }).waitFor();
    const said = /After “(.)” the dice show (\d\d): “(.)”/.exec(await told.innerText());
    const [, before, dice, letter] = said ?? [];
    const found = (await rows(page))[before].match(/\S+ \d\d(–\d\d)?/g)?.find((range) => {
      const [first, last = first] = range.slice(2).split("–");
      return first <= dice && dice <= last;
    });
    assert.equal(found?.[0], letter, `${before} ${dice}`);
  }

  await chooseOwn(page);
  await typeOwnText(page, "Ab ab ac. ".repeat(20));
  await page.locator("#throw-dice").click();
  await page.waitForFunction(() => document.querySelectorAll("#pair-table tbody tr").length === 4);
  assert.deepEqual(await rows(page), {
    "␣": "a 11–66", a: "b 11–46 c 51–66", b: "␣ 11–66", c: "␣ 11–66",
  });
  await page.locator("#throw-often").click();
  await told.filter({ hasText: "60" }).waitFor();
  assert.match(await page.locator("#dice-text").innerText(), /^(a[bc] )*a?[bc]?$/);
});

browserTest("the sheet is printed, and nothing else", { locale: "fr-FR" }, async ({ page, url }) => {
  await openClass(page, url);
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => new Promise((resolve) => {
    window.print = () => resolve(document.body.innerText);
    document.getElementById("print-pairs")?.click();
  }));
  assert.match(printed, /^Un modèle de langue en papier\n/);
  assert.match(printed, /Partez de la ligne ␣/);
  assert.match(printed, /Compté dans [\d\s]+ caractères/u);
  for (const other of ["Petit Train", "Entraîner", "Lancer les"]) assert(!printed.includes(other), other);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.match(await page.locator("body").innerText(), /Petit Train/);
  assert.equal(await page.locator("#pair-sheet").isVisible(), false);
});

browserTest("a projector shows one chapter after the other", {}, async ({ page, url }) => {
  await openClass(page, url);
  await page.locator("#project").click();
  const shown = () => page.locator("main > .chapter:visible h2").allInnerTexts();
  assert.deepEqual(await shown(), ["A text"]);
  assert.equal(await page.locator(".masthead").isVisible(), false);
  await page.locator("#project-next").click();
  const [second] = await shown();
  assert.match(await page.locator("#projected-title").innerText(), new RegExp(`2 of \\d+ · ${second}`));
  // A long chapter, which may still be growing, is scrolled through before the next one comes.
  for (let press = 0; press < 50; press++) {
    if (/^3 of/.test(await page.locator("#projected-title").innerText())) break;
    await page.keyboard.press("PageDown");
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.match(await page.locator("#projected-title").innerText(), /^3 of/);
  assert(await page.evaluate(() => scrollY) <= 4, "it begins at its head");
  await page.evaluate(() => scrollTo(0, 0));
  await page.keyboard.press("PageUp");
  assert.deepEqual(await shown(), [second]);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".projector-bar").count(), 0);
  assert((await shown()).length > 5);
  assert(await page.locator(".masthead").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement?.id), "project");
});

for (const lang of ["fr", "en"]) {
  browserTest(`the lesson plan is there in ${lang}, for everybody`, {
    viewport: { width: 360, height: 640 },
  }, async ({ page, url }) => {
    await openClass(page, url, { lang });
    const [plan] = await Promise.all([
      page.waitForEvent("popup"), page.locator("#lesson-plan").click(),
    ]);
    await plan.waitForLoadState();
    assert.equal(await plan.locator("html").getAttribute("lang"), lang);
    assert.equal(await plan.locator(".plan th").count(), 7);
    assert.equal(await plan.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    // In memory alone: the plan's own policy lets no script into it.
    const cdp = await plan.context().newCDPSession(plan);
    await cdp.send("Runtime.evaluate", { expression: AXE });
    const found = await plan.evaluate(async () => {
      const { violations } = await /** @type {any} */ (globalThis).axe.run(document);
      return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0].target}`);
    });
    assert.deepEqual(found, []);
  });
}
