// From the click on the model on arrival to the first word that it writes, in milliseconds: cold, in a
// browser context that has fetched no more than the first view; warm, in the same one once more. The page is
// served from this machine. Medians of five, for each language.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { median, report, rounded } from "./report.mjs";

const ROUNDS = 5;
/** What readers look at before they click. */
const LOOKING_MS = 2_000;

const site = await serve("dist");
const browser = await launchChromium();
/** @type {[string, string, string][]} */
const rows = [];
/** @type {Record<string, Record<"cold"|"warm", number>>} */
const figures = {};
for (const language of ["fr", "en"]) {
  const times = { cold: /** @type {number[]} */ ([]), warm: /** @type {number[]} */ ([]) };
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext({ locale: language });
    times.cold.push(await firstWordMs(context));
    times.warm.push(await firstWordMs(context));
    await context.close();
  }
  const [cold, warm] = [times.cold, times.warm].map((values) => rounded(median(values)));
  figures[language] = { cold, warm };
  for (const [name, values] of Object.entries(times)) {
    const spread = `ms, ${rounded(Math.min(...values))} to ${rounded(Math.max(...values))}`;
    rows.push([`${language}, ${name}`, String(rounded(median(values))), spread]);
  }
}
await browser.close();
await site.close();
report("The model on arrival: click to first word", rows, { first_word_ms: figures });

/**
 * @param {import("playwright-core").BrowserContext} context
 * @returns {Promise<number>}
 */
async function firstWordMs(context) {
  const page = await context.newPage();
  await page.goto(site.url);
  await page.locator("#meet").waitFor();
  await page.waitForTimeout(LOOKING_MS);
  await page.evaluate(() => {
    const meet = /** @type {HTMLElement} */ (document.getElementById("meet"));
    const word = new Promise((resolve) => {
      meet.addEventListener("click", () => {
        const clicked = performance.now();
        const look = () => {
          const written = document.querySelector("#written:not([hidden])");
          // A whole word, with what follows it.
          if (/\S\s/.test(written?.textContent ?? "")) resolve(performance.now() - clicked);
          else requestAnimationFrame(look);
        };
        look();
      }, { capture: true });
    });
    Object.assign(globalThis, { word });
  });
  await page.locator("#meet").click();
  const ms = await page.evaluate(() => /** @type {any} */ (globalThis).word);
  await page.close();
  return ms;
}
