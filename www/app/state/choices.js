// What the reader chooses among the settings, and what the page fetches and measures for it.

import { withChoices } from "./app_state.js";
import { loadTraining } from "./load_training.js";
import { changeChoices, completeSettings } from "./settings.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./settings.js").Settings} Settings */

/** The settings that a speed depends on. */
const SPEED_SETTINGS = ["engine", "text", "preset", "tokenizer", "vocab_size", "position", "workers"];

export class Choices {
  #store;
  #library;
  #measurements;
  #onEngine;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {import("./library.js").Library} library
   * @param {import("./measurements.js").Measurements} measurements
   * @param {() => void} onEngine  told that the reader has chosen an engine anew
   */
  constructor(store, library, measurements, onEngine) {
    this.#store = store;
    this.#library = library;
    this.#measurements = measurements;
    this.#onEngine = onEngine;
  }

  get #state() {
    return this.#store.state;
  }

  /** @param {Partial<Settings>} change */
  async change(change) {
    const refused = this.#state.refused.filter(({ name }) => !(name in change));
    this.#store.set({ refused });
    await this.#choose(changeChoices(this.#state.given, change), change);
  }

  /** Takes these settings for all that the reader has chosen. @param {Partial<Settings>} given */
  async chooseOnly(given) {
    await this.#choose(given, completeSettings(this.#state.language, given));
  }

  /** Leaves the choice of the tokenizer to the page again. */
  chooseTokenizer() {
    const { tokenizer: _tokenizer, vocab_size: _size, ...given } = this.#state.given;
    this.#choose(given, { tokenizer: this.#state.settings.tokenizer });
  }

  /**
   * @param {Partial<Settings>} given   all that the reader has chosen
   * @param {Partial<Settings>} change  what of it is new
   */
  async #choose(given, change) {
    this.#store.set(withChoices(this.#state, given));
    if ("engine" in change) this.#onEngine();
    if (SPEED_SETTINGS.some((name) => name in change)) this.#measure();
    if (change.text) await this.#library.open();
  }

  /**
   * The reader is there: times the models on offer, and gets a GPU ready. Who saves data is not sent an
   * engine before they choose something.
   */
  readerIsHere() {
    loadTraining().catch(() => {}); // Another try is made, and told of, once a training is wanted.
    const { connection } = /** @type {{connection?: {saveData?: boolean}}} */ (globalThis.navigator ?? {});
    if (!connection?.saveData) this.#measure();
  }

  async #measure() {
    // The vocabulary is that of the text.
    await this.#library.open();
    await this.#measurements.begin();
  }
}
