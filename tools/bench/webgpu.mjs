// What a training step costs the host on the WebGPU engine: the time spent in our wasm, with every WebGPU call that it
// makes, and the number of those calls. The adapter here is SwiftShader, a GPU played by the processor, so the time
// that the GPU takes says nothing and is left out: awaiting it is not within any call into the wasm.

import { openEngine } from "./engine.mjs";
import { median, report, rounded } from "./report.mjs";

/** Steps before the timed ones: the first compile kernels, and the pools of buffers settle. */
const WARM_UP = 10;
const STEPS = 30;
const TEXT = "The black cat sat on the mat and looked at the moon. ".repeat(200);

const engine = await openEngine({ probe: `(${probe})();` });
const { adapter, parameters } = await engine.create({
  engine: "webgpu",
  source: { kind: "text", text: TEXT },
  tokenizer: { kind: "chars" },
  model: { n_layer: 2, n_head: 4, n_embd: 64, block_size: 32, position: "rotary" },
  // A schedule so long that no evaluation falls into the timed steps.
  train: { batch_size: 4, steps: 100_000, learning_rate: 1e-3, warmup_steps: 10, seed: 1 },
  sample: { prompt: "The", length: 1, sampling: { temperature: 1, top_k: 0, top_p: 1, seed: 1 } },
});
await engine.train(WARM_UP);
const steps = await engine.train(STEPS);
await engine.close();

// The first carries what was spent since the warm-up, too.
const costs = /** @type {any[]} */ (steps).slice(1).map((step) => step.bench);
const hostMs = rounded(median(costs.map((cost) => cost.hostMs)), 1);
const dispatches = median(costs.map((cost) => cost.dispatches));
const submits = median(costs.map((cost) => cost.submits));
report(`WebGPU engine, 2 layers, d 64, context 32, batch 4, ${parameters.toLocaleString("en")} parameters, on ${adapter}`, [
  ["host time a step", hostMs, "ms (40 allowed; median)"],
  ["dispatches a step", dispatches, ""],
  ["submits a step", submits, ""],
  ["whole step on this adapter", rounded(median(steps.map((step) => step.ms))), "ms (median)"],
], { host_ms_per_step: hostMs, dispatches_per_step: dispatches, submits_per_step: submits });

/**
 * Runs in the worker before the engine. Counts WebGPU calls, and times calls from JavaScript into wasm (the outermost
 * only: wasm calls JavaScript, which calls back). Each step's message to the page then carries what was spent since the one
 * before, shared among its steps.
 */
function probe() {
  const spent = { hostMs: 0, dispatches: 0, submits: 0 };
  let depth = 0;

  /** @param {Function} real */
  const timed = (real) => (/** @type {unknown[]} */ ...args) => {
    if (depth > 0) return real(...args);
    depth++;
    const start = performance.now();
    try {
      return real(...args);
    } finally {
      spent.hostMs += performance.now() - start;
      depth--;
    }
  };
  /** @param {WebAssembly.Instance} instance */
  const wrapped = (instance) => ({
    exports: Object.fromEntries(Object.entries(instance.exports)
      .map(([name, value]) => [name, typeof value === "function" ? timed(value) : value])),
  });
  const instantiateStreaming = WebAssembly.instantiateStreaming;
  /** @type {any} */ (WebAssembly).instantiateStreaming = async (/** @type {Response} */ source, /** @type {any} */ imports) => {
    const { instance, module } = await instantiateStreaming(source, imports);
    return { instance: wrapped(instance), module };
  };

  /** @param {any} type @param {string} name @param {"dispatches"|"submits"} counter */
  const count = (type, name, counter) => {
    const real = type.prototype[name];
    type.prototype[name] = function (/** @type {unknown[]} */ ...args) {
      spent[counter]++;
      return real.apply(this, args);
    };
  };
  const here = /** @type {any} */ (globalThis);
  count(here.GPUComputePassEncoder, "dispatchWorkgroups", "dispatches");
  count(here.GPUComputePassEncoder, "dispatchWorkgroupsIndirect", "dispatches");
  count(here.GPUQueue, "submit", "submits");

  const postMessage = here.postMessage.bind(here);
  here.postMessage = (/** @type {any} */ event) => {
    if (event.type === "steps") {
      const share = Object.fromEntries(Object.entries(spent).map(([name, value]) => [name, value / event.reports.length]));
      for (const report of event.reports) report.bench = share;
      Object.assign(spent, { hostMs: 0, dispatches: 0, submits: 0 });
    }
    postMessage(event);
  };
}
