// Other trainers for browsers, run in the same browser as ours: their pages are bundled from
// tools/bench/peers.

import { execFileSync } from "node:child_process";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";

const SOURCES = `${import.meta.dirname}/peers`;
const OUT = "target/peers";
/** What a library for Node as well as for browsers asks for, and does not use here. */
const NODE_MODULES = ["fs", "path", "crypto", "url", "worker_threads", "os", "util", "stream", "buffer"];

/** @typedef {"jax"|"genai"} Peer */

/** Bundles the pages; `./dev bench webgpu` has installed the libraries. */
export function buildPeers() {
  execFileSync(`${SOURCES}/node_modules/.bin/esbuild`, [
    `${SOURCES}/jax.js`,
    `${SOURCES}/genai.js`,
    "--bundle",
    "--format=esm",
    "--splitting",
    "--minify",
    `--outdir=${OUT}`,
    "--log-level=error",
    "--define:global=globalThis",
    '--define:process.env.NODE_ENV="production"',
    ...NODE_MODULES.map((name) => `--external:${name}`),
  ]);
}

/**
 * Tokens a second of a peer after a warm-up, the loss read after each step; and its first and last loss,
 * which must have
 * fallen for the figure to mean anything.
 * @param {Peer} peer
 * @param {{n_layer: number, n_head: number, n_embd: number, block_size: number, batch_size: number}} shape
 * @param {{backend: "webgpu"|"wasm", text: string, warmUp: number, steps: number}} options
 */
export async function measurePeer(peer, shape, { backend, text, warmUp, steps }) {
  const site = await serve(OUT, {
    more: {
      "index.html": `<!doctype html><link rel="icon" href="data:,">
        <script type="module" src="${peer}.js"></script>`,
    },
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`${peer}: ${error.message}`));
    await page.goto(site.url);
    await page.waitForFunction(() => "bench" in globalThis);
    /** @type {{ms: number[], losses: number[]}} */
    const { ms, losses } = await page.evaluate((given) => /** @type {any} */ (globalThis).bench(given), {
      ...shape,
      backend,
      text,
      steps: warmUp + steps,
    });
    return { ms: ms.slice(warmUp), firstLoss: losses[0], lastLoss: losses[losses.length - 1] };
  } finally {
    await browser.close();
    await site.close();
  }
}
