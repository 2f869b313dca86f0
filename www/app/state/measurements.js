// How fast this device is: the models on offer are timed before a run, and a GPU is got ready for the one that is chosen.

import { PRESETS, PRESET_NAMES } from "./presets.js";
import { modelConfig, speedKey, vocabularySize } from "./run_settings.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./settings.js").Settings} Settings */

export class Measurements {
  #store;
  #client;
  /** What is being measured: the engine as it was asked for, and its key. @type {{engine: Settings["engine"], key: string}|null} */
  #current = null;
  /** What could not be measured. @type {Set<string>} */
  #refused = new Set();
  /** Choices of an engine that mean a GPU here. @type {Set<Settings["engine"]>} */
  #gpus = new Set();

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {Pick<import("../engine/client.js").EngineClient, "measure">} client
   */
  constructor(store, client) {
    this.#store = store;
    this.#client = client;
  }

  /** Measures the next model, the chosen one first; not beside a run, whose time it would take. */
  next() {
    const { phase, settings, measured } = this.#store.state;
    if (this.#current || phase !== "idle") return;
    const { engine } = settings;
    const key = (/** @type {import("./presets.js").PresetName} */ preset) => speedKey(engine, modelConfig({ ...settings, preset }));
    // The processor is soon done with each; a GPU would be kept from the one that is wanted.
    const candidates = this.#gpus.has(engine) ? [settings.preset] : [settings.preset, ...PRESET_NAMES];
    const preset = candidates.find((candidate) => !(key(candidate) in measured) && !this.#refused.has(key(candidate)));
    if (!preset) return;
    this.#current = { engine, key: key(preset) };
    const batch_size = preset === settings.preset ? settings.batch_size : PRESETS[preset].train.batch_size;
    this.#client.measure(engine, modelConfig({ ...settings, preset }), vocabularySize(this.#store.state), batch_size);
  }

  /**
   * Takes what was measured, and goes on.
   * @param {"webgpu"|"cpu"} engine
   * @param {number} tokensPerSecond  0 where such a run is refused
   */
  take(engine, tokensPerSecond) {
    if (!this.#current) return;
    if (engine === "webgpu") this.#gpus.add(this.#current.engine);
    if (tokensPerSecond === 0) this.#refused.add(this.#current.key);
    else this.#note(this.#current.key, tokensPerSecond);
    this.#current = null;
    if (this.#store.state.phase === "idle") this.#store.set({ progress: null });
    this.next();
  }

  /** A run is wanted: what is being measured is given up. */
  giveUp() {
    this.#current = null;
  }

  /**
   * An engine failed. Nobody asked for a measurement: where it fails the estimate simply stays that of the reference machine.
   * @returns {boolean} whether it failed at one
   */
  failed() {
    if (!this.#current) return false;
    this.#refused.add(this.#current.key);
    this.#current = null;
    this.#store.set({ progress: null });
    return true;
  }

  /** The speed of a real run is the best measurement. */
  noteRun() {
    const { info, running, tokens_per_s } = this.#store.state;
    if (info && running && tokens_per_s > 0) this.#note(speedKey(running.engine, info.model), tokens_per_s);
  }

  /**
   * @param {string} key
   * @param {number} tokensPerSecond
   */
  #note(key, tokensPerSecond) {
    this.#store.set({ measured: { ...this.#store.state.measured, [key]: tokensPerSecond } });
  }
}
