// Texts that begin with the same prompt and that one model writes side by side, a while at a time: here, or
// by a helper (helper.js), which has the same model. What a text becomes depends on its prompt and on its
// seed alone, so it does not matter who writes it beside which others.

import { answers } from "./helper_wire.js";

/**
 * @typedef {import("../api/messages.js").TextsToWrite} TextsToWrite
 * @typedef {import("../api/messages.js").WrittenText} WrittenText
 * @typedef {import("../../dist/engine_cpu.js").Model} Model
 * @typedef {import("./helper_wire.js").HelperWire} HelperWire
 */

/** The seed of a sampling that names none, as in core. */
const USUAL_SEED = 1;
/** A helper that takes so long for a turn is given up. */
const PATIENCE_MS = 20_000;

export class Texts {
  #model;
  #remaining;
  /** As far as they are written. @type {WrittenText[]} */
  texts;
  /** Why no more comes of any of them, once none does. @type {null|"length"|"end"} */
  done = null;
  /** These are never lost with a helper. */
  isLost = false;

  /**
   * Begins them. Where the prompt is refused, the model is still the caller's.
   * @param {Model} model  freed with these texts
   * @param {TextsToWrite} what
   */
  constructor(model, { prompt, sampling, stop_at_end, length, count, continuation }) {
    model.beginTexts(Array(count).fill(prompt), sampling, stop_at_end, continuation);
    this.#model = model;
    this.#remaining = length;
    this.texts = Array.from({ length: count }, () => ({ text: "", ended: false }));
  }

  /**
   * Goes on writing for about so long.
   * @param {number} ms
   * @param {<T>(work: Promise<T>) => Promise<T>} [wait]  for a token
   */
  async write(ms, wait = (work) => work) {
    const start = performance.now();
    while (!this.done && performance.now() - start < ms) {
      if (this.#remaining <= 0) {
        this.done = "length";
        break;
      }
      const last = --this.#remaining === 0;
      const pieces = await wait(this.#model.continueTexts(1, last));
      pieces.forEach(({ text, ended }, index) => {
        this.texts[index].text += text;
        this.texts[index].ended = ended;
      });
      if (this.texts.every(({ ended }) => ended)) this.done = "end";
      else if (last) this.done = "length";
    }
  }

  /** How the tokens of the first text were drawn that have come since the last call, where that is told. */
  takeTokens() {
    return this.#model.writtenTokens();
  }

  free() {
    this.#model.free();
  }
}

/** Texts that a helper writes. */
export class HelpersTexts {
  #helper;
  /** What it is told to begin, until it has been. @type {TextsToWrite|null} */
  #unbegun;
  /** @type {WrittenText[]} */
  texts = [];
  /** @type {null|"length"|"end"} */
  done = null;
  /** Whether the helper is gone, and what it wrote with it. */
  isLost = false;

  /**
   * @param {HelperWire} helper
   * @param {TextsToWrite} what
   */
  constructor(helper, what) {
    this.#helper = helper;
    this.#unbegun = what;
  }

  /** Makes the helper go on for about so long. @param {number} ms */
  async write(ms) {
    const begin = this.#unbegun;
    this.#unbegun = null;
    const asked = this.#helper.ask({ type: "write", begin, ms });
    const [answer] = await answers([this.#helper], [asked], PATIENCE_MS);
    if (!answer) {
      this.isLost = true;
      return;
    }
    const { texts, done } = /** @type {Pick<Texts, "texts"|"done">} */ (answer.result);
    this.texts = texts;
    this.done = done;
  }

  /** What a helper writes is never explained: samples alone are shared out. */
  takeTokens() {
    return [];
  }

  /** The helper frees them itself, before anything else than writing. */
  free() {}
}

/**
 * Divides texts into as many shares as there are workers, at most: each text keeps its seed.
 * @param {TextsToWrite} what
 * @param {number} workers
 * @returns {TextsToWrite[]}
 */
export function sharedOut(what, workers) {
  const shares = Math.min(workers, what.count);
  const first = (/** @type {number} */ share) => Math.floor((share * what.count) / shares);
  const seed = what.sampling.seed ?? USUAL_SEED;
  return Array.from({ length: shares }, (_, share) => ({
    ...what,
    sampling: { ...what.sampling, seed: seed + first(share) },
    count: first(share + 1) - first(share),
  }));
}
