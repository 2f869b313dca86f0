// What the model at hand is asked: to write, and to show where its heads look. A text is written because the
// reader wants it; a look may also be asked for by the page itself, which then never speaks of a failure.

import { EngineFailure } from "../../api/failure.js";
import { textsOf, withText } from "./app_state.js";
import { drawingOf } from "./run_settings.js";

/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Writing} Writing */

export class Asking {
  /** @type {import("./store.js").Store<AppState>} */
  #store;
  #fail;
  /** The text that is being written, and what ends it. @type {{id: number, abort: AbortController}|null} */
  #writing = null;
  /** Of the next text. */
  #nextId = 0;
  /** Names of the tokens of a training: its vocabulary stays. @type {WeakMap<Training, readonly string[]>} */
  #labels = new WeakMap();
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
    this.stopWriting();
    this.#looking?.abort();
    this.#writing = this.#looking = null;
    this.#unreadable = null;
  }

  /**
   * Continues the prompt with the settings of now.
   * @param {Training} training
   */
  async write(training) {
    const { prompt, settings, writing, paths } = this.#store.state;
    const { length } = settings;
    const drawing = drawingOf(settings);
    const ended = (/** @type {Writing} */ text) => ({ ...text, done: true });
    const before = { writing: writing && ended(writing), paths: paths.map(ended) };
    const begun = this.begin(drawing, { prompt });
    const show = () => this.#store.set({ writing: begun, paths: [], failure: null });
    // Where nothing was written, the earlier texts are not taken away for it.
    await this.writeText(training, begun, { length }, show, () => this.#store.set(before));
  }

  /**
   * @param {Writing["drawing"]} drawing
   * @param {Partial<Writing>} more
   * @returns {Writing} a text that is still to be written
   */
  begin(drawing, more) {
    return {
      id: this.#nextId++, drawing, step: 0, prompt: "", replaced: [], text: "", tokens: [], labels: [],
      fork: null, done: false, ended: false, judgement: null, copies: null, ...more,
    };
  }

  /**
   * Writes a text, of which it keeps the page informed.
   * @param {Training} training
   * @param {Writing} begun
   * @param {import("../../api/model.js").WritingOptions} options
   * @param {() => void} show  the text that begins
   * @param {() => void} takeBack  where nothing of it was written
   */
  async writeText(training, begun, options, show, takeBack) {
    this.stopWriting();
    const { id, prompt, drawing } = begun;
    const abort = new AbortController();
    const { signal } = abort;
    this.#writing = { id, abort };
    show();
    if (begun.labels.length === 0) this.#askLabels(training, id);
    try {
      const pieces = training.model.write(prompt, { ...options, ...drawing, signal, explain: true });
      for await (const { step, prompt: { text: read, replaced }, text, tokens, done } of pieces) {
        const writing = this.#find(id);
        if (signal.aborted || !writing) return;
        this.#change(id, {
          step, prompt: read, replaced, ended: done === "end",
          text: writing.text + text, tokens: [...writing.tokens, ...tokens],
        });
      }
    } catch (error) {
      if (!signal.aborted && this.#find(id)?.text === begun.text) takeBack();
      this.tell(error, signal);
    } finally {
      this.#change(id, { done: true });
      if (this.#writing?.abort === abort) this.#writing = null;
    }
  }

  /**
   * Without them the text is there all the same.
   * @param {Training} training
   * @param {number} id  of the text whose tokens are to have names
   */
  async #askLabels(training, id) {
    try {
      const labels = this.#labels.get(training) ?? (await training.model.labels()).answer;
      this.#labels.set(training, labels);
      this.#change(id, { labels });
    } catch (error) {
      console.info("petit-train: the tokens have no names.", error);
    }
  }

  /** @param {number} id */
  #find(id) {
    return textsOf(this.#store.state).find((text) => text.id === id);
  }

  /**
   * @param {number} id
   * @param {Partial<Writing>} change
   */
  #change(id, change) {
    if (this.#find(id)) this.#store.set(withText(this.#store.state, id, change));
  }

  /**
   * @param {number} [id]  of the text that is to end, if it is still being written; any, where it is not said
   */
  stopWriting(id = this.#writing?.id) {
    if (this.#writing?.id === id) this.#writing?.abort.abort();
  }

  /**
   * Asks for the attention over the chosen text.
   * @param {Training} training
   */
  async look(training) {
    await this.#look(training, (error, signal) => this.tell(error, signal));
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
   * @param {AbortSignal} [signal]  of what it ended
   */
  tell(error, signal) {
    if (signal?.aborted) return;
    if (!(error instanceof EngineFailure)) throw error;
    // The end of a model is told once, by the model itself.
    if (!error.fatal) this.#fail(error.failure);
  }
}
