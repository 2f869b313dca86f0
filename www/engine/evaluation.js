// One evaluation in parts, each computed here or by a helper that is free. Their losses are summed in order,
// so it does not matter who computes which, or how many do.

import { answers } from "./helper_wire.js";

/**
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 * @typedef {import("./helper_wire.js").HelperWire} HelperWire
 */

/** A helper is asked for a part before it has answered the last: this worker may be busy with its own. */
const AHEAD = 2;
/** A turn of waiting lasts so long at most, so that a command is heard soon. */
const TURN_MS = 100;
/** A helper that takes so long for a part is given up. */
const PATIENCE_MS = 20_000;

export class Evaluation {
  #training;
  #examples;
  /** With the number of parts that each has not answered yet. @type {Map<HelperWire, number>} */
  #helpers;
  /** Of each part. */
  #losses;
  /** Parts that nobody computes yet, the next one last. @type {number[]} */
  #open;
  /** Parts whose losses are not known yet. */
  #missing;
  #answered = () => {};
  #ms = 0;

  /**
   * @param {Training} training
   * @param {HelperWire[]} helpers  that have the model in use
   * @param {number} examples       of the validation part, at most
   */
  constructor(training, helpers, examples) {
    this.#training = training;
    this.#examples = examples;
    this.#helpers = new Map(helpers.map((helper) => [helper, 0]));
    const parts = training.evaluationParts(examples);
    this.#losses = new Float32Array(parts);
    this.#open = Array.from({ length: parts }, (_, index) => parts - 1 - index);
    this.#missing = parts;
  }

  get isDone() {
    return this.#missing === 0;
  }

  /** Milliseconds of its turns so far. */
  get ms() {
    return this.#ms;
  }

  /** Those who compute it, this one included. */
  get workers() {
    return 1 + this.#helpers.size;
  }

  /** Computes a part; where none is left, waits for one of the helpers'. */
  async turn() {
    const start = performance.now();
    const part = this.#open.pop();
    // With few left, a helper that has two keeps the others waiting.
    const ahead = this.#open.length > AHEAD * this.workers ? AHEAD : 1;
    for (const [helper, asked] of this.#helpers) {
      for (let more = ahead - asked; more > 0 && this.#open.length > 0; more--) this.#ask(helper);
    }
    if (part !== undefined) {
      this.#take(part, await this.#training.partialEvaluation(this.#examples, part));
    } else if (!this.isDone) {
      await new Promise((resolve) => {
        this.#answered = () => resolve(undefined);
        setTimeout(resolve, TURN_MS);
      });
    }
    this.#ms += performance.now() - start;
  }

  /**
   * Once it is done.
   * @returns {import("../../dist/engine_cpu.js").Evaluation|null} none where there is no validation part
   */
  join() {
    return this.#training.joinEvaluation(this.#examples, this.#losses);
  }

  /** @param {HelperWire} helper */
  async #ask(helper) {
    const part = /** @type {number} */ (this.#open.pop());
    const asked = this.#helpers.get(helper) ?? 0;
    this.#helpers.set(helper, asked + 1);
    const order = helper.ask({ type: "evaluate", examples: this.#examples, part });
    const [answer] = await answers([helper], [order], PATIENCE_MS);
    if (answer) {
      this.#helpers.set(helper, (this.#helpers.get(helper) ?? 1) - 1);
      this.#take(part, /** @type {number} */ (answer.result));
    } else {
      this.#helpers.delete(helper);
      this.#open.push(part);
    }
    this.#answered();
  }

  /**
   * @param {number} part
   * @param {number} loss
   */
  #take(part, loss) {
    this.#losses[part] = loss;
    this.#missing--;
  }
}
