// Whether the WebGPU engine's memory stays as it is: over 2,000 steps, 200 texts, and 20 models made, trained
// and freed one after the other in one worker. Told are wasm's memory, the GPU's buffers that are alive and
// those ever created, and what the browser's processes hold of their own. The figures over the steps are
// drawn into docs/webgpu-memory.svg.
//
//   ./dev bench webgpu-memory [--json]

import { readFile, writeFile } from "node:fs/promises";
import { openEngine, webgpuRun } from "./engine.mjs";
import { anonymousMegabytes } from "./processes.mjs";
import { report, rounded } from "./report.mjs";

const MODEL = {
  n_layer: 2,
  n_head: 4,
  n_embd: 64,
  block_size: 32,
  position: /** @type {const} */ ("rotary"),
};
const BATCH_SIZE = 4;
const STEPS = 2_000;
const STEPS_A_READING = 50;
/** Until then pools fill. */
const WARM_UP = 500;
const TEXTS = 200;
/** More than a window, which is then read anew. */
const TEXT_LENGTH = 40;
const CYCLES = 20;
const PLOT = "docs/webgpu-memory.svg";

/**
 * @typedef {{buffers: number, bufferBytes: number, created: number, wasmBytes: number, renderer: number, gpu:
 *   number}} Reading
 */

const engine = await openEngine({ probe: await readFile(`${import.meta.dirname}/memory_probe.js`, "utf8") });
await engine.create(webgpuRun(MODEL, { batch_size: BATCH_SIZE, dropout: 0.1 }));

/** @type {(Reading & {step: number})[]} */
const readings = [];
for (let step = STEPS_A_READING; step <= WARM_UP + STEPS; step += STEPS_A_READING) {
  if (step % 500 === 0) console.error(`» step ${step}`);
  await engine.train(STEPS_A_READING);
  readings.push({ step, ...await read() });
}
const [before, after] = [readings.find(({ step }) => step >= WARM_UP), readings.at(-1)];
if (!before || !after) throw new Error("no reading");

console.error("» texts");
await write(TEXTS / 10);
const beforeTexts = await read();
await write(TEXTS);
const afterTexts = await read();

console.error("» models");
await cycle(2);
const beforeCycles = await read();
await cycle(CYCLES);
const afterCycles = await read();
await engine.close();

await writeFile(PLOT, plot());
/** @param {string} what @param {Reading} a @param {Reading} b @returns {[string, string, string][]} */
const change = (what, a, b) => [
  [what, "", ""],
  ["  wasm memory", between(a.wasmBytes / 1e6, b.wasmBytes / 1e6), "MB"],
  [
    "  GPU buffers alive",
    between(a.buffers, b.buffers),
    `of ${between(a.bufferBytes / 1e6, b.bufferBytes / 1e6)} MB`,
  ],
  ["  the tab's process", between(a.renderer, b.renderer), "MB"],
  ["  the GPU's process", between(a.gpu, b.gpu), "MB"],
];
report(`Memory of the WebGPU engine (2 layers, d 64, context 32, batch ${BATCH_SIZE}), before and after`, [
  ...change(`${STEPS} steps, after ${WARM_UP}`, before, after),
  ["  GPU buffers created", rounded((after.created - before.created) / STEPS, 2), "a step"],
  ...change(`${TEXTS} texts of ${TEXT_LENGTH} tokens`, beforeTexts, afterTexts),
  ...change(`${CYCLES} models made, trained and freed`, beforeCycles, afterCycles),
], {
  wasm_growth_mb: rounded((after.wasmBytes - before.wasmBytes) / 1e6, 2),
  buffer_growth_mb: rounded((after.bufferBytes - before.bufferBytes) / 1e6, 2),
  buffers_growth: after.buffers - before.buffers,
  texts_wasm_growth_mb: rounded((afterTexts.wasmBytes - beforeTexts.wasmBytes) / 1e6, 2),
  texts_buffer_growth_mb: rounded((afterTexts.bufferBytes - beforeTexts.bufferBytes) / 1e6, 2),
  cycles_wasm_growth_mb: rounded((afterCycles.wasmBytes - beforeCycles.wasmBytes) / 1e6, 2),
  cycles_buffer_growth_mb: rounded((afterCycles.bufferBytes - beforeCycles.bufferBytes) / 1e6, 2),
});

/** @returns {Promise<Reading>} */
async function read() {
  const told = engine.wait((event) => /** @type {string} */ (event.type) === "memory");
  await engine.send({ type: "memory" });
  const held = /** @type {any} */ (await told);
  const [renderer, gpu] = [
    await anonymousMegabytes(engine.browser, "renderer"),
    await anonymousMegabytes(engine.browser, "GPU"),
  ];
  return { ...held, renderer, gpu };
}

/** @param {number} texts */
async function write(texts) {
  for (let text = 0; text < texts; text++) {
    await engine.write({
      prompt: "The black",
      length: TEXT_LENGTH,
      sampling: { temperature: 0.8, top_k: 0, top_p: 1, seed: text },
    });
  }
}

/** @param {number} times */
async function cycle(times) {
  for (let time = 0; time < times; time++) {
    const measured = engine.wait((event) => event.type === "measured");
    await engine.send({
      type: "measure",
      run: 1,
      engine: "webgpu",
      model: MODEL,
      vocab_size: 30,
      batch_size: BATCH_SIZE,
    });
    await measured;
  }
}

/** @param {number} a @param {number} b */
function between(a, b) {
  return `${rounded(a, 1)} → ${rounded(b, 1)}`;
}

/** A picture of the readings over the steps. */
function plot() {
  const [width, height, left, bottom, top] = [720, 300, 50, 40, 30];
  const series = [
    { name: "tab's process, MB", colour: "#1b6ca8", of: (/** @type {Reading} */ r) => r.renderer },
    { name: "wasm memory, MB", colour: "#b3541e", of: (/** @type {Reading} */ r) => r.wasmBytes / 1e6 },
    {
      name: "GPU buffers alive, MB",
      colour: "#3a7d44",
      of: (/** @type {Reading} */ r) => r.bufferBytes / 1e6,
    },
  ];
  const most = Math.max(...series.flatMap(({ of }) => readings.map(of))) * 1.1;
  const x = (/** @type {number} */ step) => left + (width - left - 10) * step / (WARM_UP + STEPS);
  const y = (/** @type {number} */ value) => height - bottom - (height - bottom - top) * value / most;
  const line = (/** @type {typeof series[number]} */ { colour, of }) => {
    const points = readings.map((r) => `${rounded(x(r.step), 1)},${rounded(y(of(r)), 1)}`);
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(" ")}"/>`;
  };
  const ticks = Array.from({ length: 1 + (WARM_UP + STEPS) / 500 }, (_, tick) => 500 * tick).map(
    (step) => `<text x="${x(step)}" y="${height - bottom + 18}" text-anchor="middle">${step}</text>`,
  );
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${left - 8}" y="${y(share * most) + 4}" text-anchor="end">${rounded(share * most)}</text>`
      + `<line x1="${left}" x2="${width - 10}" y1="${y(share * most)}" y2="${y(share * most)}"`
      + ' stroke="#8886"/>',
  );
  const names = series.map(
    ({ name, colour }, index) => `<text x="${left + 220 * index}" y="18" fill="${colour}">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
 font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
${[...marks, ...ticks, ...names, ...series.map(line)].join("\n")}
<text x="${width / 2}" y="${height - 6}" text-anchor="middle">step</text>
</svg>
`;
}
