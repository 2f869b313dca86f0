// One run: what is to be done next. Trains in small turns, writes on demand and at its milestones, leaves
// checkpoints, and goes back to the last one when the training diverges.

import { codeOf, failure, failureOf } from "./failures.js";
import { Learning } from "./learning.js";
import { SAMPLE_TEXTS } from "./milestones.js";
import { Writer } from "./writer.js";

/**
 * @typedef {import("../api/messages.js").Command} Command
 * @typedef {import("../api/messages.js").RunState} RunState
 */

/**
 * What a checkpoint holds of a run beside the training itself.
 * @typedef {object} Position
 * @property {RunState} state     `paused` also where it was training
 * @property {number} milestone   the last step whose evaluation and sample are done
 * @property {number|null} validation_loss  of the last evaluation
 * @property {number} workers     that shared each batch; 0 on a GPU
 * @property {number|null} story_ends  the step at which other stories follow
 */

/** A checkpoint is not older than this, and a step. */
const CHECKPOINT_MS = 120_000;
/** The best model takes the last one's place if it is so much better, in nats: evaluations are a sample. */
const CLEARLY = 0.01;

export class Run {
  /** @type {RunState} */
  #state = "paused";
  /** Whether it pauses after the next step. */
  #single = false;
  /** The last step whose evaluation and sample are done. */
  #milestone = -1;
  /** Whether samples can be written. */
  #samples = true;
  /** What a failure belongs to. @type {"writing"|"training"} */
  #doing = "writing";
  /** Which model is at hand. @type {"best"|"last"} */
  #used = "last";
  /** Whether the model at hand is in no checkpoint. */
  #unsaved = false;
  #savedAt = performance.now();
  /**
   * The last checkpoint, and where its stories begin in the stream of all.
   * @type {{step: number, bytes: Uint8Array, position: Position, story: string}}
   */
  #saved;
  #settings;
  #source;
  #choice;
  #tell;
  #learning;
  #writer;

  /**
   * @param {import("./learning.js").Parts} parts
   * @param {Uint8Array} bytes  a checkpoint of the training as it is
   * @param {Position|null} position  what it says of the run, where a run has left it
   */
  constructor(parts, bytes, position) {
    const { id, training, team, choice, settings, source, tell } = parts;
    this.id = id;
    this.training = training;
    this.team = team;
    this.#choice = choice;
    this.#settings = settings;
    this.#source = source;
    this.#tell = tell;
    this.#learning = new Learning(parts);
    this.#writer = new Writer(id, training, (work) => this.#learning.wait(work), tell);
    const { info, step } = this.#learning;
    this.#saved = { step, bytes, position: position ?? this.#position, story: source.position };
    this.#take(this.#saved.position);
    this.#used = info.used;
    tell({ type: "ready", run: id, info, step, state: this.#state, used: this.#used });
    if (this.#used === "best") this.#tellUsed();
  }

  /** Whether a turn has something to do. */
  get busy() {
    return this.#writer.busy || this.#state === "training" || this.#unsaved;
  }

  /** @param {"start"|"pause"|"step"|"stop"} order */
  async order(order) {
    if (this.#ended) return;
    this.#single = order === "step";
    if (order === "stop") {
      this.#writer.dropSamples();
      await this.#end("stopped");
    } else this.#enter(order === "pause" ? "paused" : "training");
  }

  /** Trains so many steps beyond the model at hand. @param {number} steps */
  async further(steps) {
    if (this.#state === "training") throw failure("busy", "the training goes on already");
    this.training.further(steps);
    this.#learning.sync();
    this.#milestone = this.#learning.step;
    this.#state = "paused";
    this.#use("last");
    await this.#save();
    this.team.end();
    await this.team.start(this.#saved.bytes);
    this.#learning.tellInfo();
    this.#single = false;
    this.#enter("training");
  }

  /** After the end: takes the best model, or that of the last step. @param {"best"|"last"} which */
  async use(which) {
    if (!this.#ended) throw failure("busy", "the training has not ended");
    this.#use(this.#learning.best ? which : "last");
    this.#unsaved = true;
  }

  /** @param {number} learning_rate */
  setLearningRate(learning_rate) {
    this.team.setLearningRate(learning_rate);
    this.#learning.tellInfo();
    // Where the training goes back to, it keeps this rate.
    this.#unsaved = !this.#ended;
  }

  /** @param {Extract<Command, {type: "write"}>} command */
  write({ id, prompt, length, sampling, stop_at_end }) {
    this.#writer.add({ id, step: this.#modelStep, prompt, sampling, stopAtEnd: stop_at_end }, length);
  }

  /** @param {number} id */
  cancel(id) {
    this.#writer.cancel(id);
  }

  /** @param {Extract<Command, {type: "ask"}>} command */
  async ask({ id, method, args }) {
    const model = this.training.model();
    try {
      const answer = await this.#learning.wait(answerTo(model, method, args));
      this.#tell({ type: "answer", run: this.id, id, step: this.#modelStep, answer }, buffersOf(answer));
    } finally {
      model.free();
    }
  }

  /** Another run takes its place. */
  end() {
    this.team.end();
    this.training.free();
  }

  /** Writes a little, then trains a little. */
  async turn() {
    this.#doing = "writing";
    if (this.#writer.busy) await this.#writer.turn();
    this.#doing = "training";
    try {
      // With the sample of its step, which a failure would lose.
      if (this.#unsaved && !this.#writer.sampling) await this.#save();
      // The reader's own texts go on beside the training.
      if (this.#state === "training" && !this.#writer.sampling) await this.#train();
    } catch (error) {
      if (codeOf(error) !== "diverged") throw error;
      await this.#goBack(failureOf(error));
    }
  }

  /**
   * After a failure: drops the text that failed, or pauses the training that did; the model stays as it is.
   * @returns {number|null} the id of the text, if it was one of the reader's
   */
  halt() {
    if (this.#doing === "training") {
      this.#enter("paused");
      return null;
    }
    const id = this.#writer.drop()?.id ?? null;
    // What kept one sample from being written will keep the others.
    if (id === null) this.#samples = false;
    return id;
  }

  get #ended() {
    return this.#state === "stopped" || this.#state === "finished";
  }

  /** @param {"paused"|"training"} state */
  #enter(state) {
    this.#learning.tellSteps();
    if (state === this.#state) return;
    this.#state = state;
    this.#unsaved ||= state === "paused" && this.#learning.step !== this.#saved.step;
    this.#tell({ type: "state", run: this.id, state });
  }

  async #train() {
    if (this.#milestone < this.#learning.step || this.#learning.isDone) {
      await this.#reachMilestone();
      if (this.#writer.sampling || this.#unsaved || this.#ended) return;
    }
    await this.#learning.trainATurn(this.#single);
    if (performance.now() - this.#savedAt > CHECKPOINT_MS) this.#unsaved = true;
    if (this.#single) this.#enter("paused");
    if (this.#learning.isDone) await this.#reachMilestone();
  }

  /** Evaluates, and begins a sample, where this step asks for it; after the last step the run ends. */
  async #reachMilestone() {
    const { step, isDone, milestone } = this.#learning;
    this.#milestone = step;
    this.#learning.tellSteps();
    if (milestone.evaluation) {
      await this.#learning.evaluate();
      this.#unsaved = step > 0;
    }
    if (isDone) await this.#end("finished");
    if (this.#samples && milestone.sample) {
      const { prompt, length, sampling } = this.#settings.sample;
      const texts = this.#settings.evaluation?.texts ?? SAMPLE_TEXTS;
      const sample = { id: null, step: this.#modelStep, prompt, sampling, stopAtEnd: true };
      this.#writer.add(sample, length, texts);
    }
  }

  /**
   * The training is over: the best model on the validation part takes the last one's place, if that is
   * clearly worse. A text that is read too often is learned by heart.
   * @param {"stopped"|"finished"} state
   */
  async #end(state) {
    this.#learning.tellSteps();
    this.#state = state;
    const { best, validationLoss, step } = this.#learning;
    if (best !== null && validationLoss !== null && validationLoss > best.loss + CLEARLY) this.#use("best");
    this.#unsaved = step > 0;
    this.team.end();
    this.#tell({ type: "state", run: this.id, state });
  }

  /** Takes one of the two models, and tells so if it is the other. @param {"best"|"last"} which */
  #use(which) {
    this.training.useModel(which);
    if (which === this.#used) return;
    // It would be one model's at first, and the other's from here on.
    this.#writer.dropSamples();
    this.#used = which;
    this.#tellUsed();
  }

  /** Leaves a checkpoint, unless the model has derailed. */
  async #save() {
    this.#unsaved = false;
    this.#savedAt = performance.now();
    if (this.#learning.hasDerailed) return;
    const { step } = this.#learning;
    const [position, story] = [this.#position, this.#source.position];
    const bytes = await this.#learning.wait(this.training.checkpoint(JSON.stringify(position)));
    this.#saved = { step, bytes, position, story };
    this.#tell({ type: "checkpoint", run: this.id, step, bytes });
  }

  /**
   * The training has diverged: all go back to the last checkpoint, from which it can go on at another
   * learning rate.
   * @param {import("../api/messages.js").Failure} failure
   */
  async #goBack({ code, params, cause }) {
    const { bytes, position, story } = this.#saved;
    const at = { step: this.#learning.step, ...params };
    this.#writer.dropSamples();
    await this.team.restore(bytes, this.#source.seek(story));
    this.#learning.sync();
    this.#take(position);
    const failure = { code, params: { ...at, back_to: this.#learning.step }, cause };
    this.#tell({ type: "failure", run: this.id, id: null, failure, fatal: false });
    this.#learning.tellInfo();
    this.#tell({ type: "state", run: this.id, state: this.#state });
  }

  /** Of the run as it is. @returns {Position} */
  get #position() {
    const { validationLoss, storyEnds } = this.#learning;
    return {
      state: this.#state === "training" ? "paused" : this.#state,
      milestone: this.#milestone,
      validation_loss: validationLoss,
      workers: this.#choice.engine === "cpu" ? this.team.parts : 0,
      story_ends: Number.isFinite(storyEnds) ? storyEnds : null,
    };
  }

  /** The run is where a checkpoint left it. @param {Position} position */
  #take({ state, milestone, validation_loss, story_ends }) {
    this.#state = state;
    this.#milestone = milestone;
    this.#unsaved = false;
    this.#learning.validationLoss = validation_loss;
    this.#learning.storyEnds = story_ends ?? Infinity;
  }

  #tellUsed() {
    this.#tell({ type: "used", run: this.id, which: this.#used, step: this.#modelStep });
  }

  /** The step whose model is at hand. */
  get #modelStep() {
    const { best, step } = this.#learning;
    return this.#used === "best" && best ? best.step : step;
  }
}

/** Methods of a model that are no questions: they write, or end it. */
const NO_QUESTIONS = ["constructor", "free", "beginTexts", "continueTexts"];

/**
 * @param {any} model
 * @param {string} method
 * @param {unknown[]} args
 */
async function answerTo(model, method, args) {
  const known = Object.getOwnPropertyNames(Object.getPrototypeOf(model));
  if (!known.includes(method) || method.startsWith("_") || NO_QUESTIONS.includes(method)) {
    throw failure("argument_unreadable", `a model cannot be asked: ${method}`);
  }
  return model[method](...args);
}

/**
 * The memory of an answer's arrays, which is handed over instead of copied.
 * @param {any} answer
 * @returns {Transferable[]}
 */
function buffersOf(answer) {
  const values = answer !== null && typeof answer === "object" ? [answer, ...Object.values(answer)] : [];
  return values.filter((value) => ArrayBuffer.isView(value)).map(({ buffer }) => buffer);
}
