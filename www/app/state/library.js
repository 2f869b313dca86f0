// The texts on offer and the reader's own: fetched, taken or typed, counted; and the words that each suggests to begin with.

import { chosenText } from "./run_settings.js";
import { TextRefused, checkText, countText, opening, tidyText } from "./text.js";

/** @typedef {import("./app_state.js").AppState} AppState */

/** Characters of a text that are offered as a prompt, and to look at. */
const PROMPT_LENGTH = 16;
const LOOK_LENGTH = 30;

/** Each set of stories is sure to hold these sentences. */
const FIRST_WORDS = {
  "contes-fr": { prompt: "Le chat", look: "Le chat noir mange le poisson." },
  "contes-en": { prompt: "The cat", look: "The cat sat on the mat." },
};

export class Library {
  #store;
  #fail;
  /** Whether the prompt and the text to look at are still the ones suggested here. */
  #promptIsOurs = true;
  #lookIsOurs = true;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {(failure: import("../engine/protocol.js").Failure) => void} fail  tells the reader
   */
  constructor(store, fail) {
    this.#store = store;
    this.#fail = fail;
  }

  get #state() {
    return this.#store.state;
  }

  /** Makes the chosen text ready: fetches the stories where they are not here yet, counts, suggests first words. */
  async open() {
    const name = this.#state.settings.text;
    const language = name === "contes-fr" ? "fr" : "en";
    if (name !== "own" && this.#state.source.contes[language] === undefined) {
      try {
        const response = await fetch(new URL(`../../texts/${name}.txt`, import.meta.url));
        if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
        const text = checkText(await response.text());
        const { source } = this.#state;
        this.#store.set({ source: { ...source, contes: { ...source.contes, [language]: text } } });
      } catch (error) {
        this.#fail({ code: "not_found", params: {}, cause: String(error) });
        return;
      }
    }
    await this.#count();
  }

  /**
   * Follows what is being typed. Half a word is no mistake yet: the text is checked when it is to be learned.
   * @param {string} text
   */
  async type(text) {
    this.#keep(tidyText(text), "");
    await this.open();
  }

  /**
   * Takes a whole text of the reader's own at once. Refused, the earlier one stays.
   * @param {() => string|Promise<string>} read
   * @param {string} from  the names of its files, or where else it comes from
   * @returns {Promise<boolean>} whether it was taken
   */
  async take(read, from) {
    try {
      this.#keep(checkText(await read()), from);
      this.#store.set({ failure: null });
      await this.open();
      return true;
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      this.#fail(error.failure);
      return false;
    }
  }

  /** @param {string} prompt */
  setPrompt(prompt) {
    this.#promptIsOurs = false;
    this.#store.set({ prompt });
  }

  /** @param {string} look */
  setLook(look) {
    this.#lookIsOurs = false;
    this.#store.set({ look });
  }

  /**
   * @param {string} text
   * @param {string} files
   */
  #keep(text, files) {
    const { source, settings } = this.#state;
    this.#store.set({ source: { ...source, own: { text, files } }, settings: { ...settings, text: "own" } });
  }

  async #count() {
    const text = chosenText(this.#state);
    const name = this.#state.settings.text;
    const first = name === "own"
      ? { prompt: opening(text, PROMPT_LENGTH), look: opening(text, LOOK_LENGTH) }
      : FIRST_WORDS[name];
    if (this.#promptIsOurs) this.#store.set({ prompt: first.prompt });
    if (this.#lookIsOurs) this.#store.set({ look: first.look });
    const facts = text === "" ? null : await countText(text);
    if (chosenText(this.#state) === text) this.#store.set({ source: { ...this.#state.source, facts } });
  }
}
