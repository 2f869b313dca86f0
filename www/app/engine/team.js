// Several workers that train one model: each holds all of it, computes the gradient of its share of every batch, then the
// directions of its share of Muon's matrices, and takes the same step. Weights never travel. The number of shares is fixed
// when the run is made, and they are summed in order, so a seed gives the same weights whoever computes which share: a
// helper that dies costs no step.

/**
 * @typedef {import("../../../dist/engine_cpu.js").Session} Session
 * @typedef {import("../../../dist/engine_cpu.js").SessionOptions} SessionOptions
 * @typedef {{type: "create", options: SessionOptions}
 *   | {type: "share", part: number, parts: number}
 *   | {type: "begin", loss: number, values: Float32Array}
 *   | {type: "directions", part: number, parts: number}
 *   | {type: "end", values: Float32Array}
 *   | {type: "forget", values: Float32Array}
 *   | {type: "text", text: string}
 *   | {type: "resume", step: number, values: Float32Array}} Order  what a helper is told
 * @typedef {import("../../../dist/engine_cpu.js").StepReport} StepReport
 * @typedef {{result: unknown, values: Float32Array}} Answer  a helper's part, in an array that it lends; empty once it is created
 * @typedef {{helper: Helper, values: Float32Array}} Lent
 */

/** Each worker holds a whole model, so a device that does not say that it has much memory gets fewer. */
const MOST_WORKERS = 8;
const MOST_WORKERS_OF_SMALL_DEVICES = 4;
const MUCH_MEMORY_GB = 8;
/** Before a trial all work for so long: a browser compiles wasm well only once it has seen it run for a while. */
const WARM_UP_MS = 1_000;
/** Each size is tried so often, in turn: something else may run beside one of them. */
const TRIALS = 3;
/** Loading the engine and learning pieces of words from a large text takes a helper longer than any step. */
const PATIENCE_AT_FIRST_MS = 120_000;
/** A helper that is silent for so long is given up. */
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
  #gradient;
  #directions;

  /**
   * @param {Session} session
   * @param {number} parts           shares of a batch, and workers while all live
   * @param {SessionOptions} options what the session was created with
   */
  constructor(session, parts, options) {
    this.#session = session;
    this.#parts = parts;
    const { parameters, muon_parameters } = session.info();
    this.#gradient = new Float32Array(parts > 1 ? parameters : 0);
    this.#directions = new Float32Array(parts > 1 ? muon_parameters : 0);
    for (let part = 1; part < parts; part++) this.#helpers.set(part, new Helper(options));
  }

  /** Shares of a batch. */
  get parts() {
    return this.#parts;
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

  /**
   * Goes on from a checkpoint.
   * @param {number} step
   * @param {Float32Array} values
   */
  resume(step, values) {
    this.#session.resume(step, values);
    for (const helper of this.#helpers.values()) helper.post({ type: "resume", step, values });
  }

  /**
   * Tries whether half of the workers, or two, are faster, and dismisses the others: some cores are slow, or are two names of
   * one core. Takes no step. Two are kept untried: there is little to lose, and a trial costs time.
   */
  async fit() {
    const all = this.#parts;
    const sizes = [...new Set([all, Math.ceil(all / 2), 2])];
    if (all <= 2) return;
    await Promise.all([...this.#helpers.values()].map((helper) => helper.created));
    for (const begin = performance.now(); performance.now() - begin < WARM_UP_MS;) await this.#tryStep(all);
    const fastest = new Map(sizes.map((parts) => [parts, Infinity]));
    for (let trial = 0; trial < TRIALS; trial++) {
      for (const parts of sizes) {
        const start = performance.now();
        await this.#tryStep(parts);
        fastest.set(parts, Math.min(fastest.get(parts) ?? Infinity, performance.now() - start));
      }
    }
    this.#parts = sizes.reduce((best, parts) => (fastest.get(parts) ?? 0) < (fastest.get(best) ?? 0) ? parts : best);
    for (const part of [...this.#helpers.keys()]) if (part >= this.#parts) this.#dismiss(part);
  }

  /** Ends the helpers. */
  end() {
    for (const part of [...this.#helpers.keys()]) this.#dismiss(part);
  }

  /** All of a step by so many workers, but the step itself. @param {number} parts */
  async #tryStep(parts) {
    this.#parts = parts;
    this.#giveBack(await this.#directionsOfStep(), this.#directions, { type: "forget" });
  }

  async #step() {
    const lent = await this.#directionsOfStep();
    this.#giveBack(lent, this.#directions, { type: "end" });
    return this.#session.endStep(this.#directions);
  }

  /** All of a step but the step itself. */
  async #directionsOfStep() {
    const [session, parts, gradient, directions] = [this.#session, this.#parts, this.#gradient, this.#directions];
    let loss = 0;
    const lent = await this.#gather("share", gradient, (part, values) => session.shareOfStep(part, parts, values), (share, values) => {
      loss += share;
      if (values) for (let i = 0; i < gradient.length; i++) gradient[i] += values[i];
    });
    this.#giveBack(lent, gradient, { type: "begin", loss });
    session.beginStep(loss, gradient);
    return this.#gather("directions", directions, (part, values) => session.shareOfDirections(part, parts, values), ({ start, end }, values) => {
      if (values) directions.set(values.subarray(start, end), start);
    });
  }

  /**
   * What all parts together compute, taken in their order: the first here, each other by its helper, or here if that is gone.
   * @template T
   * @param {"share"|"directions"} type
   * @param {Float32Array} whole  what the first part is written to
   * @param {(part: number, values: Float32Array) => Promise<T>} compute
   * @param {(result: T, values: Float32Array|null) => void} take  adds a part to the whole; the first is there already
   * @returns {Promise<Lent[]>}
   */
  async #gather(type, whole, compute, take) {
    const asked = Array.from({ length: this.#parts }, (_, part) => this.#helpers.get(part)?.ask({ type, part, parts: this.#parts }));
    take(await compute(0, whole), null);
    /** @type {Lent[]} */
    const lent = [];
    for (let part = 1; part < this.#parts; part++) {
      const answer = await asked[part];
      const helper = this.#helpers.get(part);
      if (answer && helper) {
        take(/** @type {T} */ (answer.result), answer.values);
        lent.push({ helper, values: answer.values });
      } else {
        this.#dismiss(part);
        const values = new Float32Array(whole.length);
        take(await compute(part, values), values);
      }
    }
    return lent;
  }

  /**
   * Helpers lend their arrays: these come with a part and go back with the whole, so that nothing is allocated.
   * @param {Lent[]} lent
   * @param {Float32Array} whole
   * @param {{type: "begin", loss: number}|{type: "end"}|{type: "forget"}} order
   */
  #giveBack(lent, whole, order) {
    for (const { helper, values } of lent) {
      values.set(whole);
      helper.post({ ...order, values }, [values.buffer]);
    }
  }

  /** @param {number} part */
  #dismiss(part) {
    this.#helpers.get(part)?.end();
    this.#helpers.delete(part);
  }
}

/** One more worker. */
class Helper {
  #worker = new Worker(new URL("./helper.js", import.meta.url), { type: "module", name: "gradients" });
  /** @type {(answer: Answer|null) => void} */
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
    this.created = this.#answerTo({ type: "create", options }, PATIENCE_AT_FIRST_MS);
  }

  /**
   * @param {Order} order
   * @param {Transferable[]} [transfer]
   */
  post(order, transfer = []) {
    this.#worker.postMessage(order, transfer);
  }

  /**
   * @param {Order} order
   * @returns {Promise<Answer|null>} null if it died
   */
  async ask(order) {
    // One that was given up while it was being created may still say that it is: that would be no answer to this.
    const created = await this.created;
    return created && this.#lives ? this.#answerTo(order, PATIENCE_MS) : null;
  }

  /**
   * @param {Order} order
   * @param {number} patience  in milliseconds
   * @returns {Promise<Answer|null>} null if it died, or is silent for too long
   */
  #answerTo(order, patience) {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), patience);
      this.#answer = (answer) => {
        clearTimeout(late);
        resolve(answer);
      };
      this.post(order);
    });
  }

  end() {
    this.#worker.terminate();
  }
}
