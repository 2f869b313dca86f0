// What comes by and by, for whoever waits for it in a loop.

/** @template T */
export class Queue {
  /** @type {T[]} */
  #arrived = [];
  /** @type {{reason: unknown}|null} */
  #failed = null;
  #ended = false;
  #wake = () => {};

  /** @param {T} item */
  push(item) {
    this.#arrived.push(item);
    this.#wake();
  }

  /** Nothing more comes. */
  end() {
    this.#ended = true;
    this.#wake();
  }

  /** Nothing more comes, since something failed. @param {unknown} reason */
  fail(reason) {
    this.#failed ??= { reason };
    this.#wake();
  }

  /**
   * @returns {Promise<T|null>} what has come, in its order; null once nothing more does
   * @throws the reason of a failure, after what came before it
   */
  async next() {
    while (this.#arrived.length === 0 && !this.#ended && !this.#failed) {
      await new Promise((resolve) => { this.#wake = () => resolve(undefined); });
    }
    const [item = null] = this.#arrived.splice(0, 1);
    if (item === null && this.#failed) throw this.#failed.reason;
    return item;
  }
}
