// Several workers that train one model: each holds a replica, computes the gradients of its part of every
// batch, sums one slice of all of them, computes the updates of its part of Muon's matrices, and takes the
// same step. Weights never travel; what does goes through this worker, which copies nothing of it. The number
// of parts is fixed when the run is made, and they are summed in order, so a seed gives the same weights
// whoever computes which part: a helper that dies costs no step.

import { Evaluation } from "./evaluation.js";
import { HelperWire, answers } from "./helper_wire.js";
import { buffersOf, exchanged, gradientShare, sumShares, updateShare } from "./shares.js";

/**
 * @typedef {import("../api/messages.js").TrainingOptions} TrainingOptions
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 * @typedef {import("../../dist/engine_cpu.js").StepReport} StepReport
 * @typedef {import("../api/messages.js").HelperOrder} HelperOrder
 * @typedef {import("./shares.js").Numbers} Numbers
 * @typedef {import("./shares.js").Share} Share
 * @typedef {import("./helper_wire.js").Answer} Answer
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
  /** What is given next for a part that is computed here. @type {Map<number, Numbers[]>} */
  #memory = new Map();
  /**
   * The gradients of the next step, of the parts whose helpers have been asked for them already.
   * @type {Map<number, Promise<Answer|null>>}
   */
  #askedAhead = new Map();
  #parameters;

  /**
   * @param {Training} training
   * @param {number} parts             of a batch, and workers while all live
   * @param {TrainingOptions} options  what the training was made with
   */
  constructor(training, parts, options) {
    this.#training = training;
    this.#parts = parts;
    this.#options = options;
    this.#parameters = training.info().parameters;
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
    for (let step = 1; step <= steps; step++) reports.push(await this.#step(step < steps));
    return reports;
  }

  /** The helpers that have the model in use: of the best one they have no copy. @returns {HelperWire[]} */
  get replicas() {
    return this.#training.info().used === "last" ? [...this.#helpers.values()] : [];
  }

  /**
   * An evaluation of the model in use by all who have it.
   * @param {number} examples  of the validation part, at most
   */
  evaluation(examples) {
    return new Evaluation(this.#training, this.replicas, examples);
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
    this.#askedAhead.clear();
    /** @type {HelperOrder} */
    const order = checkpoint ? { type: "open", checkpoint, options } : { type: "create", options };
    const helpers = [...this.#helpers];
    const wires = helpers.map(([, helper]) => helper);
    const given = await answers(wires, wires.map((helper) => helper.ask(order)), PATIENCE_AT_FIRST_MS);
    helpers.forEach(([part], index) => { if (!given[index]) this.#dismiss(part); });
  }

  /** All of a step by so many workers, but the step itself. @param {number} parts */
  async #tryStep(parts) {
    this.#parts = parts;
    this.#handOut(await this.#updatesOfStep(), (helper, values) => {
      helper.post({ type: "forget", values }, buffersOf(values));
    });
  }

  /** @param {boolean} more  whether another step follows at once: one message then ends this and begins it */
  async #step(more) {
    const updates = await this.#updatesOfStep();
    const [own] = updates;
    const parts = this.#parts;
    this.#handOut(updates, (helper, values, part) => {
      const transfer = buffersOf(values);
      if (!more) return helper.post({ type: "end", values }, transfer);
      const asked = helper.ask({ type: "gradients", part, parts, updates: values }, transfer);
      this.#askedAhead.set(part, asked);
    });
    return this.#training.endStep(own);
  }

  /**
   * All of a step but the step itself.
   * @returns {Promise<Numbers[][]>} the updates of all parts, for each worker
   */
  async #updatesOfStep() {
    const training = this.#training;
    for (;;) {
      const gradients = await this.#gather({
        order: (which) => ({ type: "gradients", ...which, updates: null }),
        here: (which) => gradientShare(training, this.#parameters, which, this.#memory.get(which.part) ?? []),
      }, this.#askedAhead);
      const loss = gradients.reduce((sum, { result }) => sum + result, 0);
      const slices = exchanged(gradients.map(({ values }) => values));
      const sums = await this.#sum(slices);
      // A helper that is gone took slices with it: all compute theirs once more.
      if (!sums) continue;
      return this.#begin(loss, exchanged(sums));
    }
  }

  /**
   * @param {Numbers[][]} slices  by the part whose worker sums them
   * @returns {Promise<Numbers[][]|null>} none where a helper is gone, and its slice with it
   */
  async #sum(slices) {
    let lost = false;
    const sums = await this.#gather({
      order: ({ part }) => ({ type: "sum", values: slices[part] }),
      here: async ({ part }, asked) => {
        lost ||= asked;
        return { result: 0, values: asked ? [] : sumShares(slices[part]) };
      },
    });
    return lost ? null : sums.map(({ values }) => values);
  }

  /**
   * Begins the step, and computes its updates.
   * @param {number} loss
   * @param {Numbers[][]} gradients  for each worker
   */
  async #begin(loss, gradients) {
    const training = this.#training;
    const updates = await this.#gather({
      order: (which) => ({ type: "begin", loss, ...which, values: gradients[which.part] }),
      here: async (which, asked) => {
        const { part } = which;
        if (part === 0) training.beginStep(loss, gradients[0]);
        return updateShare(training, which, asked ? [] : gradients[part]);
      },
    });
    return exchanged(updates.map(({ values }) => values));
  }

  /**
   * What all parts compute: the first here, each other by its helper, or here where that is gone.
   * @param {object} work
   * @param {(which: {part: number, parts: number}) => HelperOrder} work.order
   * @param {(which: {part: number, parts: number}, asked: boolean) => Promise<Share>} work.here  `asked`: a
   *   helper was, and is gone with what it was given
   * @param {Map<number, Promise<Answer|null>>} [askedAhead]  by the parts of helpers that need no order any
   *   more; is cleared
   * @returns {Promise<Share[]>} by part
   */
  async #gather({ order, here }, askedAhead = new Map()) {
    const parts = this.#parts;
    const helpers = [...this.#helpers].filter(([part]) => part < parts);
    const asked = helpers.map(([part, helper]) => {
      const ahead = askedAhead.get(part);
      if (ahead) return ahead;
      const given = order({ part, parts });
      return helper.ask(given, "values" in given ? buffersOf(given.values) : []);
    });
    askedAhead.clear();
    const begin = performance.now();
    /** By part. @type {Share[]} */
    const shares = [await here({ part: 0, parts }, false)];
    const patience = Math.max(PATIENCE_MS, PATIENCE * (performance.now() - begin));
    const given = await answers(helpers.map(([, helper]) => helper), asked, patience);
    helpers.forEach(([part], index) => {
      const answer = given[index];
      if (answer?.values) shares[part] = /** @type {Share} */ (answer);
      else this.#dismiss(part);
    });
    const wasAsked = new Set(helpers.map(([part]) => part));
    for (let part = 1; part < parts; part++) {
      shares[part] ??= await here({ part, parts }, wasAsked.has(part));
    }
    return shares;
  }

  /**
   * Gives each worker the updates of all; their memory is what it gives next.
   * @param {Numbers[][]} updates
   * @param {(helper: HelperWire, values: Numbers[], part: number) => void} give
   */
  #handOut(updates, give) {
    this.#memory.clear();
    updates.forEach((values, part) => {
      const helper = this.#helpers.get(part);
      if (helper) give(helper, values, part);
      else this.#memory.set(part, values);
    });
  }

  /** @param {number} part */
  #dismiss(part) {
    this.#helpers.get(part)?.end();
    this.#helpers.delete(part);
  }
}
