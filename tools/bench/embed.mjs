// What a card costs the article that it stands in, gzipped as a host would: embed.js, and all that a card
// loads before anyone touches it; how much of the article it moves; whether it asks another origin for
// anything; and how soon after the click the first step is done, with the files in the browser's cache. Then
// what the npm package weighs.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchChromium } from "../chromium.mjs";
import { shifted, watchShifts } from "../layout_shift.mjs";
import { makePackage } from "../package.mjs";
import { serve } from "../serve.mjs";
import { firstView, gzipped } from "./first_view.mjs";
import { packageSize } from "./package_size.mjs";
import { median, report, rounded } from "./report.mjs";

const CLICKS = 5;
const CHAPTERS = ["text", "tokens", "train", "write", "attention", "keep"];

const site = await serve("dist");
const browser = await launchChromium();
/** @type {number[]} */
const firstViews = [];
for (const chapter of CHAPTERS) firstViews.push(await firstViewGzip(chapter));
const largest = Math.max(...firstViews);
const embedJs = await gzipped("embed.js");
const { shift, foreign, clicks } = await inAnArticle();
await browser.close();
await site.close();
const library = await packageBytes();

report("A card in an article of another origin", [
  ["embed.js", embedJs, "bytes gzip (2,000 allowed)"],
  ["first view", largest, "bytes gzip, of the largest chapter (60,000 allowed)"],
  ...CHAPTERS.map((chapter, index) => (
    /** @type {[string, number, string]} */ ([`  ${chapter}`, firstViews[index], "bytes gzip"]))),
  ["layout shift", shift, "in all, while it loads, opens and trains (0 allowed)"],
  ["requests to other origins", foreign, "(none allowed)"],
  ["click to first step", rounded(median(clicks)), `ms, median of ${CLICKS}, nano, warm (2,000 allowed)`],
  ["npm package", library.gzip, "bytes gzip without WebGPU's engine (1,000,000 allowed)"],
  ["  WebGPU's engine", library.webgpuGzip, "bytes gzip"],
], {
  embed_js_gzip: embedJs,
  first_view_gzip: largest,
  layout_shift: shift,
  foreign_requests: foreign,
  click_to_step_ms: rounded(median(clicks)),
  package_gzip: library.gzip,
});

/** The npm package, made anew. */
async function packageBytes() {
  const folder = await mkdtemp(join(tmpdir(), "petit-train-"));
  try {
    await makePackage(folder);
    return await packageSize(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param {string} chapter @returns {Promise<number>} bytes */
async function firstViewGzip(chapter) {
  const files = await firstView(browser, site.url, `embed.html?chapter=${chapter}`);
  return files.reduce((sum, [, size]) => sum + size, 0);
}

/** An article with a bare frame and an element, each in sight from the beginning. */
async function inAnArticle() {
  const asked = "chapter=train&lang=en&preset=nano&engine=cpu&steps=200";
  const blog = await serve("tools/bench", { more: { "index.html": `<!doctype html><title>An article</title>
    <script async src="${site.url}embed.js"></script><link rel="icon" href="data:,"><p>Above.</p>
    <iframe src="${site.url}embed.html?${asked}" width="100%" height="776"></iframe><p>Between.</p>
    <petit-train ${asked.replaceAll("&", " ")} height="776" style="display: block; min-height: 776px">
    </petit-train><p>Below.</p>` } });
  const context = await browser.newContext({ viewport: { width: 700, height: 1200 } });
  const ours = new Set([new URL(site.url).origin, new URL(blog.url).origin]);
  let foreignRequests = 0;
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && !ours.has(origin)) foreignRequests += 1;
  });
  const times = [];
  let moved = 0;
  // The first visit fills the cache.
  for (let click = 0; click <= CLICKS; click++) {
    const page = await context.newPage();
    await watchShifts(page);
    await page.goto(blog.url, { waitUntil: "networkidle" });
    const card = page.frames().find((frame) => frame.url().includes("embed.html"));
    if (!card) throw new Error("the article has no card");
    const took = await card.evaluate(untilFirstStep);
    if (click > 0) times.push(took);
    moved += await shifted(page);
    await page.close();
  }
  await context.close();
  await blog.close();
  return { shift: moved, foreign: foreignRequests, clicks: times };
}

/** Opens the card, as a click does, and waits for a step. @returns {Promise<number>} milliseconds */
function untilFirstStep() {
  const start = performance.now();
  const opener = /** @type {HTMLElement} */ (document.getElementById("open-card"));
  opener.click();
  return new Promise((resolve) => {
    const look = () => {
      const done = Number(document.getElementById("status")?.dataset.step ?? 0) > 0;
      if (done) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    look();
  });
}
