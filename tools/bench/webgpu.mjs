// What a training step asks of a browser and of the processor on the WebGPU engine, after a warm-up: WebGPU
// calls, bytes, and the time spent in our wasm with every WebGPU call that it makes; which kernels take the
// time; and what the first step takes. The adapter here is SwiftShader, a GPU played by the processor: its
// times say which kernels it finds slow, and no more; so other libraries take turns with ours on it.
//
//   ./dev bench webgpu [--json]

import { readFile } from "node:fs/promises";
import { SIMPLE_TEXT, openEngine, webgpuRun } from "./engine.mjs";
import { buildPeers, measurePeer } from "./peers.mjs";
import { median, report, rounded } from "./report.mjs";

/** Turns of ours and of each peer. */
const ROUNDS = 3;
const PEER_STEPS = 20;
const PEER_WARM_UP = 4;
/** Kernels shown. */
const SLOWEST = 12;

/**
 * @typedef {object} Shape
 * @property {number} n_layer
 * @property {number} n_head
 * @property {number} n_embd
 * @property {number} block_size
 * @property {number} batch_size
 * @property {number} warmUp  steps before those measured: the first compile kernels, and the pools of buffers
 *   settle
 * @property {number} steps
 */
/** @type {Record<string, Shape>} */
const SHAPES = {
  "2 layers": { n_layer: 2, n_head: 4, n_embd: 64, block_size: 32, batch_size: 4, warmUp: 10, steps: 30 },
  "2 layers, batch 16": {
    n_layer: 2,
    n_head: 4,
    n_embd: 64,
    block_size: 32,
    batch_size: 16,
    warmUp: 10,
    steps: 20,
  },
  "6 layers": { n_layer: 6, n_head: 4, n_embd: 64, block_size: 32, batch_size: 4, warmUp: 5, steps: 20 },
  // As large as grand: half a minute a step on this adapter.
  "6 layers, d 256, context 128, batch 16": {
    n_layer: 6,
    n_head: 8,
    n_embd: 256,
    block_size: 128,
    batch_size: 16,
    warmUp: 1,
    steps: 2,
  },
};
/** Counted in each step, with its unit. */
const COUNTS = {
  dispatches: "", submits: "", passes: "", bindGroups: "", buffers: "created", bufferBytes: "bytes created",
  writes: "", writtenBytes: "bytes", maps: "",
};

const probe = await readFile(`${import.meta.dirname}/webgpu_probe.js`, "utf8");
/** @type {Record<string, Awaited<ReturnType<typeof measure>>>} */
const measured = {};
for (const [name, shape] of Object.entries(SHAPES)) {
  console.error(`» ${name}`);
  measured[name] = await measure(shape);
  const { first, counts, hostMs, ms, tokensPerS, adapter, parameters } = measured[name];
  report(
    `${name} (d ${shape.n_embd}, context ${shape.block_size}, batch ${shape.batch_size}), `
      + `${parameters.toLocaleString("en")} parameters, on ${adapter}`,
    [
      ["first step", rounded(first.seconds, 2), "s, shaders included"],
      ["shaders in it", first.shaders, ""],
      ["host time a step", rounded(hostMs, 1), "ms (median)"],
      ...Object.entries(COUNTS).map(
        ([count, unit]) =>
          /** @type {[string, number, string]} */ ([count, rounded(counts[count] ?? 0, 1), unit]),
      ),
      ["whole step on this adapter", rounded(ms, 1), "ms (median)"],
      ["speed on this adapter", rounded(tokensPerS), "tokens/s"],
    ],
  );
}

const two = measured["2 layers"];
buildPeers();
/**
 * Milliseconds of each step; the peers have AdamW and no Muon.
 * @type {Record<"ours"|"adamw"|import("./peers.mjs").Peer, number[]>}
 */
const turns = { ours: [], adamw: [], jax: [], genai: [] };
for (let round = 1; round <= ROUNDS; round++) {
  console.error(`» round ${round} of ${ROUNDS}: ours, jax-js, @genai-fi/nanogpt`);
  turns.ours.push((await measure(SHAPES["2 layers"])).ms);
  turns.adamw.push((await measure(SHAPES["2 layers"], "adamw")).ms);
  for (const peer of /** @type {const} */ (["jax", "genai"])) {
    const options = {
      backend: /** @type {const} */ ("webgpu"),
      text: SIMPLE_TEXT,
      warmUp: PEER_WARM_UP,
      steps: PEER_STEPS,
    };
    const { ms, firstLoss, lastLoss } = await measurePeer(peer, SHAPES["2 layers"], options);
    if (!(lastLoss < firstLoss))
      throw new Error(`${peer} does not learn: loss ${firstLoss}, then ${lastLoss}`);
    turns[peer].push(median(ms));
  }
}
/** @param {keyof typeof turns} who */
const tokensPerSecond = (who) =>
  ((SHAPES["2 layers"].batch_size * SHAPES["2 layers"].block_size) / median(turns[who])) * 1000;
/** @param {keyof typeof turns} ours @param {keyof typeof turns} theirs */
const ratio = (ours, theirs) => rounded(tokensPerSecond(ours) / tokensPerSecond(theirs), 2);
report(`Tokens a second at 2 layers on this adapter, medians of ${ROUNDS} turns`, [
  ["ours, Muon", rounded(tokensPerSecond("ours")), ""],
  ["ours, AdamW", rounded(tokensPerSecond("adamw")), ""],
  [
    "jax-js, AdamW",
    rounded(tokensPerSecond("jax")),
    `ours / theirs ${ratio("adamw", "jax")}; with Muon ${ratio("ours", "jax")}`,
  ],
  [
    "@genai-fi/nanogpt, AdamW",
    rounded(tokensPerSecond("genai")),
    `ours / theirs ${ratio("adamw", "genai")}; with Muon ${ratio("ours", "genai")}`,
  ],
]);

const kernels = Object.entries(await slowestKernels(SHAPES["2 layers"]));
const allMs = kernels.reduce((sum, [, { ms }]) => sum + ms, 0);
const grand = measured["6 layers, d 256, context 128, batch 16"];
report(
  "Kernels of a step at 2 layers, by time on this adapter",
  kernels
    .slice(0, SLOWEST)
    .map(([name, { ms, calls }]) => [
      name,
      rounded(ms, 2),
      `ms in ${rounded(calls, 1)} calls (${rounded((100 * ms) / allMs)} %)`,
    ]),
  {
    dispatches_per_step_2: two.counts.dispatches,
    dispatches_per_step_6: measured["6 layers"].counts.dispatches,
    host_ms_per_step_2: rounded(two.hostMs, 1),
    host_ms_per_step_6: rounded(grand.hostMs, 1),
    shaders: grand.first.shaders,
    first_step_s: rounded(two.first.seconds, 2),
    muon_tokens_per_s: rounded(tokensPerSecond("ours")),
    tokens_per_s: rounded(tokensPerSecond("adamw")),
    jax_tokens_per_s: rounded(tokensPerSecond("jax")),
    genai_tokens_per_s: rounded(tokensPerSecond("genai")),
    ratio: ratio("adamw", "jax"),
  },
);

/** @typedef {"muon"|"adamw"} Optimizer */

/** @param {Shape} shape @param {Optimizer} [optimizer] */
async function measure(shape, optimizer = "muon") {
  const engine = await openEngine({ probe });
  const { adapter, parameters } = await engine.create(
    webgpuRun(shape, { batch_size: shape.batch_size, optimizer }),
  );
  const [first] = /** @type {any[]} */ (await engine.train(1));
  await engine.train(shape.warmUp);
  // What was spent since the step before is told with each; the first of them carries the pause, too.
  const steps = /** @type {any[]} */ (await engine.train(shape.steps + 1)).slice(1);
  await engine.close();
  const ms = median(steps.map((step) => step.ms));
  return {
    adapter,
    parameters,
    first: { seconds: first.ms / 1000, shaders: first.bench.shaders },
    counts: Object.fromEntries(
      Object.keys(COUNTS).map((count) => [count, median(steps.map((step) => step.bench[count] ?? 0))]),
    ),
    hostMs: median(steps.map((step) => step.bench.hostMs)),
    ms,
    tokensPerS: ((shape.batch_size * shape.block_size) / ms) * 1000,
  };
}

/** Milliseconds and calls of each kernel in a step. @param {Shape} shape */
async function slowestKernels(shape) {
  const engine = await openEngine({ probe });
  await engine.create(webgpuRun(shape, { batch_size: shape.batch_size }));
  await engine.train(shape.warmUp);
  await engine.send({ type: "time-kernels", on: true });
  const steps = (await engine.train(shape.steps)).length;
  const told = engine.wait((event) => /** @type {string} */ (event.type) === "kernel-times");
  await engine.send({ type: "time-kernels", on: false });
  const { kernels } = /** @type {any} */ (await told);
  await engine.close();
  /** @type {Record<string, {ms: number, calls: number}>} */
  const shares = {};
  const sorted = Object.entries(kernels).sort(([, a], [, b]) => b.ms - a.ms);
  for (const [name, { ms, calls }] of sorted) shares[name] = { ms: ms / steps, calls: calls / steps };
  return shares;
}
