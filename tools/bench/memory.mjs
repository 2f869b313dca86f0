// The memory of the tab while *grand* trains on the CPU engine with two workers: what its process holds of
// its own, as Linux counts it, once the first steps are done and again after more of them.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { anonymousMegabytes } from "./processes.mjs";
import { report, sharedText } from "./report.mjs";

const TEXT = "tinyshakespeare.txt";
const EARLY_STEP = 10;
const LATE_STEP = 60;

await sharedText(TEXT);
const site = await serve("dist");
const browser = await launchChromium();
const page = await browser.newPage({ locale: "en-GB" });
await page.goto(
  `${site.url}#${new URLSearchParams({ preset: "grand", engine: "cpu", text: "own", tokenizer: "chars" })}`,
);
await page.locator("#own-files").setInputFiles(`../shared/data/${TEXT}`);
await page.locator("#own-file-names", { hasText: TEXT }).waitFor();
const idle = await anonymousMegabytes(browser, "renderer");
await page.locator("#train").click();
await untilStep(EARLY_STEP);
const early = await anonymousMegabytes(browser, "renderer");
await untilStep(LATE_STEP);
const late = await anonymousMegabytes(browser, "renderer");
const engine = await page.locator("#fact-engine").innerText();
await browser.close();
await site.close();

report(`Memory of the tab that trains grand (${engine})`, [
  ["before the click", idle, "MB"],
  [`at step ${EARLY_STEP}`, early, "MB"],
  [`at step ${LATE_STEP}`, late, "MB (600 asked for)"],
], { idle_mb: idle, early_mb: early, memory_mb: late });

/** @param {number} step */
async function untilStep(step) {
  await page.waitForFunction(
    (wanted) => Number(document.getElementById("status")?.dataset.step) >= wanted,
    step,
    { timeout: 10 * 60_000 },
  );
}
