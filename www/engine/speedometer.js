// Tokens a second over the last seconds of training alone: what is written or evaluated in between does not
// count.

const WINDOW_MS = 5_000;

export class Speedometer {
  /** @type {{tokens: number, ms: number}[]} */
  #recent = [];

  /**
   * @param {number} tokens
   * @param {number} ms
   */
  add(tokens, ms) {
    this.#recent.push({ tokens, ms });
    let total = this.#recent.reduce((sum, entry) => sum + entry.ms, 0);
    while (this.#recent.length > 1 && total - this.#recent[0].ms > WINDOW_MS) {
      total -= this.#recent.shift()?.ms ?? 0;
    }
  }

  /** 0 before anything was trained. */
  get tokensPerSecond() {
    const ms = this.#recent.reduce((sum, entry) => sum + entry.ms, 0);
    const tokens = this.#recent.reduce((sum, entry) => sum + entry.tokens, 0);
    return ms > 0 ? (tokens / ms) * 1000 : 0;
  }
}
