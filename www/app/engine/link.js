// One engine worker and the wire to it: notices when it dies, or falls silent.

/**
 * @typedef {import("./protocol.js").Command} Command
 * @typedef {import("./protocol.js").Event} Event
 */

/** How often a worker is asked whether it still lives. */
const PING_MS = 5_000;

/** Silence after which it counts as dead: the evaluation of a large model on a slow telephone takes a minute. */
const SILENCE_MS = 90_000;

export class Link {
  #worker;
  #listener;
  #heartbeat;
  #lastHeard = performance.now();
  #lastChecked = performance.now();

  /**
   * @param {number} run
   * @param {(event: Event) => void} listener told every event of this run; a dead worker is a fatal `worker_died`
   */
  constructor(run, listener) {
    this.run = run;
    this.#listener = listener;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: `run ${run}` });
    this.#worker.onmessage = ({ data }) => {
      this.#lastHeard = performance.now();
      if (data.type !== "pong") this.#listener(data);
    };
    this.#worker.onerror = (error) => {
      error.preventDefault();
      this.#died(error.message || "the worker could not be loaded");
    };
    this.#heartbeat = setInterval(() => this.#check(), PING_MS);
  }

  /** @param {Command} command */
  post(command) {
    this.#worker.postMessage(command);
  }

  /** Terminates the worker; nothing more is heard of it. */
  end() {
    clearInterval(this.#heartbeat);
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #check() {
    const now = performance.now();
    // A page that was frozen or throttled itself heard nothing, whatever the worker said: give it another while.
    const late = now - this.#lastChecked > 2 * PING_MS;
    this.#lastChecked = now;
    if (late) this.#lastHeard = now;
    if (now - this.#lastHeard > SILENCE_MS) this.#died("the worker does not answer");
    else this.#worker.postMessage({ type: "ping" });
  }

  /** @param {string} cause */
  #died(cause) {
    const failure = { code: "worker_died", params: {}, cause };
    this.#listener({ type: "failure", run: this.run, id: null, failure, fatal: true });
  }
}
