// The chapter "Before and after": answers are kept, shown side by side, taken along as a table, and deleted.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { browserTest } from "./support/browser_test.mjs";
import { agree, open } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page @returns {Promise<string>} the table that is downloaded */
async function table(page) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator("#export-answers").click()]);
  return readFile(await file.path(), "utf8");
}

browserTest("answers of before and after are kept and exported, and are no formulas", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  agree(page);
  await open(page, url, { lang: "fr" });
  await page.mouse.move(100, 100);
  await page.locator("#visitor").fill("Zoé");
  await page.locator("#answer-error-before").fill("=HYPERLINK(\"x\")\nElle est \"bête\" ; fatiguée.");
  await page.locator("#visit-begun").click();
  await page.locator("#answer-next-after").fill("Elle calcule des probabilités.");
  await page.locator("#answers-kept", { hasText: "d’une personne" }).waitFor();
  await page.waitForTimeout(700);

  await page.reload();
  await page.locator("#train").waitFor();
  await page.mouse.move(120, 120);
  await page.locator("#answer-next-after").waitFor();
  assert.equal(await page.locator("#answer-next-after").inputValue(), "Elle calcule des probabilités.");
  assert.match(await page.locator("before-after .earlier").first().textContent() ?? "", /Elle est "bête"/);
  assert(!await page.locator("#answer-error-before").isVisible(), "what was answered before is closed");
  await page.locator("#next-visitor").click();
  await page.locator("#answer-next-before").fill("@toi");
  await page.locator("#answers-kept", { hasText: "2 personnes" }).waitFor();

  const text = await table(page);
  assert(text.startsWith("\uFEFF\"Prénom ou surnom\";\"Répondu avant, le\""));
  assert(text.includes(";\"'=HYPERLINK(\"\"x\"\")\nElle est \"\"bête\"\" ; fatiguée.\";"), text);
  assert(text.includes(";\"'@toi\";"), text);
  assert.equal(text.split("\r\n").length, 4);

  await page.locator("#delete-answers").click();
  await page.locator("#confirm-lose").click();
  await page.locator("#export-answers[aria-disabled]").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("petit-train.answers")), "[]");
});

browserTest("where nothing may be stored, answers last as long as the tab, and the page says so", {
}, async ({ page, url }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", {
      get() { throw new DOMException("no", "SecurityError"); },
    });
  });
  await open(page, url, { lang: "en" });
  await page.mouse.move(100, 100);
  await page.locator("#answer-next-before").fill("It looks it up.");
  await page.locator("#answers-kept", { hasText: "This browser keeps nothing" }).waitFor();
  assert.match(await table(page), /"It looks it up\."/);
});
