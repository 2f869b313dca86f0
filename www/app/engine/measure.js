// How fast this device trains a model of a given shape: a few small steps of the real engine.

import { workersFor } from "./team.js";

/**
 * @typedef {import("./protocol.js").ModelConfig} ModelConfig
 * @typedef {import("./load.js").Engine} Engine
 */

/** A browser compiles wasm well only once it has seen it run for a while: the first steps are several times slower. */
const LEAST_MS = 1_500;
const LEAST_STEPS = 3;

/**
 * @param {Engine} engine
 * @param {ModelConfig} model
 * @param {number} vocab_size
 * @param {number} batch_size
 * @returns {Promise<number>} tokens a second, from the fastest of the steps: others ran beside something else
 */
export async function measureSpeed(engine, model, vocab_size, batch_size) {
  const session = await engine.Session.create({
    text: textWith(vocab_size, 20 * (model.block_size + 1)),
    tokenizer: { kind: "chars" },
    model,
    // The gradient's time grows with the batch in proportion, so one window tells as much as twelve.
    train: { batch_size: 1 },
  });
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
 * A text of so many distinct characters: what it says does not matter for the time.
 * @param {number} distinct
 * @param {number} least its length at least
 */
function textWith(distinct, least) {
  const first = 0x4e00; // A long range of characters without gaps.
  const characters = Array.from({ length: distinct }, (_, i) => String.fromCodePoint(first + i)).join("");
  return characters.repeat(Math.ceil(least / distinct));
}
