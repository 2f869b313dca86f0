// Several workers that train one model: each holds all of it, computes the gradient of its share of every batch, then the
// directions of its share of Muon's matrices, and takes the same step. Weights never travel. The number of shares is fixed
// when the run is made, and they are summed in order, so a seed gives the same weights whoever computes which share: a
// helper that dies costs no step.

/**
 * @typedef {import("../../../dist/engine_cpu.js").Session} Session
 * @typedef {import("../../../dist/engine_cpu.js").SessionOptions} SessionOptions
 * @typedef {{type: "create", options: SessionOptions}
 *   | {type: "share", part: number, parts: number}
 *   | {type: "begin", loss: number, gradient: Float32Array}
 *   | {type: "directions", part: number, parts: number}
 *   | {type: "end", directions: Float32Array}
 *   | {type: "text", text: string}} Order  what a helper is told
 * @typedef {import("../../../dist/engine_cpu.js").StepReport} StepReport
 */

/** Each worker holds a whole model, so a device that does not say that it has much memory gets fewer. */
const MOST_WORKERS = 8;
const MOST_WORKERS_OF_SMALL_DEVICES = 4;
const MUCH_MEMORY_GB = 8;
/** A trial of a size lasts so long at least: a browser compiles wasm well only once it has seen it run for a while. */
const TRIAL_MS = 300;
/** A helper that is silent for so long, and for so many usual steps, is given up. */
const PATIENCE_MS = 20_000;

/**
 * How many workers at most a batch is shared between on this device.
 * @param {number} batchSize
 */
export function workersFor(batchSize) {
  const { hardwareConcurrency: cores = 1, deviceMemory = 0 } = /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const most = deviceMemory >= MUCH_MEMORY_GB ? MOST_WORKERS : MOST_WORKERS_OF_SMALL_DEVICES;
  return Math.max(1, Math.min(cores, most, batchSize));
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
    this.#tell({ type: "text", text });
  }

  /**
   * Tries whether fewer workers are faster, and dismisses the others: some cores are slow, or are two names of one core.
   * Takes no step. Two are always kept: there is little to lose, and a trial costs time.
   */
  async fit() {
    let fastest = { parts: this.#parts, ms: Infinity };
    for (let parts = this.#parts; parts >= 2 && this.#parts > 2; parts = Math.floor(parts / 2)) {
      this.#parts = parts;
      let ms = Infinity;
      for (const begin = performance.now(); performance.now() - begin < TRIAL_MS;) {
        const start = performance.now();
        await this.#directionsOfStep();
        ms = Math.min(ms, performance.now() - start);
      }
      if (ms < fastest.ms) fastest = { parts, ms };
    }
    this.#parts = fastest.parts;
    for (const [part, helper] of this.#helpers) {
      if (part < this.#parts) continue;
      helper.end();
      this.#helpers.delete(part);
    }
  }

  async #step() {
    const directions = await this.#directionsOfStep();
    this.#tell({ type: "end", directions });
    return this.#session.endStep(directions);
  }

  /** All of a step but the step itself. */
  async #directionsOfStep() {
    const [{ loss: firstLoss, gradient }, ...others] = await this.#shared("share", (part, parts) => this.#session.shareOfStep(part, parts));
    let loss = firstLoss;
    for (const share of others) {
      loss += share.loss;
      for (let i = 0; i < gradient.length; i++) gradient[i] += share.gradient[i];
    }
    this.#tell({ type: "begin", loss, gradient });
    this.#session.beginStep(loss, gradient);
    return joined(await this.#shared("directions", (part, parts) => this.#session.shareOfDirections(part, parts)));
  }

  /**
   * What all parts together compute, in their order: the first here, each other by its helper, or here if that is gone.
   * @template T
   * @param {"share"|"directions"} type
   * @param {(part: number, parts: number) => Promise<T>} compute
   * @returns {Promise<T[]>}
   */
  async #shared(type, compute) {
    const asked = Array.from({ length: this.#parts }, (_, part) => this.#helpers.get(part)?.ask({ type, part, parts: this.#parts }));
    const results = [];
    for (let part = 0; part < this.#parts; part++) {
      if (part === 0) results.push(await compute(part, this.#parts));
      else results.push(/** @type {T|null|undefined} */ (await asked[part]) ?? await this.#cover(part, compute));
    }
    return results;
  }

  /**
   * Does the work of a helper that does not answer.
   * @template T
   * @param {number} part
   * @param {(part: number, parts: number) => Promise<T>} compute
   */
  async #cover(part, compute) {
    this.#helpers.get(part)?.end();
    this.#helpers.delete(part);
    return compute(part, this.#parts);
  }

  /** @param {Order} order */
  #tell(order) {
    for (const helper of this.#helpers.values()) helper.post(order);
  }
}

/** @param {Float32Array[]} arrays */
function joined(arrays) {
  const whole = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let start = 0;
  for (const array of arrays) {
    whole.set(array, start);
    start += array.length;
  }
  return whole;
}

/** One more worker. */
class Helper {
  #worker = new Worker(new URL("./helper.js", import.meta.url), { type: "module", name: "gradients" });
  /** @type {(result: unknown) => void} */
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
   * @param {Order} order
   * @returns {Promise<unknown>} null if it died
   */
  ask(order) {
    if (!this.#lives) return Promise.resolve(null);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), PATIENCE_MS);
      this.#answer = (result) => {
        clearTimeout(late);
        resolve(result);
      };
      this.post(order);
    });
  }

  end() {
    this.#worker.terminate();
  }
}
