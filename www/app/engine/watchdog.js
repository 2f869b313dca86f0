// A GPU whose queue stands still answers nothing, for ever, and no error comes. What takes ten times as long as such work
// usually does is therefore given up.

const MEDIANS = 10;
/** However fast the steps are: programs are compiled in between, and a tab in the background is slowed down. */
const LEAST_MS = 10_000;
/** While no step has been timed: the first one compiles. */
const FIRST_MS = 180_000;
/** Steps whose median counts. */
const REMEMBERED = 31;
/** Time is counted in such ticks, and a late one as two: while the device slept, nothing was waited for. */
const TICK_MS = 500;

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
  async watch(work, steps) {
    let left = this.#patience(steps);
    let last = performance.now();
    /** @type {number|undefined} */
    let timer;
    const stalled = new Promise((_, reject) => {
      timer = setInterval(() => {
        const now = performance.now();
        left -= Math.min(now - last, 2 * TICK_MS);
        last = now;
        if (left < 0) reject(Object.assign(new Error("the GPU's queue stands still"), { code: "gpu_stalled" }));
      }, TICK_MS);
    });
    try {
      return await /** @type {Promise<T>} */ (Promise.race([work, stalled]));
    } finally {
      clearInterval(timer);
    }
  }

  /** @param {number} steps */
  #patience(steps) {
    if (this.#recent.length === 0) return FIRST_MS;
    const median = [...this.#recent].sort((a, b) => a - b)[this.#recent.length >> 1];
    return Math.max(LEAST_MS, MEDIANS * median * steps);
  }
}
