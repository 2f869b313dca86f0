// What the reader can do, turned into commands for the engine; what the engine answers, turned into state.

import { EMPTY_HISTORY } from "./app_state.js";
import { Measurements } from "./measurements.js";
import { isOutdated, runSettings } from "./run_settings.js";
import { changeSettings } from "./settings.js";
import { Library } from "./library.js";
import { TextRefused, checkText } from "./text.js";

/** @typedef {import("../engine/protocol.js").Event} EngineEvent */
/** @typedef {import("../engine/protocol.js").Failure} Failure */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../engine/protocol.js").RunSettings} RunSettings */
/** @typedef {import("../engine/protocol.js").Checkpoint} Checkpoint */

/** After these the GPU is not trusted with the same run again. */
const GPU_UNFIT = ["gpu_stalled", "gpu_out_of_memory"];

/**
 * The part of the engine client that is used here.
 * @typedef {Pick<import("../engine/client.js").EngineClient, "create"|"abandon"|"train"|"generate"|"cancel"|"inspect"|"measure"|"dispose">} Client
 */

export class Controller {
  /** @type {import("./store.js").Store<AppState>} */
  #store;
  /** @type {Client} */
  #client;
  #measurements;
  /** What to do once the run being created is ready. @type {(() => void)[]} */
  #whenReady = [];
  /** The inspection not yet answered. @type {number|null} */
  #looking = null;
  /** What it looks at. @type {{text: string, links: import("./app_state.js").Link[]}} */
  #asked = { text: "", links: [] };
  /** A text that the model could not look at: not asked for again by itself. @type {string|null} */
  #cannotLookAt = null;
  /** The run at hand. */
  #run = 0;
  /** What it was doing when another began to be made: it goes on with that should the other fail. @type {AppState["phase"]} */
  #before = "idle";
  /** What the run being made is made with. @type {{settings: RunSettings, checkpoint: Checkpoint|null}|null} */
  #making = null;
  /** What the run at hand left last; it goes on from it should its engine be lost. @type {Checkpoint|null} */
  #checkpoint = null;
  /** The step at which it went on from another itself. @type {number|null} */
  #resumedAt = null;
  /** Whether the run that failed was training. */
  #wasTraining = false;
  /** Whether the GPU has failed in a way that will come again; until the reader chooses an engine anew. */
  #gpuUnfit = false;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {(listener: (event: EngineEvent) => void) => Client} connect
   */
  constructor(store, connect) {
    this.#store = store;
    this.#client = connect((event) => this.#receive(event));
    this.#measurements = new Measurements(store, this.#client);
    this.library = new Library(store, (failure) => this.fail(failure));
  }

  get #state() {
    return this.#store.state;
  }

  // --- Settings ---------------------------------------------------------------------------------------------------

  /** @param {Partial<Settings>} change */
  async change(change) {
    const settings = changeSettings(this.#state.settings, change);
    const refused = this.#state.refused.filter(({ setting }) => !(setting.name in change));
    this.#store.set({ settings, refused });
    if ("engine" in change) this.#gpuUnfit = false;
    if ("engine" in change || "preset" in change) this.measure();
    if (change.text) await this.library.open();
  }

  /** The reader is there: times the models on offer, and gets a GPU ready. */
  async measure() {
    // The vocabulary is that of the text.
    await this.library.open();
    this.#measurements.next();
  }

  // --- Training ---------------------------------------------------------------------------------------------------

  /** Starts, or goes on with, the training. */
  start() {
    this.#withRun(() => this.#client.train("start"));
  }

  pause() {
    this.#client.train("pause");
  }

  step() {
    this.#withRun(() => this.#client.train("step"));
  }

  stop() {
    if (this.#state.phase === "creating") {
      this.#client.abandon();
      this.#cameToNothing();
    } else {
      this.#client.train("stop");
    }
  }

  /** Throws the present model away and trains another, with the settings of now. */
  restart() {
    this.#createFresh(() => this.#client.train("start"));
  }

  /** Goes on from the last checkpoint of the run that failed. */
  resume() {
    this.#resume(() => { if (this.#wasTraining) this.#client.train("start"); });
  }

  /**
   * Runs `order` on the present model, on what is left of it where its engine was lost, or on a new one where there is none
   * yet or the one at hand has learned nothing and the reader has chosen otherwise since.
   * @param {() => void} order
   */
  #withRun(order) {
    const { phase } = this.#state;
    if (phase === "creating") this.#whenReady.push(order);
    else if (phase === "failed" && this.#checkpoint) this.#resume(order);
    else if (phase === "idle" || phase === "failed" || (phase === "ready" && isOutdated(this.#state))) this.#createFresh(order);
    else order();
  }

  /** @param {() => void} order  what to do once the model is there */
  #resume(order) {
    const { running } = this.#state;
    if (running && this.#checkpoint) this.#create(order, running, this.#checkpoint, this.#gpuUnfit);
  }

  /** @param {() => void} order  what to do once the model is there */
  #createFresh(order) {
    // The reader may be quicker than the page: at least the words to begin with are then there.
    this.library.open();
    const settings = runSettings(this.#state);
    const { source } = settings;
    try {
      if (source.kind === "text") source.text = checkText(source.text);
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      this.fail(error.failure);
      return;
    }
    this.#create(order, settings, null, this.#gpuUnfit && settings.engine === "auto");
  }

  /**
   * @param {() => void} order  what to do once the model is there
   * @param {RunSettings} settings
   * @param {Checkpoint|null} checkpoint
   * @param {boolean} gpuUnfit
   */
  #create(order, settings, checkpoint, gpuUnfit) {
    const { phase } = this.#state;
    if (phase !== "creating") this.#before = phase;
    this.#whenReady = [order];
    this.#store.set({ phase: "creating", progress: "loading", failure: null });
    this.#making = { settings, checkpoint };
    // The model at hand stays until the new one is ready, but takes no time from it; a measurement is given up.
    if (phase === "training") this.#client.train("pause");
    this.#measurements.giveUp();
    this.#client.create(gpuUnfit ? { ...settings, engine: "cpu" } : settings, checkpoint, gpuUnfit);
  }

  /** The run being made will not be: back to what was there before. */
  #cameToNothing() {
    this.#whenReady = [];
    this.#making = null;
    this.#store.set({ phase: this.#before, progress: null });
  }

  // --- Writing and looking ----------------------------------------------------------------------------------------

  /** Continues the prompt with the settings of now. */
  write() {
    this.#withRun(() => {
      const { prompt, settings } = this.#state;
      const { length, temperature, top_k, top_p, sampling_seed: seed } = settings;
      const id = this.#client.generate({ prompt, length, sampling: { temperature, top_k, top_p, seed } });
      this.#store.set({ writing: { id, prompt, text: "", done: false }, failure: null });
    });
  }

  stopWriting() {
    const { writing } = this.#state;
    if (writing && !writing.done) this.#client.cancel(writing.id);
  }

  /** Asks for the attention over the chosen text. */
  look() {
    this.#withRun(() => {
      const { look, links } = this.#state;
      this.#asked = { text: look, links };
      this.#looking = this.#client.inspect(look, links);
    });
  }

  /** The same, while training goes on: never a second question before the first is answered. */
  lookAgain() {
    const { info, phase, look } = this.#state;
    if (this.#looking === null && info && phase !== "creating" && phase !== "failed" && look !== this.#cannotLookAt) this.look();
  }

  // --- What comes back --------------------------------------------------------------------------------------------

  /** @param {Failure} failure */
  fail(failure) {
    console.warn(`petit-train: ${failure.code}: ${failure.cause}`);
    this.#store.set({ failure: { failure, fatal: false } });
  }

  dismissFailure() {
    this.#store.set({ failure: null });
  }

  /** @param {EngineEvent} event */
  #receive(event) {
    const { history } = this.#state;
    switch (event.type) {
      case "progress":
        // The run at hand may still say something while another is being made.
        if (this.#state.phase !== "creating" || event.run !== this.#run) this.#store.set({ progress: event.phase });
        break;
      case "ready":
        this.#isReady(event.run, event.info);
        break;
      case "state":
        if (this.#state.phase === "creating") this.#before = event.state;
        else this.#store.set({ phase: event.state, progress: null });
        if (event.state !== "training") this.#measurements.noteRun();
        break;
      case "steps": {
        const steps = [...history.steps, ...event.reports];
        this.#store.set({ history: { ...history, steps }, tokens_per_s: event.tokens_per_s });
        if (this.#state.phase === "training") this.#store.set({ progress: null });
        break;
      }
      case "evaluation": {
        const { step, validation_loss } = event;
        this.#store.set({ history: { ...history, evaluations: [...history.evaluations, { step, validation_loss }] } });
        break;
      }
      case "sample": {
        const { step, prompt, text } = event;
        this.#store.set({ history: { ...history, samples: [...history.samples, { step, prompt, text }] } });
        break;
      }
      case "checkpoint":
        if (event.run === this.#run) this.#checkpoint = event.checkpoint;
        break;
      case "kept":
        this.#store.set({ history: { ...history, kept: event.step } });
        break;
      case "text": {
        const { writing } = this.#state;
        if (writing?.id !== event.id) break;
        this.#store.set({ writing: { ...writing, text: writing.text + event.chunk, done: event.done } });
        break;
      }
      case "inspection":
        if (this.#looking !== event.id) break;
        this.#looking = null;
        this.#store.set({ seen: { step: event.step, ...this.#asked, inspection: event.inspection } });
        break;
      case "measured":
        this.#measurements.take(event.engine, event.tokens_per_s);
        break;
      case "failure":
        this.#failed(event);
        break;
    }
  }

  /**
   * Only now does what the earlier run showed give way: had this one failed, it would still be there.
   * @param {number} run
   * @param {import("../engine/protocol.js").RunInfo} info
   */
  #isReady(run, info) {
    this.#run = run;
    this.#looking = null;
    const { writing, history } = this.#state;
    const { settings = null, checkpoint = null } = this.#making ?? {};
    this.#making = null;
    this.#checkpoint = checkpoint;
    this.#resumedAt = checkpoint?.step ?? null;
    this.#store.set({
      // The run says so itself in a moment; until then it must not look like one that has learned nothing.
      phase: checkpoint?.state ?? "ready", progress: null, info, running: settings, tokens_per_s: 0, seen: null, left: null,
      history: checkpoint ? historyUntil(history, checkpoint) : EMPTY_HISTORY,
      writing: writing && { ...writing, done: true },
    });
    const orders = this.#whenReady;
    this.#whenReady = [];
    for (const order of orders) order();
    this.lookAgain();
  }

  /** @param {Extract<EngineEvent, {type: "failure"}>} event */
  #failed({ run, id, failure, fatal }) {
    const { writing, phase } = this.#state;
    console.warn(`petit-train: ${failure.code}: ${failure.cause}`);
    if (this.#measurements.failed()) return;
    if (phase === "creating" && run !== this.#run) {
      this.#cameToNothing();
    } else {
      if (writing && (fatal || writing.id === id)) this.#store.set({ writing: { ...writing, done: true } });
      if (id !== null && this.#looking === id) this.#cannotLookAt = this.#state.look;
      if (fatal || this.#looking === id) this.#looking = null;
      if (fatal) this.#gone(failure.code);
    }
    this.#store.set({ failure: { failure, fatal } });
  }

  /**
   * The model at hand is lost, and with it one that was being made.
   * @param {string} code  of the failure
   */
  #gone(code) {
    const { phase, info } = this.#state;
    this.#whenReady = [];
    this.#making = null;
    // A GPU that is lost can be had again, as a rule; one that is lost time and again cannot be worked with.
    const again = info?.engine === "webgpu" && this.#resumedAt !== null && this.#resumedAt === this.#checkpoint?.step;
    this.#gpuUnfit ||= again || GPU_UNFIT.includes(code);
    this.#wasTraining = phase === "training";
    this.#store.set({ phase: "failed", progress: null, left: this.#checkpoint?.step ?? null });
  }
}

/**
 * What had been shown when a checkpoint was made.
 * @param {AppState["history"]} history
 * @param {Checkpoint} checkpoint
 * @returns {AppState["history"]}
 */
function historyUntil({ steps, evaluations, samples }, { step, kept }) {
  const until = (/** @type {{step: number}} */ entry) => entry.step <= step;
  return { steps: steps.filter(until), evaluations: evaluations.filter(until), samples: samples.filter(until), kept };
}
