// The training of a run: takes steps, evaluates, and turns to other stories; tells of what it does, and knows
// where it is. When it does what is for the run to say (run.js).

import { isSampleStep, stepsToMilestone, usualEvaluationInterval } from "./milestones.js";
import { Speedometer } from "./speedometer.js";
import { Watchdog } from "./watchdog.js";

/**
 * @typedef {import("../api/messages.js").Event} Event
 * @typedef {import("../api/messages.js").RunInfo} RunInfo
 * @typedef {import("../api/messages.js").RunSettings} RunSettings
 * @typedef {import("../api/messages.js").EngineChoice} EngineChoice
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 * @typedef {import("./team.js").Team} Team
 * @typedef {import("./evaluation.js").Evaluation} Evaluation
 * @typedef {import("./source.js").OpenSource} OpenSource
 */

/**
 * What a training is made of.
 * @typedef {object} Parts
 * @property {number} id
 * @property {Training} training
 * @property {Team} team  the training and its helpers
 * @property {EngineChoice} choice
 * @property {boolean} warm  whether the first step has nothing left to compile
 * @property {RunSettings} settings
 * @property {OpenSource} source
 * @property {(event: Event, transfer?: Transferable[]) => void} tell
 *
 * Why a model is evaluated. `timing`: to know how long an example takes, before a `final` one.
 * @typedef {"milestone"|"timing"|"final"} Reason
 */

/** A turn of training lasts about so long, so that a command is heard soon. */
const TURN_MS = 100;
/** Steps are told about so often: each message makes the page draw, which takes time from the training. */
const TELL_MS = 250;
/** Most steps queued before the engine is waited for: a GPU is kept busy, its queue stays bounded. */
const MAX_STEPS_A_TURN = 16;
/** A model whose loss is so much above that of guessing has derailed, though its numbers are still finite. */
const DERAILED = 1.5;
/** The last evaluation takes the whole validation part, or as much of it as so long allows. */
const FINAL_MS = 5_000;

export class Learning {
  #id;
  #training;
  #team;
  #choice;
  #settings;
  #source;
  #tell;
  /** @type {import("../api/messages.js").TrainingInfo} */
  #info;
  #stepsATurn = 1;
  #speed = new Speedometer();
  /** Steps done that the page does not know of yet. @type {import("../api/messages.js").StepReport[]} */
  #untold = [];
  #lastTold = 0;
  /** Of the last step. */
  #trainingLoss = 0;
  /** Whether the next step is the first, and compiles. */
  #compiling;
  /** Of the GPU; the CPU engine does not wait. @type {Watchdog|null} */
  #watchdog;
  /** As the page knows it. */
  #workers;
  /** The evaluation that goes on. @type {{work: Evaluation, step: number, reason: Reason}|null} */
  #evaluation = null;
  /** That a worker takes for an example of an evaluation, once it is known. @type {number|null} */
  #msAnExample = null;
  /** Steps done. */
  step = 0;
  /** The model with the lowest validation loss so far. @type {{step: number, loss: number}|null} */
  best = null;
  /** Of the last evaluation. @type {number|null} */
  validationLoss = null;
  /** The step at which other stories follow. */
  storyEnds = Infinity;

  /** @param {Parts} parts */
  constructor({ id, training, team, choice, warm, settings, source, tell }) {
    this.#id = id;
    this.#training = training;
    this.#team = team;
    this.#choice = choice;
    this.#settings = settings;
    this.#source = source;
    this.#tell = tell;
    this.#compiling = !warm;
    this.#watchdog = choice.engine === "webgpu" ? new Watchdog() : null;
    this.#workers = team.workers;
    this.#info = training.info();
    this.sync();
    if (source.next) this.storyEnds = this.step + this.#stepsAStoryLasts;
  }

  /** @returns {RunInfo} */
  get info() {
    return { ...this.#choice, ...this.#info, workers: this.#team.workers };
  }

  /** Whether the schedule is at its end. */
  get isDone() {
    return this.step >= this.#info.last_step;
  }

  /** Whether the model has become worse than one that guesses. */
  get hasDerailed() {
    return this.#trainingLoss > DERAILED * Math.log(this.#info.vocab_size);
  }

  /** Whether this step asks for an evaluation, and for a sample. */
  get milestone() {
    return {
      evaluation: this.isDone || this.step % this.#evaluationInterval === 0,
      sample: this.isDone || isSampleStep(this.step),
    };
  }

  /** Takes what is known of the training from the engine: it has been opened, or gone back. */
  sync() {
    this.#info = this.#training.info();
    this.step = this.#info.step;
    this.best = this.#info.best ?? null;
    this.#untold = [];
    this.#trainingLoss = 0;
    this.#evaluation = null;
  }

  /** Tells what has changed of the run. */
  tellInfo() {
    this.#info = this.#training.info();
    this.#workers = this.#team.workers;
    this.#tell({ type: "changed", run: this.#id, info: this.info });
  }

  /**
   * Takes as many steps as fit a turn, none beyond the next milestone.
   * @param {number} most  steps at most
   */
  async trainATurn(most) {
    if (this.step >= this.storyEnds) this.#tellOtherStories();
    const compiling = this.#compiling;
    this.#compiling = false;
    const { engine } = this.#choice;
    if (compiling) this.#tell({ type: "progress", run: this.#id, phase: "compiling", engine });
    const count = Math.min(most, this.#stepsATurn, this.#stepsToMilestone);
    const start = performance.now();
    const reports = await this.wait(this.#team.train(count), count);
    const ms = (performance.now() - start) / count;
    this.step += count;
    this.#trainingLoss = reports.at(-1)?.loss ?? 0;
    if (!compiling) {
      this.#stepsATurn = Math.max(1, Math.min(MAX_STEPS_A_TURN, Math.floor(TURN_MS / ms)));
      this.#speed.add(count * this.#tokensAStep, ms * count);
      this.#watchdog?.learn(ms);
    }
    this.#untold.push(...reports.map((report) => ({ ...report, ms, compiling })));
    if (performance.now() - this.#lastTold > TELL_MS) this.tellSteps();
    if (this.#team.workers !== this.#workers) this.tellInfo();
  }

  tellSteps() {
    if (this.#untold.length === 0) return;
    this.#lastTold = performance.now();
    const [reports, tokens_per_s] = [this.#untold, this.#speed.tokensPerSecond];
    this.#tell({ type: "steps", run: this.#id, reports, tokens_per_s });
    this.#untold = [];
  }

  /** Whether there is anything to judge a model by. */
  get hasValidation() {
    return this.#info.validation_tokens > 0;
  }

  /** Whether an evaluation goes on. */
  get isEvaluating() {
    return this.#evaluation !== null;
  }

  /** Begins to evaluate the model of a milestone, on some examples. */
  beginEvaluation() {
    this.#evaluate(this.#usualExamples, this.step, "milestone");
  }

  /**
   * Begins to evaluate the model in use, on as many examples as time allows.
   * @param {number} step  of that model
   */
  beginFinalEvaluation(step) {
    if (this.#msAnExample === null) return this.#evaluate(this.#usualExamples, step, "timing");
    const examples = Math.floor((FINAL_MS * this.#team.workers) / this.#msAnExample);
    this.#evaluate(Math.max(this.#usualExamples, Math.min(examples, this.#allExamples)), step, "final");
  }

  /** Gives up the evaluation that goes on. */
  dropEvaluation() {
    this.#evaluation = null;
  }

  /** Goes on with the evaluation. @returns {Promise<Reason|null>} that of one that is done with this turn */
  async evaluateATurn() {
    if (!this.#evaluation) return null;
    const { work, step, reason } = this.#evaluation;
    if (!work.isDone) await this.wait(work.turn());
    if (!work.isDone) return null;
    this.#evaluation = null;
    const result = work.join();
    this.#msAnExample = (work.ms * work.workers) / Math.max(1, result?.examples ?? 1);
    if (!result || reason === "timing") return reason;
    const { loss: validation_loss, examples } = result;
    const [{ ms }, final] = [work, reason === "final"];
    this.#tell({ type: "evaluation", run: this.#id, step, validation_loss, examples, ms, final });
    if (!final) this.#compareToBest(validation_loss);
    return reason;
  }

  /**
   * Waits for the engine, but not for ever for a GPU.
   * @template T
   * @param {Promise<T>} work
   * @param {number} [steps]  that it takes about as long as
   * @returns {Promise<T>}
   */
  wait(work, steps = 1) {
    return this.#watchdog ? this.#watchdog.watch(work, steps) : work;
  }

  /**
   * @param {number} examples
   * @param {number} step
   * @param {Reason} reason
   */
  #evaluate(examples, step, reason) {
    this.#evaluation = { work: this.#team.evaluation(examples), step, reason };
  }

  /** Remembers the model if it is the best so far. @param {number} loss  of it, on the usual examples */
  #compareToBest(loss) {
    const { step } = this;
    this.validationLoss = loss;
    // Not the model that has learned nothing: it may be better than one that went astray, but nobody would
    // want it.
    if (step === 0 || loss >= (this.best?.loss ?? Infinity)) return;
    this.best = { step, loss };
    this.#training.saveBest(loss);
    this.#tell({ type: "best", run: this.#id, step, loss });
  }

  /** Stories that have been read once give way to others. */
  #tellOtherStories() {
    if (!this.#source.next) return;
    const documents = this.#source.next();
    this.#team.replaceTraining(documents, this.#source.position);
    this.storyEnds += this.#stepsAStoryLasts;
  }

  get #tokensAStep() {
    return this.#info.train.batch_size * this.#info.window;
  }

  /** Examples that are evaluated at a milestone. */
  get #usualExamples() {
    const batches = this.#settings.evaluation?.batches ?? this.#info.validation_batches;
    return batches * this.#info.train.batch_size;
  }

  /** As many as the validation part may have. */
  get #allExamples() {
    return Math.ceil(this.#info.validation_tokens / this.#info.window);
  }

  get #stepsAStoryLasts() {
    return Math.ceil(this.#training.info().train_tokens / this.#tokensAStep);
  }

  get #evaluationInterval() {
    return this.#settings.evaluation?.every ?? usualEvaluationInterval(this.#info.last_step);
  }

  get #stepsToMilestone() {
    const end = Math.min(this.#info.last_step, this.storyEnds);
    return stepsToMilestone(this.step, this.#evaluationInterval, end);
  }
}
