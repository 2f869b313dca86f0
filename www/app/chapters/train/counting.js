// What counting alone foretells of the validation part, asked of a training once: the lines that its model
// has to get below.

import { EngineFailure } from "../../../api/failure.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/training.js").Training} Training */
/** @typedef {{name: "singles"|"pairs"|"triples", loss: number}} Counted  loss: nats a token */

const NAMES = /** @type {const} */ (["singles", "pairs", "triples"]);

export class Counting {
  /** What was asked. @type {Training|null} */
  #training = null;
  /** @type {readonly Counted[]} */
  #counted = [];
  #onAnswer;

  /** @param {() => void} onAnswer  told once it is known */
  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
  }

  /**
   * @param {Training|null} training  at hand
   * @param {AppState} state
   * @returns {readonly Counted[]} none until they are known; the same list as long as nothing changes
   */
  of(training, { history }) {
    // The model is judged first: until then nothing can be compared.
    const asked = history.evaluations.length > 0 ? training : null;
    if (asked !== this.#training) {
      this.#training = asked;
      this.#counted = [];
      if (asked) this.#ask(asked);
    }
    return this.#counted;
  }

  /** @param {Training} training */
  async #ask(training) {
    const { validation_batches, train: { batch_size } } = training.info;
    try {
      const counted = await training.model.countingLosses({ examples: validation_batches * batch_size });
      if (training !== this.#training || !counted) return;
      this.#counted = NAMES.map((name, index) => ({ name, loss: counted.losses[index] }));
      this.#onAnswer();
    } catch (error) {
      // Nobody has asked for it: without an answer there are no such lines.
      if (!(error instanceof EngineFailure)) throw error;
    }
  }
}
