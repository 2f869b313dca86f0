// One run: trains in small turns, writes on demand and at its milestones, and tells what happens.

import { isSampleStep } from "./protocol.js";
import { Speedometer } from "./speedometer.js";
import { Watchdog } from "./watchdog.js";

/**
 * @typedef {import("./protocol.js").Command} Command
 * @typedef {import("./protocol.js").Event} Event
 * @typedef {import("./protocol.js").RunSettings} RunSettings
 * @typedef {import("./protocol.js").Checkpoint} Checkpoint
 * @typedef {import("./probe.js").Choice} Choice
 * @typedef {import("../../../dist/engine_cpu.js").Session} Session
 * @typedef {import("./team.js").Team} Team
 * @typedef {{id: number, step: number, prompt: string, left: number, written: string, begun: boolean,
 *   sampling: import("./protocol.js").SamplingConfig}} Writing  `id` is 0 for a sample of the training
 */

/** A turn of writing or training lasts about this long, so that a command is heard soon. */
const TURN_MS = 100;
/** Steps are told about so often: each message makes the page draw, which takes time from the training. */
const TELL_MS = 250;
/** An earlier model is kept only if it was clearly better: evaluations are a sample. In nats a token. */
const CLEARLY = 0.01;
/** Batches of an evaluation: enough for the curve to be smooth, few enough to cost little. */
const USUAL_BATCHES = 4;
/** Most steps queued before the engine is waited for: a GPU is kept busy, its queue stays bounded. */
const MAX_STEPS_A_TURN = 16;

export class Run {
  /** @type {Writing[]} */
  #texts = [];
  /** @type {"paused"|"training"|"stopped"|"finished"} */
  #state = "paused";
  #single = false;
  #step = 0;
  /** The step whose evaluation and sample are done. */
  #milestone = -1;
  #stepsATurn = 1;
  #speed = new Speedometer();
  /** Steps done that the page does not know of yet. @type {import("./protocol.js").StepReport[]} */
  #untold = [];
  #lastTold = 0;
  #samples = true;
  /** What a failure belongs to. @type {"writing"|"training"} */
  #doing = "writing";
  #evaluation;
  /** The lowest validation loss so far, whose model the session remembers. */
  #best = { step: 0, loss: Infinity };
  #lastLoss = Infinity;
  /** The step whose model took the last one's place. @type {number|null} */
  #kept = null;
  #nextText;
  /** Texts that have been read before the one at hand. */
  #textsRead = 0;
  /** The step at which another takes its place. */
  #textEnds = Infinity;
  /** Whether the model at hand is in no checkpoint. */
  #unsaved = false;
  /** Whether the next step is the first, and compiles. */
  #compiling;
  /** Of the GPU; the CPU engine does not wait. @type {Watchdog|null} */
  #watchdog;

  /**
   * @param {object} parts
   * @param {number} parts.id
   * @param {Session} parts.session
   * @param {Team} parts.team  the session and its helpers
   * @param {Choice} parts.choice
   * @param {boolean} parts.warm  whether the first step has nothing left to compile
   * @param {RunSettings} parts.settings
   * @param {(() => string)|null} parts.nextText  the next training text, where there is one
   * @param {Checkpoint|null} parts.checkpoint    what the session has resumed
   * @param {(event: Event, transfer?: Transferable[]) => void} parts.tell
   */
  constructor({ id, session, team, choice, warm, settings, nextText, checkpoint, tell }) {
    this.id = id;
    this.session = session;
    this.team = team;
    this.choice = choice;
    this.#compiling = !warm;
    this.settings = settings;
    this.tell = tell;
    this.info = session.info();
    this.#nextText = nextText;
    this.#watchdog = choice.engine === "webgpu" ? new Watchdog() : null;
    if (nextText) this.#textEnds = this.#stepsATextLasts;
    // Some forty points on the validation curve, and not a large share of a short training.
    this.#evaluation = settings.evaluation ?? { every: Math.max(10, Math.round(this.info.train.steps / 40)), batches: USUAL_BATCHES };
    tell({ type: "ready", run: id, info: { ...choice, ...this.info, workers: team.workers } });
    if (checkpoint) this.#resume(checkpoint);
  }

  /** Whether a turn has something to do. */
  get busy() {
    return this.#texts.length > 0 || this.#state === "training" || this.#unsaved;
  }

  /** @param {"start"|"pause"|"step"|"stop"} order */
  order(order) {
    if (this.#state === "stopped" || this.#state === "finished") return;
    this.#single = order === "step";
    this.#enter(order === "stop" ? "stopped" : order === "pause" ? "paused" : "training");
  }

  /** @param {Extract<Command, {type: "generate"}>} command */
  write({ id, prompt, length, sampling }) {
    this.#texts.push({ id, step: this.#modelStep, prompt, left: length, written: "", begun: false, sampling });
  }

  /** @param {number} id */
  cancel(id) {
    const text = this.#texts.find((text) => text.id === id);
    if (text) text.left = 0;
  }

  /**
   * @param {number} id
   * @param {string} text
   * @param {import("./protocol.js").Link[]} links
   */
  async inspect(id, text, links) {
    const inspection = await this.#wait(this.session.inspect(text, links), 1);
    this.tell({ type: "inspection", run: this.id, id, step: this.#modelStep, inspection });
  }

  /** Writes a little, then trains a little. */
  async turn() {
    this.#doing = "writing";
    if (this.#texts.length > 0) await this.#writeSome();
    // With the sample of its step, which a failure would lose.
    this.#doing = "training";
    if (this.#unsaved && !this.#sampling) await this.#save();
    // A sample shows the model of its step, so training waits for it; the reader's own texts go on beside it.
    if (this.#state === "training" && !this.#sampling) await this.#trainSome();
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
    const failed = this.#texts.shift();
    // What kept one sample from being written will keep the others.
    if (failed?.id === 0) this.#samples = false;
    return failed?.id || null;
  }

  /** Whether a sample of the training is being written. */
  get #sampling() {
    return this.#texts.some((text) => text.id === 0);
  }

  /** @param {"paused"|"training"|"stopped"|"finished"} state */
  #enter(state) {
    this.#tellSteps();
    if (state === this.#state) return;
    this.#state = state;
    this.#unsaved = state !== "training" && this.#step > 0;
    if (state === "stopped" || state === "finished") {
      this.#goBackToBest();
      this.team.end();
    }
    this.tell({ type: "state", run: this.id, state });
  }

  async #writeSome() {
    const text = this.#texts[0];
    if (!text.begun) {
      this.session.beginText(text.prompt, text.sampling);
      text.begun = true;
    }
    const start = performance.now();
    let chunk = "";
    while (text.left > 0 && performance.now() - start < TURN_MS) {
      text.left--;
      chunk += await this.#wait(this.session.continueText(1, text.left === 0), 1);
    }
    text.written += chunk;
    const done = text.left === 0;
    if (done) this.#texts.shift();
    if (text.id > 0) this.tell({ type: "text", run: this.id, id: text.id, chunk, done });
    else if (done) this.tell({ type: "sample", run: this.id, step: text.step, prompt: text.prompt, text: text.written });
  }

  async #trainSome() {
    if (this.#milestone < this.#step) {
      const step = this.#milestone = this.#step;
      await this.#reach(step);
      if (this.#sampling || this.#unsaved) return;
    }
    if (this.#step >= this.info.train.steps) return this.#enter("finished");
    if (this.#step >= this.#textEnds) this.#turnPage();
    const compiling = this.#compiling;
    this.#compiling = false;
    if (compiling) this.tell({ type: "progress", run: this.id, phase: "compiling" });

    const count = this.#single ? 1 : Math.min(this.#stepsATurn, this.#untilMilestone());
    const tokens = count * this.#tokensAStep;
    const start = performance.now();
    const reports = await this.#wait(this.team.train(count), count);
    const ms = (performance.now() - start) / count;
    this.#step += count;
    if (!compiling) {
      this.#stepsATurn = Math.max(1, Math.min(MAX_STEPS_A_TURN, Math.floor(TURN_MS / ms)));
      this.#speed.add(tokens, ms * count);
      this.#watchdog?.learn(ms);
    }
    this.#untold.push(...reports.map((report) => ({ ...report, ms, compiling })));
    if (performance.now() - this.#lastTold > TELL_MS) this.#tellSteps();
    if (this.#single) this.#enter("paused");
    if (this.#step >= this.info.train.steps) {
      await this.#reach(this.#milestone = this.#step);
      this.#enter("finished");
    }
  }

  #tellSteps() {
    if (this.#untold.length === 0) return;
    this.#lastTold = performance.now();
    this.tell({ type: "steps", run: this.id, reports: this.#untold, tokens_per_s: this.#speed.tokensPerSecond });
    this.#untold = [];
  }

  get #tokensAStep() {
    return this.info.train.batch_size * this.info.model.block_size;
  }

  get #stepsATextLasts() {
    return Math.ceil(this.session.info().train_tokens / this.#tokensAStep);
  }

  /** Stories that have been read once give way to others. */
  #turnPage() {
    if (!this.#nextText) return;
    this.team.replaceTrainingText(this.#nextText());
    this.#textsRead++;
    this.#textEnds += this.#stepsATextLasts;
  }

  /** Evaluates, and begins a sample, where this step asks for it. @param {number} step */
  async #reach(step) {
    this.#tellSteps();
    const last = step === this.info.train.steps;
    if (last || step % this.#evaluation.every === 0) {
      const start = performance.now();
      const { batches } = this.#evaluation;
      const validation_loss = await this.#wait(this.session.evaluate(batches), batches);
      this.tell({ type: "evaluation", run: this.id, step, validation_loss, ms: performance.now() - start });
      this.#lastLoss = validation_loss;
      // Not the model that has learned nothing: it may be better than one that went astray, but nobody would want it.
      if (step > 0 && validation_loss < this.#best.loss) {
        this.#best = { step, loss: validation_loss };
        this.session.keep();
      }
      if (last) this.#goBackToBest();
      this.#unsaved = step > 0;
    }
    if (this.#samples && (last || isSampleStep(step))) {
      const { prompt, length, sampling } = this.settings.sample;
      this.#texts.push({ id: 0, step: this.#modelStep, prompt, left: length, written: "", begun: false, sampling });
    }
  }

  /**
   * Goes back to the model that was best on the validation part, if the one at hand is clearly worse: a text that is read too
   * often is learned by heart.
   */
  #goBackToBest() {
    if (this.#kept !== null || this.#lastLoss <= this.#best.loss + CLEARLY) return;
    this.#kept = this.#best.step;
    this.session.goBack();
    this.tell({ type: "kept", run: this.id, step: this.#kept });
  }

  /** Leaves a checkpoint. */
  async #save() {
    this.#unsaved = false;
    const left = {
      step: this.#step,
      milestone: this.#milestone,
      state: this.#state === "training" ? /** @type {const} */ ("paused") : this.#state,
      kept: this.#kept,
      texts: this.#textsRead,
      text_ends: this.#textEnds,
      workers: this.choice.engine === "cpu" ? this.team.parts : 0,
    };
    const values = await this.#wait(this.session.checkpoint(), 1);
    this.tell({ type: "checkpoint", run: this.id, checkpoint: { ...left, values } }, [values.buffer]);
  }

  /** The best model of before is lost with the worker that remembered it: the next evaluation begins anew. @param {Checkpoint} checkpoint */
  #resume({ step, milestone, state, kept, texts, text_ends }) {
    this.#step = step;
    this.#milestone = milestone;
    this.#kept = kept;
    this.#textsRead = texts;
    this.#textEnds = text_ends;
    this.#state = state;
    if (state !== "paused") this.team.end();
    this.tell({ type: "state", run: this.id, state });
  }

  /**
   * Waits for the engine, but not for ever for a GPU.
   * @template T
   * @param {Promise<T>} work
   * @param {number} steps  that it takes about as long as
   * @returns {Promise<T>}
   */
  #wait(work, steps) {
    return this.#watchdog ? this.#watchdog.watch(work, steps) : work;
  }

  /** The step whose model is at hand. */
  get #modelStep() {
    return this.#kept ?? this.#step;
  }

  /** Steps to the next evaluation, sample or text: these come at the same steps in every run, however fast it is. */
  #untilMilestone() {
    const { steps } = this.info.train;
    let next = this.#step + 1;
    while (next < Math.min(steps, this.#textEnds) && next % this.#evaluation.every !== 0 && !isSampleStep(next)) next++;
    return next - this.#step;
  }
}
