// The memory of the tab while *grand* trains on the CPU engine with two workers: what its process holds of its own, as
// Linux counts it, once the first steps are done and again after more of them.

import { readFile } from "node:fs/promises";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { report, rounded, sharedText } from "./report.mjs";

const TEXT = "tinyshakespeare.txt";
const EARLY_STEP = 10;
const LATE_STEP = 60;

await sharedText(TEXT);
const site = await serve("dist");
const browser = await launchChromium();
const page = await browser.newPage({ locale: "en-GB" });
await page.goto(`${site.url}#${new URLSearchParams({ preset: "grand", engine: "cpu", text: "own", tokenizer: "chars" })}`);
await page.locator("#own-files").setInputFiles(`../shared/data/${TEXT}`);
await page.locator("#own-file-names", { hasText: TEXT }).waitFor();
const idle = await megabytes();
await page.locator("#train").click();
await untilStep(EARLY_STEP);
const early = await megabytes();
await untilStep(LATE_STEP);
const late = await megabytes();
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
  await page.waitForFunction((wanted) => Number(document.getElementById("status")?.dataset.step) >= wanted, step, { timeout: 10 * 60_000 });
}

/** Of the largest renderer, the tab's: another one waits for the next tab. */
async function megabytes() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const sizes = await Promise.all(renderers.map(async ({ id }) => {
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => {
      console.error("This benchmark reads /proc, which is Linux's.");
      process.exit(1);
    });
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }));
  return rounded(Math.max(...sizes));
}
