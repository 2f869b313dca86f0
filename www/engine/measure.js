// How fast this device trains a model of a given shape: a few steps of the real engine, on a text that says
// nothing. On a GPU this also compiles all the programs that a run of that shape will need, so that its first
// step is a step like any other.

import { choiceInstead, shapeOf } from "./create.js";
import { isFatal, isNotLoaded } from "./failures.js";
import { SAMPLE_TEXTS } from "./milestones.js";
import { chooseEngine, cpu } from "./probe.js";
import { Watchdog } from "./watchdog.js";
import { workersFor } from "./workers.js";

/**
 * @typedef {import("../api/messages.js").ModelConfig} ModelConfig
 * @typedef {import("./create.js").Host} Host
 * @typedef {import("./load.js").Engine} Engine
 * @typedef {{model: ModelConfig, vocab_size: number, batch_size: number}} Shape
 */

/** A browser compiles wasm well once it has seen it run for a while: the first steps are slower by far. */
const LEAST_MS = 1_500;
const LEAST_STEPS = 3;
/** A GPU that has its programs runs as fast as ever. */
const GPU_MS = 500;
/** Those that every vocabulary has. */
const SPECIAL_TOKENS = 4;

/**
 * Measures, and tells the speed. A GPU that fails at it is not used by this worker any more: the CPU engine
 * is measured.
 * @param {Extract<import("../api/messages.js").Command, {type: "measure"}>} command
 * @param {Host} host
 * @param {() => boolean} hurry  whether somebody waits for the end of this
 */
export async function measure({ run, engine: wanted, ...shape }, host, hurry) {
  const chosen = host.gpuFailed ? cpu("gpu-failed") : await chooseEngine(wanted);
  let { engine } = chosen;
  let tokens_per_s = 0;
  if (engine === "webgpu") {
    host.tell({ type: "progress", run, phase: "compiling", engine });
    try {
      tokens_per_s = await warmUp(shape, host, hurry);
    } catch (error) {
      const refused = choiceInstead(error, wanted);
      host.gpuFailed ||= !refused && isFatal(error) && !isNotLoaded(error);
      if (refused || host.gpuFailed) {
        engine = "cpu";
        host.engines.leave("webgpu");
      }
    }
  }
  if (engine === "cpu" && !hurry()) {
    const { engine: module } = await host.engines.load("cpu", host.onDeath);
    try {
      tokens_per_s = await measureSpeed(module, shape);
    } catch (error) {
      // Nobody has asked for such a run yet: what refuses it will be told when somebody does.
      if (isFatal(error)) throw error;
    }
  }
  host.tell({ type: "measured", run, engine, tokens_per_s, gpu_failed: host.gpuFailed });
}

/**
 * On the CPU engine.
 * @param {Engine} engine
 * @param {Shape} shape
 * @returns {Promise<number>} tokens a second, from the fastest of the steps: others ran beside something else
 */
async function measureSpeed(engine, { model, vocab_size, batch_size }) {
  // The gradients' time grows with the batch in proportion, so one window tells as much as twelve.
  const training = await engine.Training.create(options(model, vocab_size, { batch_size: 1 }));
  const gradients = [new Float32Array(training.info().parameters)];
  let [gradientsMs, updatesMs, restMs] = [Infinity, Infinity, Infinity];
  const begin = performance.now();
  for (let steps = 0; steps < LEAST_STEPS || performance.now() - begin < LEAST_MS; steps++) {
    const start = performance.now();
    const loss = await training.partialGradients(0, 1, gradients);
    const computed = performance.now();
    training.beginStep(loss, gradients);
    const begun = performance.now();
    const updates = await training.partialUpdates(0, 1);
    const updated = performance.now();
    training.endStep([updates]);
    gradientsMs = Math.min(gradientsMs, computed - start);
    updatesMs = Math.min(updatesMs, updated - begun);
    restMs = Math.min(restMs, performance.now() - updated + begun - computed);
  }
  const workers = workersFor(batch_size, (workers) => training.memoryOf(workers));
  training.free();
  // The windows and the updates are shared between the workers, the rest is not.
  const step = (gradientsMs * batch_size + updatesMs) / workers + restMs;
  return (batch_size * model.block_size) / (step / 1000);
}

/**
 * On the WebGPU engine.
 * @param {Shape} shape
 * @param {Host} host
 * @param {() => boolean} hurry
 * @returns {Promise<number>} tokens a second, from the fastest step
 */
async function warmUp({ model, vocab_size, batch_size }, host, hurry) {
  const watchdog = new Watchdog();
  let die = (/** @type {Error} */ _error) => {};
  const death = new Promise((_, reject) => { die = reject; });
  death.catch(() => {}); // Nobody may be waiting for anything then.
  const { engine } = await host.engines.load("webgpu", die);
  /** @type {<T>(work: Promise<T>) => Promise<T>} */
  const wait = (work) => Promise.race([watchdog.watch(work, 1), /** @type {Promise<never>} */ (death)]);
  // Where nothing is left out of a step, the program that would leave it out is one too many: that is all.
  const train = { batch_size, dropout: 0.1 };
  const training = await wait(engine.Training.create(options(model, vocab_size, train)));
  await wait(training.train(1));
  await wait(training.partialEvaluation(batch_size, 0));
  await wait(training.checkpoint(""));
  // A sample's texts, then one: the prompt's beginning is read at once, its last token by itself.
  const writer = training.model();
  for (const texts of [SAMPLE_TEXTS, 1]) {
    writer.beginTexts(Array(texts).fill(character(0) + character(1)), {}, false);
    await wait(writer.continueTexts(1, true));
  }
  await wait(writer.inspect(character(0), []));
  let fastest = Infinity;
  const begin = performance.now();
  do {
    const start = performance.now();
    await wait(training.train(1));
    fastest = Math.min(fastest, performance.now() - start);
  } while (performance.now() - begin < GPU_MS && !hurry());
  writer.free();
  training.free();
  host.warm.add(shapeOf(model, vocab_size, batch_size));
  return (batch_size * model.block_size) / (fastest / 1000);
}

/**
 * @param {ModelConfig} model
 * @param {number} vocab_size
 * @param {{batch_size: number, dropout?: number}} train
 * @returns {import("../api/messages.js").TrainingOptions}
 */
function options(model, vocab_size, train) {
  const text = textWith(Math.max(2, vocab_size - SPECIAL_TOKENS), 20 * (model.block_size + 1));
  return { documents: [text], tokenizer: { kind: "chars" }, model, train };
}

/**
 * A text of so many distinct characters: what it says does not matter for the time.
 * @param {number} distinct
 * @param {number} least its length at least
 */
function textWith(distinct, least) {
  const characters = Array.from({ length: distinct }, (_, i) => character(i)).join("");
  return characters.repeat(Math.ceil(least / distinct));
}

/** Of a long range without gaps. @param {number} i */
function character(i) {
  return String.fromCodePoint(0x4e00 + i);
}
