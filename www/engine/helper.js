// A helper of the engine worker (team.js): holds a replica of its training, computes parts of batches, takes
// the same steps. Or it learns a tokenizer, which keeps a thread from everything else for a while.

import { codeOf } from "./failures.js";
import { loadEngine } from "./load.js";
import { buffersOf, gradientShare, sumShares, updateShare } from "./shares.js";
import { Texts } from "./texts.js";

/**
 * @typedef {import("../api/messages.js").HelperOrder} HelperOrder
 * @typedef {import("../api/messages.js").HelperAnswer} HelperAnswer
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 */

/** @type {Training|null} */
let training = null;
let parameters = 0;
/** What others gave last: the memory of what is given next. @type {import("./shares.js").Numbers[]} */
let memory = [];
/** What is being written of a sample, until training goes on. @type {Texts|null} */
let writing = null;

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
      dropTexts();
      if (order.updates) endStep(order.updates);
      return give(await gradientShare(replica(), parameters, order, memory));
    case "sum":
      return give({ result: 0, values: sumShares(order.values) });
    case "begin":
      if (!sameFailure(() => replica().beginStep(order.loss, order.values))) return answer(null);
      return give(await updateShare(replica(), order, order.values));
    case "end":
      return endStep(order.values);
    case "forget":
      memory = order.values;
      return;
    case "evaluate":
      return answer(await replica().partialEvaluation(order.examples, order.part));
    case "write":
      return write(order);
    case "texts":
      return replica().replaceTraining(order.documents, order.position);
    case "set":
      return replica().setLearningRate(order.learning_rate);
  }
}

/** @param {unknown} result */
function answer(result) {
  /** @type {HelperAnswer} */
  const message = { result, values: null };
  self.postMessage(message);
}

/** Gives away what this worker has computed of a step. @param {import("./shares.js").Share} share */
function give(share) {
  memory = [];
  self.postMessage(share, { transfer: buffersOf(share.values) });
}

/** @param {import("./shares.js").Numbers[]} updates  of all parts */
function endStep(updates) {
  memory = updates;
  sameFailure(() => replica().endStep(updates));
}

/** @param {Extract<HelperOrder, {type: "write"}>} order */
async function write({ begin, ms }) {
  if (begin) {
    dropTexts();
    writing = new Texts(replica().model(), begin);
  }
  if (!writing) throw new Error("told to go on with texts that it has not begun");
  await writing.write(ms);
  const { texts, done } = writing;
  if (done) dropTexts();
  answer({ texts, done });
}

function dropTexts() {
  writing?.free();
  writing = null;
}

/** @param {Training} next  in place of the training of before */
function replace(next) {
  dropTexts();
  training?.free();
  training = next;
  parameters = next.info().parameters;
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
 * @returns {boolean} whether it did not
 */
function sameFailure(step) {
  try {
    step();
    return true;
  } catch (error) {
    if (codeOf(error) !== "diverged") throw error;
    return false;
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
  work = work.then(() => obey(data)).catch((error) => fail(codeOf(error) ?? "engine_failed", String(error)));
};
