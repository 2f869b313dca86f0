// Whose turn it is to train, where several cards of one article share the cores of one device: a second
// training would halve the speed of the first. The first has them until it pauses or ends; the next in line
// then begins by itself. Cards find each other by Web Locks, so only those that share an origin, and in one
// site, do; in a sandboxed frame without an origin there are no locks, and nobody waits.

/** @typedef {import("./app_state.js").AppState} AppState */
/** The part of the Web Locks API that is used here. @typedef {Pick<LockManager, "request">} Locks */
/** Has it, will not have it, or it is not free. @typedef {"mine"|"given-up"|"taken"} Answer */

const NAME = "petit-train.cores";

export class Turn {
  #store;
  #locks;
  /** Gives the cores back. @type {(() => void)|null} */
  #release = null;
  /** Ends the wait. @type {((answer: Answer) => void)|null} */
  #endWait = null;

  /** Whether a training was seen under way since. */
  #trained = false;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {Locks|undefined} [locks]
   */
  constructor(store, locks = globalThis.navigator?.locks) {
    this.#store = store;
    this.#locks = locks;
  }

  /**
   * To be told of every phase, at once: a frame that nobody sees is not drawn, and its views hear nothing.
   * Between being made and being trained a model is ready for a moment: its turn has not ended.
   * @param {AppState["phase"]} phase
   */
  follow(phase) {
    const isOver = this.#trained && phase !== "training" && phase !== "creating";
    if (isOver || phase === "failed") this.end();
    this.#trained = phase === "training";
  }

  /**
   * Waits for the cores, where another training has them.
   * @returns {Promise<boolean>} whether to train now; else the reader would rather not, or waits already
   */
  async take() {
    if (this.#release) return true;
    if (this.#endWait) return false;
    let answer = await this.#request({ ifAvailable: true });
    if (answer === "taken") answer = await this.#wait();
    return answer === "mine";
  }

  /** Trains at once, beside the other. */
  skip() {
    this.#endWait?.("mine");
  }

  /** Waits no longer, and does not train. */
  giveUp() {
    this.#endWait?.("given-up");
  }

  /** Gives the cores back. */
  end() {
    this.#release?.();
    this.#release = null;
  }

  /** @returns {Promise<Answer>} */
  async #wait() {
    const abort = new AbortController();
    this.#store.set({ turn: "waiting" });
    /** @type {Promise<Answer>} */
    const ended = new Promise((resolve) => { this.#endWait = resolve; });
    const answer = await Promise.race([ended, this.#request({ signal: abort.signal })]);
    abort.abort();
    this.#endWait = null;
    this.#store.set({ turn: null });
    return answer;
  }

  /**
   * @param {LockOptions} options
   * @returns {Promise<Answer>}
   */
  #request(options) {
    return new Promise((resolve) => {
      const without = (/** @type {unknown} */ error) => {
        if (options.signal?.aborted) return;
        console.info("petit-train: whether another frame trains cannot be known.", error);
        this.#store.set({ turn: "unknown" });
        resolve("mine");
      };
      if (!this.#locks) return without("no locks");
      this.#locks.request(NAME, options, (lock) => {
        if (!lock) return resolve("taken");
        return new Promise((release) => {
          this.#release = () => release(undefined);
          resolve("mine");
        });
      }).catch(without);
    });
  }
}
