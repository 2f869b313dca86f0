// The engine worker's end of the wire to one helper.

import { Worker } from "./open_worker.js";
import { withPatience } from "./patience.js";

/**
 * @typedef {import("../api/messages.js").HelperOrder} HelperOrder
 * @typedef {Exclude<import("../api/messages.js").HelperAnswer, {failure: unknown}>} Answer
 */

export class HelperWire {
  /** None where a worker may not open others. @type {import("./open_worker.js").OpenWorker|null} */
  #worker = null;
  /**
   * Those who wait for an answer: it answers in the order in which it is asked.
   * @type {((answer: Answer|null) => void)[]}
   */
  #waiting = [];
  #lives = true;

  constructor() {
    try {
      this.#worker = this.#open();
    } catch (error) {
      this.#dies(String(error));
    }
  }

  /**
   * @param {HelperOrder} order
   * @param {Transferable[]} [transfer]
   */
  post(order, transfer = []) {
    this.#worker?.postMessage(order, transfer);
  }

  /**
   * @param {HelperOrder} order
   * @param {Transferable[]} [transfer]
   * @returns {Promise<Answer|null>} null if it dies
   */
  ask(order, transfer = []) {
    return new Promise((resolve) => {
      if (!this.#lives) return resolve(null);
      this.#waiting.push(resolve);
      this.post(order, transfer);
    });
  }

  /** Ends it if it has not answered yet. */
  giveUp() {
    if (this.#waiting.length > 0) this.#dies("it does not answer");
  }

  end() {
    this.#lives = false;
    this.#worker?.terminate();
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }

  #open() {
    const worker = new Worker(new URL("./helper.js", import.meta.url), { type: "module", name: "helper" });
    worker.onmessage = ({ data }) => {
      if ("failure" in data) this.#dies(`${data.failure.code}: ${data.failure.cause}`);
      else this.#waiting.shift()?.(data);
    };
    worker.onmessageerror = () => this.#dies("its answer could not be read");
    worker.onerror = (error) => {
      error.preventDefault();
      this.#dies(error.message || "it could not be loaded");
    };
    return worker;
  }

  /** @param {string} cause */
  #dies(cause) {
    if (!this.#lives) return;
    console.info(`petit-train: a helper is gone, the others do its work: ${cause}`);
    this.end();
  }
}

/**
 * Waits for what helpers have been asked. Who is late is ended.
 * @param {HelperWire[]} helpers
 * @param {Promise<Answer|null>[]} asked  of each of them
 * @param {number} patienceMs
 * @returns {Promise<(Answer|null)[]>} null of one that is gone
 */
export function answers(helpers, asked, patienceMs) {
  const all = Promise.all(asked);
  return withPatience(all, patienceMs, () => new Error("late")).catch(() => {
    for (const helper of helpers) helper.giveUp();
    return all;
  });
}
