// What a visitor downloads, gzipped as a host would: the first view (everything that the page loads before
// anyone touches it) and the two engines.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { firstView, gzipped } from "./first_view.mjs";
import { report } from "./report.mjs";

const site = await serve("dist");
const browser = await launchChromium();
const sizes = await firstView(browser, site.url);
await browser.close();
await site.close();
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
