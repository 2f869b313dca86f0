// Headless Chromium for the browser tests and the benchmarks, with WebGPU on the CPU (SwiftShader): it proves
// correctness, and its speed says nothing about a GPU.

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox", // We may be root in a container; the only pages loaded are our own.
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  // No requests of the browser's own.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** @param {string[]} more arguments besides the usual ones */
export function launchChromium(more = []) {
  return chromium.launch({ ...options(), args: [...ARGUMENTS, ...more] });
}

/**
 * One whose profile lies in a folder, and outlives it.
 * @param {string} folder
 * @param {import("playwright-core").BrowserContextOptions} [more]
 */
export function launchProfile(folder, more = {}) {
  return chromium.launchPersistentContext(folder, { ...options(), ...more });
}

function options() {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath) throw new Error("CHROMIUM is not set: run this through ./dev");
  return { executablePath, headless: true, args: ARGUMENTS };
}
