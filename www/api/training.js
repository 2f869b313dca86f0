// A training: a model that learns, in a worker of its own. The worker is the unit of recovery: after a fatal
// failure it is never called again, and another training goes on from the last checkpoint of this one
// (`resume`).

import { EngineFailure, fatalFailure } from "./failure.js";
import { Model } from "./model.js";
import { runSettingsOf } from "./options.js";
import { Requests } from "./requests.js";
import { snapshotsUntil, withSnapshot } from "./snapshots.js";
import { StepLoop } from "./step_loop.js";
import { WorkerWire } from "./worker_wire.js";

/**
 * @typedef {import("./messages.js").Event} EngineEvent
 * @typedef {import("./messages.js").RunInfo} RunInfo
 * @typedef {import("./messages.js").RunSettings} RunSettings
 * @typedef {import("./messages.js").StepReport} StepReport
 * @typedef {import("./options.js").TrainingOptions} TrainingOptions
 * @typedef {import("./open.js").Openable} Openable
 * @typedef {import("./open.js").GoOnOptions} GoOnOptions
 * @typedef {import("./snapshots.js").Snapshot} Snapshot
 * @typedef {{step: number, blob: Blob}} Checkpoint
 */

/**
 * `ready`: made, and told to do nothing yet. `failed`: its worker is gone. `closed`: ended by its owner.
 * @typedef {"creating"|"ready"|"training"|"paused"|"stopped"|"finished"|"failed"|"closed"} TrainingState
 */

/**
 * What a training tells by itself; answers come by the promises of those who asked.
 * @typedef {Exclude<EngineEvent, {type: "ready"|"begun"|"piece"|"answer"|"saved"|"measured"
 *   |"pong"}>} TrainingEvent
 */

/**
 * @typedef {object} CreateOptions
 * @property {Checkpoint|null} [checkpoint]  of a training with the same settings, which this one goes on from
 * @property {readonly Snapshot[]} [snapshots]  of that training, until its checkpoint
 * @property {boolean} [gpuFailed]           whether the CPU engine takes over from a GPU that cannot be
 *   trusted
 * @property {import("./measurer.js").Measurer|null} [measurer]  whose worker is used, where it is of use
 * @property {AbortSignal} [signal]          gives up the making; without effect afterwards
 * @property {(event: TrainingEvent, training: Training) => void} [onEvent]  told all that happens
 */

/** After these a GPU is not trusted with the same training again. */
const GPU_UNFIT = ["gpu_stalled", "gpu_out_of_memory"];

export class Training {
  #wire;
  #onEvent;
  #requests;
  #loop = new StepLoop((order, steps) => this.#order(order, steps));
  /** @type {TrainingState} */
  #state = "creating";
  /** The state that a fatal failure ended. @type {TrainingState} */
  #stateBefore = "creating";
  /** Ends the making. @type {{resolve(): void, reject(reason: unknown): void}|null} */
  #making = null;
  /** Whether it was ever told to train. */
  #ordered = false;
  /** The GPU had been chosen, and its engine loaded, before the making failed. */
  #gpuBegun = false;
  /** @type {Checkpoint|null} */
  #checkpoint;
  #resumedFrom;
  /** @type {readonly Snapshot[]} */
  #snapshots;
  #step = 0;
  /** @type {"best"|"last"} */
  #used = "last";
  /** @type {RunInfo|null} */
  #info = null;
  /** @type {EngineFailure|null} */
  #failure = null;

  /**
   * Makes a training. Where a GPU fails while it is made, nothing is lost: the CPU engine makes it instead.
   * @param {TrainingOptions|RunSettings} given  what it is to be; or the `settings` of another, complete
   * @param {CreateOptions} [options]
   * @returns {Promise<Training>} once it can be told to start; the events until then are all `progress`
   * @throws {EngineFailure} where it is refused, or its engine cannot be had; or the signal's reason
   */
  static async create(given, options = {}) {
    const settings = "source" in given ? given : runSettingsOf(given);
    const training = new Training(settings, options, options.measurer?.handOver() ?? new WorkerWire());
    try {
      await training.#make(options.gpuFailed ?? false, options.signal);
      return training;
    } catch (error) {
      if (!(error instanceof EngineFailure) || !training.#isGpuFailure(error)) throw error;
      return Training.create(settings, { ...options, measurer: null, gpuFailed: true });
    }
  }

  /**
   * Goes on with a training that was saved, on the same text bit for bit as if nothing had happened; or
   * trains a model that was opened by itself.
   * @param {Openable} what  a file, a folder's files, or the address of a file
   * @param {GoOnOptions} options
   * @param {CreateOptions} [more]
   * @returns {Promise<Training>}
   * @throws {EngineFailure} as `Model.open` and `Training.create`
   */
  static async open(what, options, more = {}) {
    const { openTraining } = await import("./open.js");
    return openTraining(what, options, more);
  }

  /**
   * Use `Training.create`.
   * @param {RunSettings} settings
   * @param {CreateOptions} options
   * @param {WorkerWire} wire
   */
  constructor(settings, { checkpoint = null, snapshots = [], onEvent = () => {} }, wire) {
    this.settings = settings;
    this.#wire = wire;
    this.#onEvent = onEvent;
    this.#checkpoint = checkpoint;
    this.#resumedFrom = checkpoint?.step ?? null;
    this.#snapshots = snapshots;
    this.#requests = new Requests((order) => wire.post(order));
    this.model = new Model(this.#requests, this);
  }

  get state() {
    return this.#state;
  }

  /** What the engine says of it. @returns {RunInfo} */
  get info() {
    if (!this.#info) throw new Error("the training is not made yet");
    return this.#info;
  }

  /** Steps done, as far as this side has been told. */
  get stepsDone() {
    return this.#step;
  }

  /** Which of two models answers: the best on the validation part, or that of the last step. */
  get used() {
    return this.#used;
  }

  /** What another training would go on from. @returns {Checkpoint|null} */
  get checkpoint() {
    return this.#checkpoint;
  }

  /**
   * Its weights at its evaluations and samples, oldest first, in a byte a number and 40 MB at most: where
   * that is full, some are dropped and the rest stay spread over it. `model.at(step)` is asked what that
   * model answers. They are not saved with the training. The list is another whenever it changes.
   * @returns {readonly Snapshot[]}
   */
  get snapshots() {
    return this.#snapshots;
  }

  /** The step of the checkpoint that it went on from itself. @returns {number|null} */
  get resumedFrom() {
    return this.#resumedFrom;
  }

  /** Why it has failed. @returns {EngineFailure|null} */
  get failure() {
    return this.#failure;
  }

  /** Whether it has learned nothing and was never told to. */
  get isUntouched() {
    return this.#state === "ready" && !this.#ordered;
  }

  /** Whether it failed while it trained. */
  get wasTraining() {
    return this.#stateBefore === "training";
  }

  /**
   * Whether it failed in a way that will come again on this GPU. One that is lost can be had again, as a
   * rule; one that is lost before it came any further than the last time cannot be worked with.
   */
  get gpuIsUnfit() {
    if (!this.#failure || this.#info?.engine !== "webgpu") return false;
    const gotNoFurther = this.#resumedFrom !== null && this.#resumedFrom === this.#checkpoint?.step;
    return gotNoFurther || GPU_UNFIT.includes(this.#failure.code);
  }

  /**
   * Trains, and tells of each step, until it has taken so many, is paused, stopped or finished. It does not
   * wait for the loop's body. Leaving the loop, or aborting, pauses it; another `run` goes on.
   * @param {object} [options]
   * @param {number} [options.steps]  without it, those to the end of the schedule
   * @param {AbortSignal} [options.signal]
   * @returns {AsyncGenerator<StepReport, void>}
   * @throws {EngineFailure} `busy` where another loop runs it; `diverged`, after which it is where its last
   *   checkpoint was, and goes on at another learning rate (`setLearningRate`); or what ended the engine
   */
  async *run({ steps = Infinity, signal } = {}) {
    if (this.#failure) throw this.#failure;
    const hasEnded = this.#state === "stopped" || this.#state === "finished";
    yield* this.#loop.run(steps, signal, hasEnded);
  }

  /** Trains until paused, stopped or finished; `run` does so in a loop. */
  start() {
    this.#order("start");
  }

  pause() {
    this.#order("pause");
  }

  /** Trains one step, then pauses. */
  step() {
    this.#order("step");
  }

  /** Ends the training early; `further` goes on. */
  stop() {
    this.#order("stop");
  }

  /**
   * After the end: trains so many steps beyond the model in use, with a schedule that fits; `run` follows
   * them.
   * @param {number} steps
   */
  further(steps) {
    this.#ordered = true;
    this.#loop.goFurther();
    this.#wire.post({ type: "further", steps });
  }

  /** After the end: which model is asked from now on. @param {"best"|"last"} which */
  use(which) {
    this.#wire.post({ type: "use", which });
  }

  /** Another peak of the learning rate, from now on. @param {number} learning_rate */
  setLearningRate(learning_rate) {
    this.#wire.post({ type: "set", learning_rate });
  }

  /**
   * Makes another training, which goes on from the last checkpoint of this one.
   * @param {CreateOptions} [options]  `checkpoint` is this one's
   * @returns {Promise<Training>}
   * @throws as `create`
   */
  resume(options = {}) {
    const gpuFailed = options.gpuFailed || this.gpuIsUnfit;
    const checkpoint = this.#checkpoint;
    const snapshots = snapshotsUntil(this.#snapshots, checkpoint?.step ?? -1);
    return Training.create(this.settings, { ...options, checkpoint, snapshots, gpuFailed });
  }

  /** As `save` of its model. @param {Parameters<Model["save"]>} options */
  save(...options) {
    return this.model.save(...options);
  }

  /** As `toHuggingFace` of its model. @param {Parameters<Model["toHuggingFace"]>} facts */
  toHuggingFace(...facts) {
    return this.model.toHuggingFace(...facts);
  }

  /** Ends its worker. What is asked of it is rejected. */
  close() {
    if (this.#state === "failed" || this.#state === "closed") return;
    this.#end("closed", fatalFailure("closed", "the training was closed"));
  }

  /**
   * @param {boolean} gpuFailed
   * @param {AbortSignal} [signal]
   * @returns {Promise<void>}
   */
  async #make(gpuFailed, signal) {
    const abort = () => {
      this.#making?.reject(signal?.reason);
      this.close();
    };
    try {
      await new Promise((resolve, reject) => {
        this.#making = { resolve: () => resolve(undefined), reject };
        if (signal?.aborted) return abort();
        signal?.addEventListener("abort", abort);
        this.#wire.begin((event) => this.#hear(event));
        const checkpoint = this.#checkpoint?.blob ?? null;
        this.#wire.post({ type: "create", settings: this.settings, checkpoint, gpu_failed: gpuFailed });
      });
    } catch (error) {
      this.close();
      throw error;
    } finally {
      this.#making = null;
      signal?.removeEventListener("abort", abort);
    }
  }

  /**
   * Whether a making failed at the GPU, rather than at what every engine needs.
   * @param {EngineFailure} error
   */
  #isGpuFailure(error) {
    return error.fatal && (this.#gpuBegun || error.code.startsWith("gpu_"));
  }

  /**
   * @param {"start"|"pause"|"step"|"stop"} order
   * @param {number} [steps]
   */
  #order(order, steps = 1) {
    if (order === "start" || order === "step") this.#ordered = true;
    this.#wire.post({ type: "train", order, ...(order === "step" ? { steps } : {}) });
  }

  /** @param {EngineEvent} event */
  #hear(event) {
    switch (event.type) {
      case "pong":
      case "measured":
        return;
      case "begun":
      case "piece":
      case "answer":
      case "saved":
        return this.#requests.hear(event);
      case "failure":
        return this.#fail(event);
      case "ready":
        this.#info = event.info;
        this.#step = event.step;
        this.#used = event.used;
        this.#state = event.step === 0 && event.state === "paused" ? "ready" : event.state;
        return this.#making?.resolve();
      case "progress":
        this.#gpuBegun = event.engine === "webgpu";
        break;
      case "changed":
        this.#info = event.info;
        break;
      case "state":
        this.#state = event.state;
        this.#loop.hear(event);
        break;
      case "steps":
        this.#step = event.reports.at(-1)?.step ?? this.#step;
        this.#loop.hear(event);
        break;
      case "used":
        this.#used = event.which;
        if (event.which === "last") this.#goBackTo(event.step);
        break;
      case "snapshot":
        this.#snapshots = withSnapshot(this.#snapshots, { step: event.step, blob: event.blob });
        break;
      case "checkpoint":
        this.#checkpoint = { step: event.step, blob: event.blob };
        break;
    }
    this.#onEvent(event, this);
  }

  /** @param {Extract<EngineEvent, {type: "failure"}>} event */
  #fail(event) {
    const { id, failure, fatal } = event;
    const error = new EngineFailure(failure, fatal);
    if (this.#making) {
      // Told by the promise of the making.
      if (fatal) this.#end("failed", error);
      return this.#making?.reject(error);
    }
    if (fatal) {
      this.#end("failed", error);
    } else if (id !== null) {
      // Told by the promise of whoever asked.
      return this.#requests.refuse(id, error);
    } else if (failure.code === "diverged") {
      this.#state = "paused";
      this.#goBackTo(Number(failure.params.back_to));
    }
    this.#loop.fail(error, failure.code === "diverged");
    this.#onEvent(event, this);
  }

  /** What was told of later steps is void. @param {number} step */
  #goBackTo(step) {
    this.#step = step;
    this.#snapshots = snapshotsUntil(this.#snapshots, step);
  }

  /**
   * @param {"failed"|"closed"} state
   * @param {EngineFailure} failure
   */
  #end(state, failure) {
    this.#stateBefore = this.#state;
    this.#state = state;
    if (state === "failed") this.#failure = failure;
    this.#wire.end();
    this.#requests.end(failure);
    this.#loop.fail(failure, true);
  }
}
