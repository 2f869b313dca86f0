// What the model at hand is asked: to write, and to show where its heads look. A text is written because the
// reader wants it; a look may also be asked for by the page itself, which then never speaks of a failure.

import { EngineFailure } from "../../api/failure.js";
import { drawingOf } from "./run_settings.js";

/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("./app_state.js").AppState} AppState */

export class Asking {
  /** @type {import("./store.js").Store<AppState>} */
  #store;
  #fail;
  /** Ends the text that is being written. @type {AbortController|null} */
  #writing = null;
  /** Withdraws the look that is not answered yet. @type {AbortController|null} */
  #looking = null;
  /**
   * A text that the model at hand cannot look at: not asked for again by the page itself.
   * @type {string|null}
   */
  #unreadable = null;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {(failure: import("../../api/messages.js").Failure) => void} fail  tells the reader
   */
  constructor(store, fail) {
    this.#store = store;
    this.#fail = fail;
  }

  /** Gives up what was asked: another model is at hand. */
  forget() {
    this.#writing?.abort();
    this.#looking?.abort();
    this.#writing = this.#looking = null;
    this.#unreadable = null;
  }

  /**
   * Continues the prompt with the settings of now.
   * @param {Training} training
   */
  async write(training) {
    this.#writing?.abort();
    const abort = this.#writing = new AbortController();
    const { prompt, settings, writing: before } = this.#store.state;
    const { length } = settings;
    /** @type {AppState["writing"]} */
    const begun = { step: 0, prompt, replaced: [], text: "", done: false, ended: false, judgement: null };
    this.#store.set({ writing: begun, failure: null });
    try {
      const { signal } = abort;
      const pieces = training.model.write(prompt, { length, ...drawingOf(settings), signal });
      for await (const { step, prompt: { text: read, replaced }, text, done } of pieces) {
        const { writing } = this.#store.state;
        if (this.#writing !== abort || !writing) return;
        const ended = done === "end";
        const written = writing.text + text;
        this.#store.set({ writing: { ...writing, step, prompt: read, replaced, text: written, ended } });
      }
    } catch (error) {
      // Where nothing was written, the earlier text is not taken away for it.
      const { writing } = this.#store.state;
      if (this.#writing === abort && !abort.signal.aborted && writing?.text === "") {
        this.#store.set({ writing: before });
      }
      this.#tell(error, abort.signal);
    } finally {
      const { writing } = this.#store.state;
      if (this.#writing === abort && writing) this.#store.set({ writing: { ...writing, done: true } });
      if (this.#writing === abort) this.#writing = null;
    }
  }

  stopWriting() {
    this.#writing?.abort();
  }

  /**
   * Asks for the attention over the chosen text.
   * @param {Training} training
   */
  async look(training) {
    await this.#look(training, (error, signal) => this.#tell(error, signal));
  }

  /**
   * The same, silently; never a second question before the first is answered.
   * @param {Training} training
   */
  async lookAgain(training) {
    const { look } = this.#store.state;
    if (this.#looking || look === "" || look === this.#unreadable || training.state === "failed") return;
    await this.#look(training, () => {});
  }

  /**
   * @param {Training} training
   * @param {(error: unknown, signal: AbortSignal) => void} onFailure
   */
  async #look(training, onFailure) {
    this.#looking?.abort();
    const { signal } = this.#looking = new AbortController();
    const { look, links } = this.#store.state;
    try {
      const { answer: { text, replaced } } = await training.model.fit(look, signal);
      // Where the length has changed, the words are not where they were.
      const found = text.length === look.length ? links : [];
      const pairs = found.map(({ from, to }) => ({ from, to }));
      const { step, ...inspection } = await training.model.look(text, { pairs, signal });
      this.#store.set({ seen: { step, text, replaced, links: found, inspection } });
    } catch (error) {
      if (error instanceof EngineFailure && !error.fatal) this.#unreadable = look;
      onFailure(error, signal);
    } finally {
      if (this.#looking?.signal === signal) this.#looking = null;
    }
  }

  /**
   * @param {unknown} error
   * @param {AbortSignal} signal  of what it ended
   */
  #tell(error, signal) {
    if (signal.aborted) return;
    if (!(error instanceof EngineFailure)) throw error;
    // The end of a model is told once, by the model itself.
    if (!error.fatal) this.#fail(error.failure);
  }
}
