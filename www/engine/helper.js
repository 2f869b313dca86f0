// A helper of the engine worker (team.js): holds a replica of its training, computes parts of batches, takes
// the same steps. Or it learns a tokenizer, which keeps a thread from everything else for a while.

import { loadEngine } from "./load.js";

/**
 * @typedef {import("../api/messages.js").HelperOrder} HelperOrder
 * @typedef {import("../api/messages.js").HelperAnswer} HelperAnswer
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 */

/** @type {Training|null} */
let training = null;
/** Lent to the engine worker with this one's part in it; given back with the sums. @type {Float32Array} */
let gradients = new Float32Array(0);
/** The same. @type {Float32Array} */
let updates = new Float32Array(0);

/** @param {HelperOrder} order */
async function obey(order) {
  switch (order.type) {
    case "learn":
      return answer((await engine()).learnTokenizer(order.options));
    case "create":
      return replace(await (await engine()).Training.create(order.options));
    case "open":
      return replace(await (await engine()).Training.open(order.checkpoint, order.options));
    case "gradients":
      return answer(await replica().partialGradients(order.part, order.parts, gradients), gradients);
    case "begin":
      gradients = order.values;
      return sameFailure(() => replica().beginStep(order.loss, gradients));
    case "updates":
      return answer(await replica().partialUpdates(order.part, order.parts, updates), updates);
    case "end":
      updates = order.values;
      return sameFailure(() => replica().endStep(updates));
    case "forget":
      updates = order.values;
      return;
    case "evaluate":
      return answer(await replica().partialEvaluation(order.examples, order.part));
    case "texts":
      return replica().replaceTraining(order.documents, order.position);
    case "set":
      return replica().setLearningRate(order.learning_rate);
  }
}

/**
 * @param {unknown} result
 * @param {Float32Array|null} [values]  lent
 */
function answer(result, values = null) {
  /** @type {HelperAnswer} */
  const message = { result, values };
  self.postMessage(message, { transfer: values ? [values.buffer] : [] });
}

/** @param {Training} next  in place of the training of before */
function replace(next) {
  training?.free();
  training = next;
  const { parameters, muon_parameters } = next.info();
  gradients = new Float32Array(parameters);
  updates = new Float32Array(muon_parameters);
  answer(null);
}

function replica() {
  if (!training) throw new Error("told to train before it was told what");
  return training;
}

/**
 * A training that diverges does so in every replica: the engine worker meets the same failure, and makes all
 * go back.
 * @param {() => unknown} step
 */
function sameFailure(step) {
  try {
    step();
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code !== "diverged") throw error;
  }
}

async function engine() {
  return (await loadEngine("cpu", fail)).engine;
}

/**
 * Says so, and ends: the engine worker then does this one's part.
 * @param {string} code
 * @param {string} cause
 */
function fail(code, cause) {
  /** @type {HelperAnswer} */
  const message = { failure: { code, params: {}, cause } };
  self.postMessage(message);
  self.close();
}

/** Orders are obeyed one after the other. */
let work = Promise.resolve();
self.onmessage = ({ data }) => {
  work = work.then(() => obey(data)).catch((error) => fail(error?.code ?? "engine_failed", String(error)));
};
