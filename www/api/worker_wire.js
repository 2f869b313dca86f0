// One engine worker and the conversation with it: numbers its runs, drops what is stale, and notices when the
// worker cannot be started, dies, or falls silent.

import { Worker } from "../engine/open_worker.js";
import { EngineFailure, fatalFailure } from "./failure.js";

/**
 * @typedef {import("./messages.js").Command} Command
 * @typedef {import("./messages.js").Event} Event
 */

/**
 * A command without the number of its run, which the wire adds.
 * @typedef {Command extends infer C ? C extends Command ? Omit<C, "run"> : never : never} Order
 */

/** How often a worker is asked whether it still turns. */
const PING_MS = 5_000;

/**
 * Pings in a row without a word from the worker, after which it counts as dead: 90 s, since the evaluation of
 * a large model takes a slow telephone a minute. Ticks are counted rather than time: of a night's sleep there
 * is one at most.
 */
const MOST_UNANSWERED = 18;

/** Runs that this page has begun; each number is used once. */
let runs = 0;

/** Whether the page is hidden; where there is no page (in a worker), it is not. */
const isHidden = () => globalThis.document?.visibilityState === "hidden";

export class WorkerWire {
  #worker;
  #heartbeat;
  #run = 0;
  /** @type {(event: Event) => void} */
  #listener = () => {};
  #unanswered = 0;
  /** Whether the worker has said anything yet. */
  #started = false;
  #ended = false;
  #pageChanged = () => this.#tellVisibility();

  /** @throws {EngineFailure} `worker_unavailable` where workers are forbidden, as in a sandboxed frame */
  constructor() {
    try {
      this.#worker = new Worker(new URL("../engine/worker.js", import.meta.url), {
        type: "module", name: "engine",
      });
    } catch (error) {
      throw fatalFailure("worker_unavailable", error);
    }
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onmessageerror = () => this.#die("worker_died", "a message of the worker could not be read");
    this.#worker.onerror = (error) => {
      error.preventDefault();
      this.#die(this.#started ? "worker_died" : "worker_not_loaded", error.message || "no cause is given");
    };
    this.#heartbeat = setInterval(() => this.#ping(), PING_MS);
    globalThis.document?.addEventListener("visibilitychange", this.#pageChanged);
  }

  /** Whether the worker can be talked to. */
  get isOpen() {
    return !this.#ended;
  }

  /**
   * Begins a run. Whatever an earlier run of this worker still says is dropped, but for its death.
   * @param {(event: Event) => void} listener  told every event of the run; that the worker dies is a fatal
   *   failure
   */
  begin(listener) {
    this.#run = ++runs;
    this.#listener = listener;
    if (isHidden()) this.#tellVisibility();
  }

  /**
   * @param {Order} order  of the run at hand; dropped once the worker has ended
   * @throws {DOMException} where it holds something that cannot be sent
   */
  post(order) {
    if (!this.#ended) this.#worker.postMessage({ ...order, run: this.#run });
  }

  /** Terminates the worker; nothing more is heard of it. */
  end() {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#heartbeat);
    globalThis.document?.removeEventListener("visibilitychange", this.#pageChanged);
    this.#worker.onmessage = this.#worker.onmessageerror = this.#worker.onerror = null;
    this.#worker.terminate();
  }

  /** @param {Event} event */
  #hear(event) {
    this.#started = true;
    this.#unanswered = 0;
    if (event.type === "pong") return;
    const isDeath = event.type === "failure" && event.fatal;
    if (isDeath) this.end();
    if (event.run === this.#run || isDeath) this.#listener(event);
  }

  #ping() {
    // The browser may hold back the worker, or the GPU that it waits for, while nobody looks.
    if (isHidden()) return;
    if (this.#unanswered >= MOST_UNANSWERED) return this.#die("worker_died", "the worker does not answer");
    this.#unanswered++;
    this.post({ type: "ping" });
  }

  #tellVisibility() {
    this.#unanswered = 0;
    this.post({ type: "visibility", hidden: isHidden() });
  }

  /**
   * @param {string} code
   * @param {string} cause
   */
  #die(code, cause) {
    const { failure, fatal } = fatalFailure(code, cause);
    this.end();
    this.#listener({ type: "failure", run: this.#run, id: null, failure, fatal });
  }
}
