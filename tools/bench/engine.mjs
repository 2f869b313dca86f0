// An engine worker of the built page, driven from Node by the page's own messages (www/api/messages.js),
// without the views: what a benchmark measures is the engine alone.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";

/** @typedef {import("../../www/api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../www/api/messages.js").Command} Command */
/** @typedef {import("../../www/api/messages.js").Event} EngineEvent */
/** @typedef {import("../../www/api/messages.js").StepReport} StepReport */

/** The shape that the page calls *petit*, nanoGPT's "on a laptop"; `batch_size` windows a step. */
export const PETIT = {
  model: { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64, position: /** @type {const} */ ("rotary") },
  batch_size: 12,
};

/** Samples are drawn between steps and not timed; a short one keeps a benchmark short. */
export const SHORTEST_SAMPLE = {
  prompt: "The",
  length: 1,
  sampling: { temperature: 1, top_k: 0, top_p: 1, seed: 1 },
};

/** Simple enough that a few steps learn something of it. */
export const SIMPLE_TEXT = "The black cat sat on the mat and looked at the moon. ".repeat(400);

/**
 * A run of the WebGPU engine on the simple text, with a schedule so long that no evaluation falls into what
 * is measured.
 * @param {Omit<import("../../www/api/messages.js").ModelConfig, "position">} model
 * @param {{batch_size: number} & Partial<import("../../www/api/messages.js").TrainConfig>} train
 * @returns {RunSettings}
 */
export function webgpuRun({ n_layer, n_head, n_embd, block_size }, train) {
  return {
    engine: "webgpu",
    source: { kind: "text", documents: [SIMPLE_TEXT] },
    tokenizer: { kind: "chars" },
    model: { n_layer, n_head, n_embd, block_size, position: "rotary" },
    train: { steps: 100_000, learning_rate: 1e-3, warmup_steps: 10, seed: 1, ...train },
    sample: SHORTEST_SAMPLE,
  };
}

const PAGE = "bench.html";
const WORKER = "bench_worker.js";
/** The only run of the worker. */
const RUN = 1;

/**
 * @param {object} [options]
 * @param {string} [options.probe]  text of a module that the worker loads before the engine
 */
export async function openEngine({ probe = "" } = {}) {
  const site = await serve("dist", {
    more: {
      [PAGE]: '<!doctype html><link rel="icon" href="data:,">',
      "bench_probe.js": probe,
      [WORKER]: 'import "./bench_probe.js";\nimport "./engine/worker.js";\n',
    },
  });
  const browser = await launchChromium();
  const page = await browser.newPage();
  /** @type {Set<(event: EngineEvent) => void>} */
  const listeners = new Set();
  await page.exposeFunction("tellBench", (/** @type {EngineEvent} */ event) => {
    for (const listener of listeners) listener(event);
  });
  page.on("pageerror", (error) => console.error(`page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") console.error(`page: ${message.text()}`);
  });
  await page.goto(site.url + PAGE);
  await page.evaluate((file) => {
    const here = /** @type {any} */ (globalThis);
    here.worker = new Worker(file, { type: "module" });
    // Checkpoints are megabytes, which nobody here asks for.
    here.worker.onmessage = (/** @type {MessageEvent} */ { data }) => {
      if (data.type !== "checkpoint") here.tellBench(data);
    };
    here.worker.onerror = (/** @type {ErrorEvent} */ error) => here.tellBench({
      type: "failure", failure: { code: "worker_died", cause: error.message ?? "it could not be loaded" },
    });
  }, WORKER);

  /** @param {Command|object} command  an object that is no command is what a probe understands */
  const send = (command) =>
    page.evaluate((data) => /** @type {any} */ (globalThis).worker.postMessage(data), command);
  /**
   * The first event that `found` accepts. A failure that the engine tells ends the benchmark.
   * @param {(event: EngineEvent) => boolean} found
   * @returns {Promise<EngineEvent>}
   */
  const wait = (found) => new Promise((resolve, reject) => {
    /** @param {EngineEvent} event */
    const listener = (event) => {
      if (event.type === "failure") reject(new Error(`${event.failure.code}: ${event.failure.cause}`));
      else if (found(event)) resolve(event);
      else return;
      listeners.delete(listener);
    };
    listeners.add(listener);
  });

  return {
    /** Loads the engine and makes a run. @param {RunSettings} settings */
    async create(settings) {
      const ready = /** @type {Promise<EngineEvent & {type: "ready"}>} */ (
        wait((event) => event.type === "ready")
      );
      await send({ type: "create", run: RUN, settings, checkpoint: null, gpu_failed: false });
      return (await ready).info;
    },

    /**
     * Trains until `count` more steps are done, then pauses. Returns their reports.
     * @param {number} count
     * @param {(report: StepReport) => void} [told]
     */
    async train(count, told = () => {}) {
      /** @type {StepReport[]} */
      const reports = [];
      const enough = wait((event) => {
        if (event.type === "steps")
          for (const report of event.reports) {
            reports.push(report);
            told(report);
          }
        return event.type === "steps" && reports.length >= count;
      });
      // Listened for from the start: where these are the run's last steps, it ends before it can be paused.
      const paused = wait((event) => event.type === "state" && event.state !== "training");
      await send({ type: "train", run: RUN, order: "start" });
      await enough;
      await send({ type: "train", run: RUN, order: "pause" });
      await paused;
      return reports.slice(0, count);
    },

    /** @param {Pick<import("../../www/api/messages.js").Write, "prompt"|"length"|"sampling">} what */
    async write(what) {
      let text = "";
      const written = wait((event) => {
        if (event.type === "piece") text += event.text;
        return event.type === "piece" && event.done !== null;
      });
      await send({ type: "write", run: RUN, id: 1, stop_at_end: false, ...what });
      await written;
      return text;
    },

    wait,
    send,
    browser,

    async close() {
      await browser.close();
      await site.close();
    },
  };
}
