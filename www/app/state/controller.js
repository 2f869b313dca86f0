// What the reader decides, turned into calls of the engine's API; what that tells, turned into state. The
// model at hand is one `Training`; another may be being made, which takes its place only once it is there.

import { muonRate } from "../../api/options.js";
import { Choices } from "./choices.js";
import { failureOf } from "./failure_of.js";
import { Library } from "./library.js";
import { createTraining, makeAsking } from "./load_training.js";
import { Measurements } from "./measurements.js";
import { EMPTY_HISTORY, historyUntil, withEvent } from "./run_history.js";
import { isOutdated, isWithoutText, runSettings } from "./run_settings.js";
import { findSetting } from "./settings.js";
import { TextRefused, checkDocuments } from "./text.js";

/** @typedef {import("../../api/messages.js").Failure} Failure */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("../../api/training.js").CreateOptions} CreateOptions */
/** @typedef {import("../../api/training.js").TrainingEvent} TrainingEvent */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./asking.js").Asking} Asking */
/** @typedef {import("./turn.js").Turn} Turn */
/** @typedef {{abort: AbortController, done: Promise<Training|null>}} Making */

export class Controller {
  /** @type {import("./store.js").Store<AppState>} */
  #store;
  #measurements;
  /** Once there is a model to be asked. @type {Asking|null} */
  #asking = null;
  /** The model at hand. @type {Training|null} */
  #training = null;
  /** The one that is being made. @type {Making|null} */
  #making = null;
  /** Whether the GPU has failed in a way that will come again; until the reader chooses an engine anew. */
  #gpuUnfit = false;

  /** What keeps the model at hand, once that is loaded. @type {import("./keeping.js").Keeping|null} */
  keeping = null;

  /** Who else trains on this device: set in a card, which waits for its turn. @type {Turn|null} */
  turn = null;

  /** @param {import("./store.js").Store<AppState>} store */
  constructor(store) {
    this.#store = store;
    this.#measurements = new Measurements(store, () => { this.#gpuUnfit = true; });
    this.library = new Library(store, (failure) => this.fail(failure));
    this.choices = new Choices(store, this.library, this.#measurements, () => { this.#gpuUnfit = false; });
  }

  get #state() {
    return this.#store.state;
  }

  /** The model at hand. */
  get training() {
    return this.#training;
  }

  // --- Training ---------------------------------------------------------------------------------------

  /** Starts, or goes on with, the training. */
  start() {
    return this.#inTurn(() => this.#wanted(true), (training) => training.start());
  }

  pause() {
    this.#training?.pause();
  }

  async step() {
    (await this.#wanted(true))?.step();
  }

  /** Ends the training early, or gives up the one that is being made. */
  stop() {
    if (this.#making) this.#making.abort.abort();
    else this.#training?.stop();
  }

  /** Takes a training that has ended some steps further. */
  goFurther() {
    const { further_steps } = this.#state.settings;
    return this.#inTurn(() => this.#wanted(true), (training) => training.further(further_steps));
  }

  /** Which of two models writes and is looked at after the end. @param {"best"|"last"} which */
  use(which) {
    this.#training?.use(which);
  }

  /** Goes on at half the learning rate, from the model that the training went back to when it diverged. */
  goOnSlower() {
    const training = this.#training;
    const { running } = this.#state;
    if (!training || !running) return;
    const { min } = /** @type {import("./settings.js").NumberSetting} */ (findSetting("learning_rate"));
    const learning_rate = Math.max(min, training.info.train.learning_rate / 2);
    training.setLearningRate(learning_rate);
    training.start();
    this.choices.change({ learning_rate });
    const train = { ...running.train, learning_rate, muon_learning_rate: muonRate(learning_rate) };
    this.#store.set({ failure: null, running: { ...running, train } });
  }

  /** Throws the present model away and trains another, with the settings of now. */
  restart() {
    return this.#inTurn(() => this.#makeFresh(), (training) => training.start());
  }

  /** Goes on from the last checkpoint of the training that failed. */
  resume() {
    const failed = this.#training;
    return this.#inTurn(() => this.#resume(), (training) => {
      if (failed?.wasTraining) training.start();
      else this.turn?.end();
    });
  }

  /**
   * Trains once nobody else does, where others are known.
   * @param {() => Promise<Training|null>} make
   * @param {(training: Training) => void} train
   */
  async #inTurn(make, train) {
    if (this.turn && !await this.turn.take()) return;
    const training = await make();
    if (training) train(training);
    else this.turn?.end();
  }

  /**
   * Takes up a training that was kept, with what the page had shown of it, in place of the one at hand.
   * @param {import("./saved_training.js").OpenedTraining} opened
   * @param {import("../../api/measurer.js").Measurer|null} [measurer]  whose worker makes it
   * @returns {Promise<Training|null>} none where it cannot be had, which the reader is told
   */
  takeUp(opened, measurer = null) {
    return this.#create(opened.settings, { checkpoint: opened.checkpoint, measurer }, opened);
  }

  /** A worker with the CPU engine, for a model that will be taken up. */
  onCpu() {
    return this.#measurements.onCpu();
  }

  /**
   * The model that the reader means: the one that is being made; the one at hand; another in its place where
   * that is gone, or has learned nothing and the reader has chosen otherwise since. One that was opened from
   * a file is never given up for another; it is given the chosen text where it is to be trained and has none.
   * @param {boolean} toTrain
   * @returns {Promise<Training|null>} none where it cannot be had, which the reader is told
   */
  async #wanted(toTrain) {
    const training = this.#training;
    if (this.#making) return this.#making.done;
    if (!training) return this.#makeFresh();
    if (training.state === "failed") return training.checkpoint ? this.#resume() : this.#makeFresh();
    if (isWithoutText(training.settings)) return toTrain ? this.#giveText(training) : training;
    if (training.resumedFrom !== null) return training;
    return training.isUntouched && isOutdated(this.#state) ? this.#makeFresh() : training;
  }

  async #resume() {
    const failed = this.#training;
    return failed?.checkpoint ? this.#make((options) => failed.resume(options), this.#gpuUnfit) : null;
  }

  async #makeFresh() {
    const settings = this.#chosenRun();
    if (!settings) return null;
    return this.#create(settings, { measurer: this.#measurements.handOver(settings.engine) });
  }

  /**
   * Gives a model that was opened without a text the chosen one, to be trained on.
   * @param {Training} opened
   */
  async #giveText({ settings: { model, tokenizer }, checkpoint }) {
    const chosen = this.#chosenRun();
    if (!chosen) return null;
    return this.#create({ ...chosen, model, tokenizer }, { checkpoint });
  }

  /** @returns {RunSettings|null} as they are chosen now; null where the text is none, which is told */
  #chosenRun() {
    // The reader may be quicker than the page: at least the words to begin with are then there.
    this.library.open();
    const settings = runSettings(this.#state);
    // The reader's own prompt may be of another text.
    settings.sample.instead = this.library.firstWords.prompt;
    const { source } = settings;
    try {
      if (source.kind === "text") source.documents = checkDocuments(source.documents);
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      this.fail(error.failure);
      return null;
    }
    return settings;
  }

  /**
   * Makes a training of these settings.
   * @param {RunSettings} settings
   * @param {CreateOptions} more
   * @param {import("./saved_training.js").OpenedTraining|null} [opened]  where it was kept
   * @returns {Promise<Training|null>}
   */
  #create(settings, more, opened = null) {
    const create = (/** @type {CreateOptions} */ options) =>
      createTraining(settings, { ...options, ...more });
    return this.#make(create, this.#gpuUnfit && settings.engine === "auto", opened);
  }

  /**
   * Makes another model. The one at hand stays until that is there, but takes no time from it.
   * @param {(options: CreateOptions) => Promise<Training>} create
   * @param {boolean} gpuFailed
   * @param {import("./saved_training.js").OpenedTraining|null} [opened]  where it was kept
   * @returns {Promise<Training|null>}
   */
  #make(create, gpuFailed, opened = null) {
    this.#making?.abort.abort();
    if (this.#training?.state === "training") this.#training.pause();
    const abort = new AbortController();
    const created = create({
      gpuFailed, signal: abort.signal, onEvent: (event, training) => this.#hear(event, training),
    });
    /** @type {Making} */
    const making = this.#making = { abort, done: created.then((made) => this.#take(made, opened), (error) => {
      // Another may be being made in its place.
      if (this.#making === making) this.#making = null;
      this.#showPhase();
      if (!abort.signal.aborted) this.fail(failureOf(error));
      return null;
    }) };
    this.#showPhase({ progress: "loading", failure: null });
    return making.done;
  }

  /**
   * Only now does what the earlier model showed give way: had this one failed, it would still be there.
   * @param {Training} training
   * @param {import("./saved_training.js").OpenedTraining|null} opened
   */
  #take(training, opened) {
    if (opened) this.library.restore(opened);
    const { writing, paths, origin } = this.#state;
    const history = opened?.history ?? this.#state.history;
    const isResumed = training.resumedFrom !== null;
    const staysWritten = isResumed && !opened;
    const { stepsDone, used } = training;
    this.#training?.close();
    this.#training = training;
    this.#making = null;
    this.#showPhase({
      info: training.info, running: training.settings, tokens_per_s: 0, seen: null, resumableStep: null,
      checkpointStep: training.checkpoint?.step ?? null,
      snapshots: training.snapshots,
      origin: opened ? opened.origin ?? null : isResumed ? origin : null,
      history: isResumed ? { ...historyUntil(history, stepsDone), used } : EMPTY_HISTORY,
      // What another model wrote would be taken for this one's.
      writing: staysWritten && writing ? { ...writing, done: true } : null,
      paths: staysWritten ? paths.map((path) => ({ ...path, done: true })) : [],
    });
    this.#measurements.noteEngine(training.settings.engine, training.info.engine);
    this.#asking ??= makeAsking(this.#store, (failure) => this.fail(failure));
    this.#asking.forget();
    this.lookAgain();
    this.keeping?.took(training);
    return training;
  }

  // --- Writing and looking ----------------------------------------------------------------------------

  /**
   * Asks something of the model that the reader means.
   * @template T
   * @param {(training: Training, asking: Asking) => Promise<T>} question
   * @param {boolean} [makes]  whether a model is made for it where the one that is meant is not there; else
   *   it is asked of the one at hand
   * @returns {Promise<T|null>} null where there is no model to ask
   */
  async ask(question, makes = true) {
    const training = makes ? await this.#wanted(false) : this.#making ? null : this.#training;
    return training && this.#asking ? question(training, this.#asking) : null;
  }

  /** Continues the prompt with the settings of now. */
  write() {
    return this.ask((training, asking) => asking.write(training));
  }

  /** @param {number} [id]  of the text that is to end, where it is not any */
  stopWriting(id) {
    this.#asking?.stopWriting(id);
  }

  /** Asks for the attention over the chosen text. */
  look() {
    return this.ask((training, asking) => asking.look(training));
  }

  /** The same by itself, of the model at hand alone, and silently where that cannot look at the text. */
  lookAgain() {
    if (this.#training && !this.#making) this.#asking?.lookAgain(this.#training);
  }

  // --- What comes back --------------------------------------------------------------------------------

  /** @param {Failure} failure  of something that the reader asked for; the model at hand is as it was */
  fail(failure) {
    console.warn(`petit-train: ${failure.code}: ${failure.cause}`);
    this.#store.set({ failure: { failure, fatal: false } });
  }

  dismissFailure() {
    this.#store.set({ failure: null });
  }

  /**
   * @param {TrainingEvent} event
   * @param {Training} training  that at hand, or the one that is being made
   */
  #hear(event, training) {
    if (event.type === "progress") {
      // The model at hand may still say something while another is being made.
      if (training !== this.#training || !this.#making) this.#store.set({ progress: event.phase });
      return;
    }
    if (training !== this.#training) return;
    if (event.type === "failure") return this.#failed(event, training);
    const { history } = this.#state;
    const added = withEvent(history, event);
    if (added !== history) this.#store.set({ history: added });
    const { snapshots } = training;
    if (snapshots !== this.#state.snapshots) this.#store.set({ snapshots });
    if (event.type === "changed") this.#store.set({ info: event.info });
    if (event.type === "checkpoint") {
      this.#store.set({ checkpointStep: event.step });
      this.keeping?.heard(training);
    }
    if (event.type === "steps") {
      this.#store.set({ tokens_per_s: event.tokens_per_s });
      if (!this.#making) this.#store.set({ progress: null });
    }
    if (event.type === "state") {
      this.#showPhase(this.#making ? {} : { progress: null });
      if (event.state !== "training") this.#measurements.noteTraining();
    }
  }

  /**
   * @param {Extract<TrainingEvent, {type: "failure"}>} event
   * @param {Training} training
   */
  #failed({ failure, fatal }, training) {
    if (!fatal && failure.code !== "diverged") return this.fail(failure);
    console.warn(`petit-train: ${failure.code}: ${failure.cause}`);
    this.#gpuUnfit ||= training.gpuIsUnfit;
    const told = { failure: { failure, fatal }, progress: this.#making ? this.#state.progress : null };
    if (fatal) {
      this.#showPhase({ ...told, resumableStep: training.checkpoint?.step ?? null });
    } else {
      const { stepsDone, used, snapshots } = training;
      const history = { ...historyUntil(this.#state.history, stepsDone), used };
      this.#showPhase({ ...told, history, snapshots });
    }
  }

  /** @param {Partial<AppState>} [change]  that comes with it */
  #showPhase(change = {}) {
    const state = this.#training?.state ?? "idle";
    const phase = this.#making ? "creating" : /** @type {AppState["phase"]} */ (state);
    this.#store.set({ phase, ...(this.#making ? {} : { progress: null }), ...change });
    this.turn?.follow(phase);
  }
}
