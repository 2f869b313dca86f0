// One run: what is to be done next. Trains in small turns, writes on demand and at its milestones, leaves
// checkpoints, and goes back to the last one when the training diverges.

import { codeOf, failure, failureOf } from "./failures.js";
import { Learning } from "./learning.js";
import { SAMPLE_TEXTS, sampleLength } from "./milestones.js";
import { answerTo, buffersOf } from "./questions.js";
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

/** A checkpoint is not older than this, and a step: two minutes, with the time that keeping it takes. */
const CHECKPOINT_MS = 100_000;
/** The best model takes the last one's place if it is so much better, in nats: evaluations are a sample. */
const CLEARLY = 0.01;

export class Run {
  /** @type {RunState} */
  #state = "paused";
  /** The step after which it pauses. */
  #pauseAt = Infinity;
  /** The last step whose evaluation and sample are done. */
  #milestone = -1;
  /** Texts that are written for each sample. */
  #sampleTexts;
  /** What a failure belongs to. @type {"writing"|"training"} */
  #doing = "writing";
  /** Which model is at hand. @type {"best"|"last"} */
  #used = "last";
  /** Whether the model at hand is still to be judged, once the training has ended. */
  #unjudged = false;
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
    this.#sampleTexts = settings.evaluation?.texts ?? SAMPLE_TEXTS;
    this.#source = source;
    this.#tell = tell;
    this.#learning = new Learning(parts);
    this.#writer = new Writer(id, training, team, (work) => this.#learning.wait(work), tell);
    const { info, step } = this.#learning;
    this.#saved = { step, bytes, position: position ?? this.#position, story: source.position };
    this.#take(this.#saved.position);
    this.#used = info.used;
    tell({ type: "ready", run: id, info, step, state: this.#state, used: this.#used });
    if (this.#used === "best") this.#tellUsed();
    if (this.#ended) this.#judgeLater();
  }

  /** Whether a turn has something to do. */
  get busy() {
    return this.#writer.busy || this.#state === "training" || this.#unsaved || this.#unjudged
      || this.#learning.isEvaluating;
  }

  /**
   * @param {"start"|"pause"|"step"|"stop"} order
   * @param {number} [steps]  to take before it pauses
   */
  async order(order, steps = 1) {
    if (this.#ended) return;
    const most = Math.max(1, Math.trunc(steps) || 1);
    this.#pauseAt = order === "step" ? this.#learning.step + most : Infinity;
    if (order === "stop") {
      this.#writer.dropSamples();
      this.#end("stopped");
    } else this.#enter(order === "pause" ? "paused" : "training");
  }

  /** Trains so many steps beyond the model at hand. @param {number} steps */
  async further(steps) {
    if (this.#state === "training") throw failure("busy", "the training goes on already");
    this.training.further(steps);
    this.#learning.sync();
    this.#milestone = this.#learning.step;
    this.#state = "paused";
    this.#unjudged = false;
    this.#use("last");
    await this.#save();
    this.team.end();
    await this.team.start(this.#saved.bytes);
    this.#learning.tellInfo();
    this.#pauseAt = Infinity;
    this.#enter("training");
  }

  /** After the end: takes the best model, or that of the last step. @param {"best"|"last"} which */
  async use(which) {
    if (!this.#ended) throw failure("busy", "the training has not ended");
    const before = this.#used;
    this.#use(this.#learning.best ? which : "last");
    this.#unsaved = true;
    if (this.#used !== before) this.#judgeLater();
  }

  /** @param {number} learning_rate */
  setLearningRate(learning_rate) {
    this.team.setLearningRate(learning_rate);
    this.#learning.tellInfo();
    // Where the training goes back to, it keeps this rate.
    this.#unsaved = !this.#ended;
  }

  /** Leaves a checkpoint in the next turn, where there is none of this step. */
  saveSoon() {
    this.#unsaved ||= this.#learning.step !== this.#saved.step;
  }

  /** @param {Extract<Command, {type: "write"}>} command */
  write({ id, prompt, length, sampling, stop_at_end, continuation }) {
    const text = { id, step: this.#modelStep, prompt, sampling, stopAtEnd: stop_at_end, continuation };
    this.#writer.add(text, length);
  }

  /** @param {number} id */
  cancel(id) {
    this.#writer.cancel(id);
  }

  /** @param {Extract<Command, {type: "ask"}>} command */
  async ask({ id, method, args, snapshot }) {
    const model = snapshot
      ? this.training.modelOf(new Uint8Array(await snapshot.blob.arrayBuffer())) : this.training.model();
    try {
      const answer = await this.#learning.wait(answerTo(model, method, args));
      const step = snapshot?.step ?? this.#modelStep;
      this.#tell({ type: "answer", run: this.id, id, step, answer }, buffersOf(answer));
    } finally {
      model.free();
    }
  }

  /** @param {number} id  of whoever asked for a checkpoint */
  async save(id) {
    const bytes = await this.#checkpoint(this.#position);
    const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
    this.#tell({ type: "saved", run: this.id, id, step: this.#learning.step, blob });
  }

  /** Another run takes its place. */
  end() {
    this.team.end();
    this.training.free();
  }

  /** Writes a little, then trains or evaluates a little. */
  async turn() {
    this.#doing = "writing";
    if (this.#writer.busy) await this.#writer.turn();
    this.#doing = "training";
    try {
      // With the sample of its step, which a failure would lose.
      if (this.#unsaved && !this.#writer.sampling) await this.#save();
      if (this.#writer.sampling) return;
      // The reader's own texts go on beside all of these.
      if (this.#learning.isEvaluating) await this.#evaluate();
      else if (this.#state === "training") await this.#train();
      else if (this.#unjudged) this.#learning.beginFinalEvaluation(this.#modelStep);
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
      this.#learning.dropEvaluation();
      this.#unjudged = false;
      if (!this.#ended) this.#enter("paused");
      return null;
    }
    const id = this.#writer.drop()?.id ?? null;
    // What kept one sample from being written will keep the others.
    if (id === null) this.#sampleTexts = 0;
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
      return this.#reachMilestone();
    }
    await this.#learning.trainATurn(this.#pauseAt - this.#learning.step);
    if (performance.now() - this.#savedAt > CHECKPOINT_MS) this.#unsaved = true;
    if (this.#learning.isDone) await this.#reachMilestone();
    else if (this.#learning.step >= this.#pauseAt) this.#enter("paused");
  }

  /** Begins to evaluate where this step asks for it. */
  async #reachMilestone() {
    this.#learning.tellSteps();
    if (this.#learning.milestone.evaluation) this.#learning.beginEvaluation();
    else await this.#passMilestone();
  }

  /** Goes on with an evaluation, and with what follows it. */
  async #evaluate() {
    const done = await this.#learning.evaluateATurn();
    if (done === "milestone") await this.#passMilestone();
    if (done === "final") {
      this.#unjudged = false;
      this.team.end();
    }
  }

  /** Begins a sample where this step asks for it; after the last step the run ends. */
  async #passMilestone() {
    const { step, isDone, milestone } = this.#learning;
    this.#milestone = step;
    if (milestone.evaluation) this.#unsaved = step > 0;
    if (milestone.evaluation || milestone.sample) await this.#tellSnapshot();
    if (isDone) this.#end("finished");
    if (this.#sampleTexts > 0 && milestone.sample) {
      const { prompt, instead, length, sampling } = this.#settings.sample;
      const sample = { id: null, step: this.#modelStep, prompt, instead, sampling, stopAtEnd: true };
      this.#writer.add(sample, sampleLength(step, length), this.#sampleTexts);
    }
  }

  /**
   * The training is over: the best model on the validation part takes the last one's place, if that is
   * clearly worse. A text that is read too often is learned by heart.
   * @param {"stopped"|"finished"} state
   */
  #end(state) {
    this.#learning.tellSteps();
    this.#state = state;
    const { best, validationLoss, step } = this.#learning;
    if (best !== null && validationLoss !== null && validationLoss > best.loss + CLEARLY) this.#use("best");
    this.#unsaved = step > 0;
    this.#judgeLater();
    this.#tell({ type: "state", run: this.id, state });
  }

  /**
   * The training is over: the model at hand is judged once on as much as there is time for. The best one was
   * chosen by many evaluations on a few examples, and seems better by them than it is.
   */
  #judgeLater() {
    this.#learning.dropEvaluation();
    this.#unjudged = this.#learning.hasValidation && this.#learning.step > 0;
    if (!this.#unjudged) this.team.end();
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

  /**
   * @param {Position} position  of the run as it is
   * @returns {Promise<Uint8Array>} a checkpoint of the training as it is
   */
  #checkpoint(position) {
    return this.#learning.wait(this.training.checkpoint(JSON.stringify(position)));
  }

  /** Leaves a checkpoint, unless the model has derailed. */
  async #save() {
    this.#unsaved = false;
    this.#savedAt = performance.now();
    if (this.#learning.hasDerailed) return;
    // What the page shows of the training goes with the checkpoint.
    this.#learning.tellSteps();
    const { step } = this.#learning;
    const [position, story] = [this.#position, this.#source.position];
    const bytes = await this.#checkpoint(position);
    this.#saved = { step, bytes, position, story };
    const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
    this.#tell({ type: "checkpoint", run: this.id, step, blob });
  }

  /** Of the model as it is, for whoever will ask it later. */
  async #tellSnapshot() {
    const bytes = await this.#learning.wait(this.training.snapshot());
    const blob = new Blob([/** @type {BlobPart} */ (bytes)]);
    this.#tell({ type: "snapshot", run: this.id, step: this.#learning.step, blob });
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
    this.#unjudged = false;
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
