// What a visitor downloads, gzipped as a host would: the first view (everything that the page loads before
// anyone touches it) and the two engines.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { report } from "./report.mjs";

/** Quiet time after which nothing more is loaded on the page's own account. */
const QUIET_MS = 1_500;

const firstView = await filesOfFirstView();
const sizes = await Promise.all(
  firstView.map(async (path) => /** @type {const} */ ([path, await gzipped(path)])),
);
sizes.sort((a, b) => b[1] - a[1]);
const firstViewGzip = sizes.reduce((sum, [, size]) => sum + size, 0);
const engineCpuGzip = await gzipped("engine_cpu_bg.wasm");
const engineCpuRelaxedGzip = await gzipped("engine_cpu_relaxed_bg.wasm");
const engineWebgpuGzip = await gzipped("engine_webgpu_bg.wasm");

report("Downloads, gzip", [
  ["first view", firstViewGzip, "bytes (60,000 allowed)"],
  ...sizes.map(([path, size]) => /** @type {[string, number, string]} */ ([`  ${path}`, size, "bytes"])),
  ["engine_cpu_bg.wasm", engineCpuGzip, "bytes (600,000 allowed)"],
  ["engine_cpu_relaxed_bg.wasm", engineCpuRelaxedGzip, "bytes (in its place, with relaxed SIMD)"],
  ["engine_webgpu_bg.wasm", engineWebgpuGzip, "bytes (3,500,000 allowed)"],
], {
  first_view_gzip: firstViewGzip,
  engine_cpu_gzip: engineCpuGzip,
  engine_cpu_relaxed_gzip: engineCpuRelaxedGzip,
  engine_webgpu_gzip: engineWebgpuGzip,
});

async function filesOfFirstView() {
  const site = await serve("dist");
  const browser = await launchChromium();
  const page = await browser.newPage({ locale: "fr-FR" });
  /** @type {Set<string>} */
  const paths = new Set();
  page.on("request", (request) => {
    if (request.url().startsWith(site.url))
      paths.add(new URL(request.url()).pathname.slice(1) || "index.html");
  });
  await page.goto(site.url, { waitUntil: "networkidle" });
  await page.waitForTimeout(QUIET_MS);
  await browser.close();
  await site.close();
  paths.delete("favicon.ico"); // Browsers ask for it on their own.
  return [...paths];
}

/** @param {string} path in dist/ @returns {Promise<number>} bytes */
async function gzipped(path) {
  return gzipSync(await readFile(join("dist", path))).length;
}
