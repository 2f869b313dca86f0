// Several workers that train one model: each holds all of it, computes the gradient of its share of every batch, and takes
// the same step along the sum. Weights never travel. The number of shares is fixed when the run is made, and they are
// summed in order, so a seed gives the same weights whoever computes which share: a helper that dies costs no step.

/**
 * @typedef {import("../../../dist/engine_cpu.js").Session} Session
 * @typedef {import("../../../dist/engine_cpu.js").SessionOptions} SessionOptions
 * @typedef {import("../../../dist/engine_cpu.js").Share} Share
 * @typedef {{type: "create", options: SessionOptions}
 *   | {type: "take", loss: number, gradient: Float32Array}
 *   | {type: "share", part: number, parts: number}
 *   | {type: "text", text: string}} Order  what a helper is told
 * @typedef {import("../../../dist/engine_cpu.js").StepReport} StepReport
 */

/** More than these gain little, since the update, which every worker does, is then most of a step; and each holds a whole model. */
const MOST_WORKERS = 4;
/** A helper that is silent for so long, and for so many usual steps, is given up. */
const PATIENCE_MS = 20_000;

/**
 * How many workers a batch is shared between on this device.
 * @param {number} batchSize
 */
export function workersFor(batchSize) {
  return Math.max(1, Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS, batchSize));
}

export class Team {
  #session;
  #parts;
  /** By the part that each computes, from 1; part 0 is computed here, and so are those of helpers that are gone. @type {Map<number, Helper>} */
  #helpers = new Map();

  /**
   * @param {Session} session
   * @param {number} parts           shares of a batch, and workers while all live
   * @param {SessionOptions} options what the session was created with
   */
  constructor(session, parts, options) {
    this.#session = session;
    this.#parts = parts;
    for (let part = 1; part < parts; part++) this.#helpers.set(part, new Helper(options));
  }

  /** Those at work, this one included. */
  get workers() {
    return 1 + this.#helpers.size;
  }

  /**
   * @param {number} steps
   * @returns {Promise<StepReport[]>}
   */
  async train(steps) {
    if (this.#parts === 1) return this.#session.train(steps);
    const reports = [];
    for (let step = 0; step < steps; step++) reports.push(await this.#step());
    return reports;
  }

  /** @param {string} text */
  replaceTrainingText(text) {
    this.#session.replaceTrainingText(text);
    for (const helper of this.#helpers.values()) helper.post({ type: "text", text });
  }

  async #step() {
    const asked = Array.from({ length: this.#parts }, (_, part) => this.#helpers.get(part)?.share(part, this.#parts));
    const { loss: firstLoss, gradient } = await this.#session.shareOfStep(0, this.#parts);
    let loss = firstLoss;
    for (let part = 1; part < this.#parts; part++) {
      const share = await asked[part] ?? await this.#cover(part);
      loss += share.loss;
      for (let i = 0; i < gradient.length; i++) gradient[i] += share.gradient[i];
    }
    for (const helper of this.#helpers.values()) helper.post({ type: "take", loss, gradient });
    return this.#session.takeStep(loss, gradient);
  }

  /** The share of a helper that does not answer. @param {number} part */
  async #cover(part) {
    this.#helpers.get(part)?.end();
    this.#helpers.delete(part);
    return this.#session.shareOfStep(part, this.#parts);
  }
}

/** One more worker. */
class Helper {
  #worker = new Worker(new URL("./helper.js", import.meta.url), { type: "module", name: "gradients" });
  /** @type {(share: Share|null) => void} */
  #answer = () => {};
  #lives = true;

  /** @param {SessionOptions} options */
  constructor(options) {
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = (error) => {
      error.preventDefault();
      console.info(`petit-train: a helper is gone, the others do its work: ${error.message}`);
      this.#lives = false;
      this.#answer(null);
    };
    this.post({ type: "create", options });
  }

  /** @param {Order} order */
  post(order) {
    this.#worker.postMessage(order);
  }

  /**
   * @param {number} part
   * @param {number} parts
   * @returns {Promise<Share|null>} null if it died
   */
  share(part, parts) {
    if (!this.#lives) return Promise.resolve(null);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), PATIENCE_MS);
      this.#answer = (share) => {
        clearTimeout(late);
        resolve(share);
      };
      this.post({ type: "share", part, parts });
    });
  }

  end() {
    this.#worker.terminate();
  }
}
