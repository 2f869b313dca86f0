// How fast this device is: the models on offer are timed before one is trained, and a GPU is got ready for
// the chosen one.

import { EngineFailure } from "../../api/failure.js";
import { Measurer } from "../../api/measurer.js";
import { PRESET_NAMES } from "../../api/presets.js";
import { forecast, modelConfig, settingsOfPreset, speedKey, vocabularySize } from "./run_settings.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../../api/presets.js").PresetName} PresetName */

export class Measurements {
  #store;
  #onGpuFailure;
  /** The worker that measures, or has. @type {Measurer|null} */
  #measurer = null;
  /** What could not be measured, by what was asked for. @type {Set<string>} */
  #refused = new Set();
  /** As of which everything has been measured. @type {Settings|null} */
  #followed = null;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {() => void} onGpuFailure  told that a GPU failed, which the reader need not know yet
   */
  constructor(store, onGpuFailure) {
    this.#store = store;
    this.#onGpuFailure = onGpuFailure;
  }

  /**
   * Measures the models on offer, and from now on those that another text or another choice makes of them.
   */
  begin() {
    if (!this.#followed) this.#store.subscribe(({ settings }) => this.#follow(settings));
    this.#followed = this.#store.state.settings;
    return this.#run();
  }

  /** @param {Settings} settings  which the page may have changed by itself: the tokenizer follows the text */
  #follow(settings) {
    if (settings === this.#followed) return;
    this.#followed = settings;
    this.#run();
  }

  /** The chosen model first; not beside a model at hand, whose time it would take. */
  async #run() {
    for (let preset = this.#next(); preset; preset = this.#next()) await this.#measure(preset);
  }

  /**
   * Gives away the worker that has measured on this engine, for a training to be made by it; any other is
   * ended.
   * @param {Settings["engine"]} engine
   * @returns {Measurer|null}
   */
  handOver(engine) {
    const measurer = this.#measurer;
    this.#measurer = null;
    if (measurer?.engine === engine) return measurer;
    measurer?.end();
    return null;
  }

  /**
   * A worker that has the CPU engine, or loads it now; what is being measured is given up for it, a GPU that
   * is ready is not.
   * @returns {Measurer}
   * @throws {EngineFailure} `worker_unavailable`
   */
  onCpu() {
    const measurer = this.#measurer;
    const isReady = measurer?.isFree ?? false;
    if (measurer && isReady && this.#store.state.engines[measurer.engine] === "cpu") {
      this.#measurer = null;
      return measurer;
    }
    if (!isReady) {
      measurer?.end();
      this.#measurer = null;
    }
    const other = new Measurer("cpu");
    other.loadCpu();
    return other;
  }

  /** The speed of a real training is the best measurement. */
  noteTraining() {
    const { info, running, tokens_per_s } = this.#store.state;
    if (!info || !running || tokens_per_s === 0) return;
    const { engine, model, vocab_size } = info;
    this.#note(speedKey(engine, model, vocab_size, running.workers ?? 0), tokens_per_s);
    this.noteEngine(running.engine, info.engine);
  }

  /**
   * @param {Settings["engine"]} asked
   * @param {"webgpu"|"cpu"} engine  that it gave
   */
  noteEngine(asked, engine) {
    this.#store.set({ engines: { ...this.#store.state.engines, [asked]: engine } });
  }

  /** @returns {PresetName|undefined} what is to be measured now */
  #next() {
    const { phase, meeting, settings, engines } = this.#store.state;
    const isBusy = this.#measurer?.engine === settings.engine && !this.#measurer.isFree;
    if (phase !== "idle" || meeting || isBusy) return;
    // The processor is soon done with each; a GPU would be busy with others when the chosen one is wanted.
    const onGpu = engines[settings.engine] === "webgpu";
    const candidates = onGpu ? [settings.preset] : [settings.preset, ...PRESET_NAMES];
    return candidates.find((preset) => (
      !forecast(this.#store.state, preset).measured && !this.#refused.has(this.#asked(preset))));
  }

  /** @param {PresetName} preset */
  async #measure(preset) {
    const { settings, vocabulary } = this.#wouldBe(preset);
    const { engine, workers, batch_size } = settings;
    const asked = this.#asked(preset);
    const model = modelConfig(settings);
    try {
      const measurer = this.#measurerOn(engine);
      const measured = await measurer.measure(model, vocabulary, batch_size, (progress) => {
        if (this.#store.state.phase === "idle") this.#store.set({ progress });
      });
      this.noteEngine(engine, measured.engine);
      if (measured.gpuFailed) this.#onGpuFailure();
      const key = speedKey(measured.engine, model, vocabulary, workers);
      if (measured.tokens_per_s > 0) this.#note(key, measured.tokens_per_s);
      else this.#refused.add(asked);
    } catch (error) {
      if (!(error instanceof EngineFailure)) return;
      // The estimate simply stays that of the reference machine.
      console.info(`petit-train: ${asked} could not be timed: ${error.message}`);
      this.#refused.add(asked);
    } finally {
      if (this.#store.state.phase === "idle") this.#store.set({ progress: null });
    }
  }

  /** @param {Settings["engine"]} engine */
  #measurerOn(engine) {
    if (this.#measurer?.engine !== engine || !this.#measurer.isFree) {
      this.#measurer?.end();
      this.#measurer = new Measurer(engine);
    }
    return this.#measurer;
  }

  /** @param {PresetName} preset */
  #asked(preset) {
    const { settings, vocabulary } = this.#wouldBe(preset);
    return [settings.engine, preset, settings.tokenizer, settings.position, vocabulary].join("/");
  }

  /** What a preset would be, on the text of now. @param {PresetName} preset */
  #wouldBe(preset) {
    const settings = settingsOfPreset(this.#store.state, preset);
    return { settings, vocabulary: vocabularySize({ settings, source: this.#store.state.source }) };
  }

  /**
   * @param {string} key
   * @param {number} tokensPerSecond
   */
  #note(key, tokensPerSecond) {
    this.#store.set({ measured: { ...this.#store.state.measured, [key]: tokensPerSecond } });
  }
}
