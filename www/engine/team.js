// Several workers that train one model: each holds a replica, computes the gradients of its part of every
// batch, then the updates of its part of Muon's matrices, and takes the same step. Weights never travel. The
// number of parts is fixed when the run is made, and they are summed in order, so a seed gives the same
// weights whoever computes which part: a helper that dies costs no step.

import { Evaluation } from "./evaluation.js";
import { HelperWire } from "./helper_wire.js";

/**
 * @typedef {import("../api/messages.js").TrainingOptions} TrainingOptions
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 * @typedef {import("../../dist/engine_cpu.js").StepReport} StepReport
 * @typedef {{helper: HelperWire, values: Float32Array<ArrayBuffer>}} Lent
 */

/** Before a trial all work for so long: a browser compiles wasm well once it has seen it run for a while. */
const WARM_UP_MS = 1_000;
/** Each size is tried so often, in turn: something else may run beside one of them. */
const TRIALS = 3;
/** Loading the engine and reading a large text takes a helper longer than any step. */
const PATIENCE_AT_FIRST_MS = 120_000;
/** A helper is given up when it takes so much longer than this worker takes for its own part … */
const PATIENCE = 10;
/** … but not before so long. */
const PATIENCE_MS = 20_000;

export class Team {
  #training;
  #parts;
  #options;
  /**
   * By the part that each computes, from 1; part 0 is computed here, and so are those of helpers that are
   * gone.
   * @type {Map<number, HelperWire>}
   */
  #helpers = new Map();
  #gradients;
  #updates;

  /**
   * @param {Training} training
   * @param {number} parts             of a batch, and workers while all live
   * @param {TrainingOptions} options  what the training was made with
   */
  constructor(training, parts, options) {
    this.#training = training;
    this.#parts = parts;
    this.#options = options;
    const { parameters, muon_parameters } = training.info();
    this.#gradients = new Float32Array(parts > 1 ? parameters : 0);
    this.#updates = new Float32Array(parts > 1 ? muon_parameters : 0);
  }

  /** Parts of a batch. */
  get parts() {
    return this.#parts;
  }

  /** Those at work, this one included. */
  get workers() {
    return 1 + this.#helpers.size;
  }

  /**
   * Starts the helpers, and waits until each has its replica or is given up.
   * @param {Uint8Array|null} checkpoint  what the training was opened from
   */
  async start(checkpoint) {
    for (let part = 1; part < this.#parts; part++) this.#helpers.set(part, new HelperWire());
    await this.#replicate(checkpoint);
  }

  /** Makes do with the helpers that could be started: fewer parts, for a run that has taken no step yet. */
  shrink() {
    const helpers = [...this.#helpers.values()];
    this.#parts = 1 + helpers.length;
    this.#helpers = new Map(helpers.map((helper, index) => [1 + index, helper]));
  }

  /**
   * @param {number} steps
   * @returns {Promise<StepReport[]>}
   */
  async train(steps) {
    if (this.#parts === 1) return this.#training.train(steps);
    const reports = [];
    for (let step = 0; step < steps; step++) reports.push(await this.#step());
    return reports;
  }

  /**
   * An evaluation of the model in use by all who have it: of the best one a helper has no copy.
   * @param {number} examples  of the validation part, at most
   */
  evaluation(examples) {
    const helpers = this.#training.info().used === "last" ? [...this.#helpers.values()] : [];
    return new Evaluation(this.#training, helpers, examples);
  }

  /**
   * @param {string[]} documents  that are learned from the next step on
   * @param {string} position     where they begin in their source
   */
  replaceTraining(documents, position) {
    this.#training.replaceTraining(documents, position);
    this.#options = { ...this.#options, documents };
    for (const helper of this.#helpers.values()) helper.post({ type: "texts", documents, position });
  }

  /** @param {number} learning_rate */
  setLearningRate(learning_rate) {
    this.#training.setLearningRate(learning_rate);
    for (const helper of this.#helpers.values()) helper.post({ type: "set", learning_rate });
  }

  /**
   * Makes all go on from a checkpoint.
   * @param {Uint8Array} checkpoint
   * @param {string[]} documents  that were learned then
   */
  async restore(checkpoint, documents) {
    this.#options = { ...this.#options, documents };
    await this.#training.restore(checkpoint, this.#options);
    await this.#replicate(checkpoint);
  }

  /**
   * Tries whether half of the workers, or two, are faster, and dismisses the others: some cores are slow, or
   * are two names of one core. Takes no step. Two are kept untried: there is little to lose, and a trial
   * costs time.
   */
  async fit() {
    const all = this.#parts;
    const sizes = [...new Set([all, Math.ceil(all / 2), 2])];
    if (all <= 2) return;
    for (const begin = performance.now(); performance.now() - begin < WARM_UP_MS;) await this.#tryStep(all);
    /** @type {Map<number, number>} */
    const fastest = new Map();
    const ms = (/** @type {number} */ parts) => fastest.get(parts) ?? Infinity;
    for (let trial = 0; trial < TRIALS; trial++) {
      for (const parts of sizes) {
        const start = performance.now();
        await this.#tryStep(parts);
        fastest.set(parts, Math.min(ms(parts), performance.now() - start));
      }
    }
    this.#parts = sizes.reduce((best, parts) => ms(parts) < ms(best) ? parts : best);
    for (const part of [...this.#helpers.keys()]) if (part >= this.#parts) this.#dismiss(part);
  }

  /** Ends the helpers. */
  end() {
    for (const part of [...this.#helpers.keys()]) this.#dismiss(part);
  }

  /** @param {Uint8Array|null} checkpoint */
  async #replicate(checkpoint) {
    const options = this.#options;
    /** @type {import("../api/messages.js").HelperOrder} */
    const order = checkpoint ? { type: "open", checkpoint, options } : { type: "create", options };
    const asked = [...this.#helpers].map(async ([part, helper]) => {
      if (!await helper.ask(order)(PATIENCE_AT_FIRST_MS)) this.#dismiss(part);
    });
    await Promise.all(asked);
  }

  /** All of a step by so many workers, but the step itself. @param {number} parts */
  async #tryStep(parts) {
    this.#parts = parts;
    this.#giveBack(await this.#updatesOfStep(), this.#updates, { type: "forget" });
  }

  async #step() {
    const lent = await this.#updatesOfStep();
    this.#giveBack(lent, this.#updates, { type: "end" });
    return this.#training.endStep(this.#updates);
  }

  /** All of a step but the step itself. */
  async #updatesOfStep() {
    const [training, parts] = [this.#training, this.#parts];
    const [gradients, updates] = [this.#gradients, this.#updates];
    let loss = 0;
    const lent = await this.#gather({
      type: "gradients",
      whole: gradients,
      compute: (part, values) => training.partialGradients(part, parts, values),
      take(/** @type {number} */ partialLoss, values) {
        loss += partialLoss;
        if (values) for (let i = 0; i < gradients.length; i++) gradients[i] += values[i];
      },
    });
    this.#giveBack(lent, gradients, { type: "begin", loss });
    training.beginStep(loss, gradients);
    return this.#gather({
      type: "updates",
      whole: updates,
      compute: (part, values) => training.partialUpdates(part, parts, values),
      take({ start, end }, values) {
        if (values) updates.set(values.subarray(start, end), start);
      },
    });
  }

  /**
   * What all parts together compute, taken in their order: the first here, each other by its helper, or here
   * if that is gone.
   * @template T
   * @param {object} work
   * @param {"gradients"|"updates"} work.type
   * @param {Float32Array<ArrayBuffer>} work.whole  what the first part is written to
   * @param {(part: number, values: Float32Array<ArrayBuffer>) => Promise<T>} work.compute
   * @param {(result: T, values: Float32Array|null) => void} work.take  adds a part to the whole
   * @returns {Promise<Lent[]>}
   */
  async #gather({ type, whole, compute, take }) {
    const parts = this.#parts;
    const ask = (/** @type {number} */ part) => this.#helpers.get(part)?.ask({ type, part, parts });
    const asked = Array.from({ length: parts }, (_, part) => ask(part));
    const begin = performance.now();
    take(await compute(0, whole), null);
    const patience = Math.max(PATIENCE_MS, PATIENCE * (performance.now() - begin));
    /** @type {Lent[]} */
    const lent = [];
    for (let part = 1; part < parts; part++) {
      const answer = await asked[part]?.(patience);
      const helper = this.#helpers.get(part);
      if (answer?.values && helper) {
        take(/** @type {T} */ (answer.result), answer.values);
        lent.push({ helper, values: /** @type {Float32Array<ArrayBuffer>} */ (answer.values) });
      } else {
        this.#dismiss(part);
        const values = new Float32Array(whole.length);
        take(await compute(part, values), values);
      }
    }
    return lent;
  }

  /**
   * Helpers lend their arrays: these come with a part and go back with the whole, so that nothing is
   * allocated.
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
