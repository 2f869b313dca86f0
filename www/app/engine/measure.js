// How fast this device trains a model of a given shape: a few steps of the real engine, on a text that says nothing. On a GPU
// this also compiles all the programs that a run of that shape will need, so that its first step is a step like any other.

import { workersFor } from "./team.js";
import { Watchdog } from "./watchdog.js";

/**
 * @typedef {import("./protocol.js").ModelConfig} ModelConfig
 * @typedef {import("./load.js").Engine} Engine
 */

/** A browser compiles wasm well only once it has seen it run for a while: the first steps are several times slower. */
const LEAST_MS = 1_500;
const LEAST_STEPS = 3;
/** A GPU that has its programs runs as fast as ever. */
const GPU_MS = 500;

/**
 * On the CPU engine.
 * @param {Engine} engine
 * @param {ModelConfig} model
 * @param {number} vocab_size
 * @param {number} batch_size
 * @returns {Promise<number>} tokens a second, from the fastest of the steps: others ran beside something else
 */
export async function measureSpeed(engine, model, vocab_size, batch_size) {
  // The gradient's time grows with the batch in proportion, so one window tells as much as twelve.
  const session = await engine.Session.create(options(model, vocab_size, { batch_size: 1 }));
  const { parameters, muon_parameters } = session.info();
  const [gradient, whole] = [new Float32Array(parameters), new Float32Array(muon_parameters)];
  let [window, directions, update] = [Infinity, Infinity, Infinity];
  const begin = performance.now();
  for (let steps = 0; steps < LEAST_STEPS || performance.now() - begin < LEAST_MS; steps++) {
    const start = performance.now();
    const loss = await session.shareOfStep(0, 1, gradient);
    const middle = performance.now();
    session.beginStep(loss, gradient);
    const begun = performance.now();
    await session.shareOfDirections(0, 1, whole);
    const directed = performance.now();
    session.endStep(whole);
    window = Math.min(window, middle - start);
    directions = Math.min(directions, directed - begun);
    update = Math.min(update, performance.now() - directed + begun - middle);
  }
  session.free();
  // The windows and the directions are shared between the workers, the update is not.
  const step = (window * batch_size + directions) / workersFor(batch_size) + update;
  return (batch_size * model.block_size) / (step / 1000);
}

/**
 * On the WebGPU engine.
 * @param {Engine} engine
 * @param {ModelConfig} model
 * @param {number} vocab_size
 * @param {number} batch_size
 * @param {() => boolean} hurry  whether somebody waits for the end of this
 * @returns {Promise<number>} tokens a second, from the fastest step
 */
export async function warmUp(engine, model, vocab_size, batch_size, hurry) {
  const watchdog = new Watchdog();
  // Where nothing is left out of a step, the program that would leave it out is one too many: that is all.
  const session = await engine.Session.create(options(model, vocab_size, { batch_size, dropout: 0.1 }));
  try {
    await watchdog.watch(session.train(1), 1);
    await watchdog.watch(session.evaluate(1), 1);
    // The first token reads the prompt, the second is read after it.
    session.beginText(character(0), {});
    await watchdog.watch(session.continueText(2, true), 1);
    let fastest = Infinity;
    const begin = performance.now();
    do {
      const start = performance.now();
      await watchdog.watch(session.train(1), 1);
      fastest = Math.min(fastest, performance.now() - start);
    } while (performance.now() - begin < GPU_MS && !hurry());
    return (batch_size * model.block_size) / (fastest / 1000);
  } finally {
    session.free();
  }
}

/**
 * @param {ModelConfig} model
 * @param {number} vocab_size
 * @param {{batch_size: number, dropout?: number}} train
 * @returns {import("../../../dist/engine_cpu.js").SessionOptions}
 */
function options(model, vocab_size, train) {
  return { text: textWith(vocab_size, 20 * (model.block_size + 1)), tokenizer: { kind: "chars" }, model, train };
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
