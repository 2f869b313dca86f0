// A GPU whose queue has stalled answers nothing, for ever, and no error comes. What takes ten times as long
// as such work usually does is therefore given up.

import { failure } from "./failures.js";
import { withPatience } from "./patience.js";

const MEDIANS = 10;
/** However fast the steps are: programs are compiled in between, and a tab in the background is slow. */
const LEAST_MS = 10_000;
/** While no step has been timed: the first one compiles. */
const FIRST_MS = 180_000;
/** Steps whose median counts. */
const REMEMBERED = 31;

export class Watchdog {
  /** Milliseconds of the last steps. @type {number[]} */
  #recent = [];

  /** @param {number} ms  of a step that has ended */
  learn(ms) {
    this.#recent.push(ms);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  /**
   * @template T
   * @param {Promise<T>} work
   * @param {number} steps  that it takes about as long as
   * @returns {Promise<T>} `work`, or a failure `gpu_stalled` if that takes too long
   */
  watch(work, steps) {
    const stalled = () => failure("gpu_stalled", "the GPU's queue has stalled");
    return withPatience(work, this.#patience(steps), stalled);
  }

  /** @param {number} steps */
  #patience(steps) {
    if (this.#recent.length === 0) return FIRST_MS;
    const median = [...this.#recent].sort((a, b) => a - b)[this.#recent.length >> 1];
    return Math.max(LEAST_MS, MEDIANS * median * steps);
  }
}
