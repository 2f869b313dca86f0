// The texts on offer and the reader's own: fetched, taken or typed, counted; and the words that each suggests to begin with.

import { loadContes } from "../engine/load.js";
import { chosenContes, contesLanguage } from "./run_settings.js";
import { TextRefused, checkText, countText, opening, tidyText } from "./text.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Contes} Contes */
/** @typedef {import("./app_state.js").Story} Story */
/** @typedef {"fr"|"en"} Language */

/** Characters of a text that are offered as a prompt, and to look at. */
const PROMPT_LENGTH = 16;
const LOOK_LENGTH = 30;

/** Sentences of the stories, with the words of them that belong together. */
const FIRST_WORDS = {
  fr: { prompt: "Il était une fois", look: "Le chat noir mange le poisson.", links: [{ from: { start: 8, end: 12 }, to: { start: 3, end: 7 } }] },
  en: { prompt: "Once upon a time", look: "The black cat eats the fish.", links: [{ from: { start: 10, end: 13 }, to: { start: 4, end: 9 } }] },
};

export class Library {
  #store;
  #fail;
  /** Whether the prompt and the text to look at are still the ones suggested here. */
  #promptIsOurs = true;
  #lookIsOurs = true;
  /** Streams of stories to read. @type {Partial<Record<Language, {tell(): Story}>>} */
  #tellers = {};

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

  /** Makes the chosen text ready: suggests first words, fetches the stories where they are not here yet, counts. */
  async open() {
    this.#suggest();
    const language = contesLanguage(this.#state);
    if (language && !this.#state.source.contes[language]) {
      try {
        const response = await fetch(new URL(`../../texts/contes-${language}.json`, import.meta.url));
        if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
        this.#setContes(language, await response.json());
      } catch (error) {
        this.#fail({ code: "not_found", params: {}, cause: String(error) });
        return;
      }
    }
    await this.#count();
  }

  /**
   * Tells one more story, by the grammar itself: fetched now, if it was not before.
   * @param {Language} language
   */
  async tell(language) {
    try {
      const { Contes } = await loadContes();
      const seed = crypto.getRandomValues(new Uint32Array(1))[0];
      const teller = this.#tellers[language] ??= new Contes(language, "validation", seed);
      const contes = this.#state.source.contes[language];
      if (contes) this.#setContes(language, { ...contes, stories: [...contes.stories, teller.tell()] });
    } catch (error) {
      this.#fail({ code: "not_found", params: {}, cause: String(error) });
    }
  }

  /**
   * @param {Language} language
   * @param {Contes} contes
   */
  #setContes(language, contes) {
    const { source } = this.#state;
    this.#store.set({ source: { ...source, contes: { ...source.contes, [language]: contes } } });
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
    this.#store.set({ look, links: [] });
  }

  /**
   * Offers a passage of a story to look at.
   * @param {{text: string, links: import("./app_state.js").Link[]}} passage
   */
  offerLook({ text, links }) {
    this.#lookIsOurs = false;
    this.#store.set({ look: text, links });
  }

  /**
   * @param {string} text
   * @param {string} files
   */
  #keep(text, files) {
    const { source, settings } = this.#state;
    this.#store.set({ source: { ...source, own: { text, files } }, settings: { ...settings, text: "own" } });
  }

  /** First words of the chosen text, where the reader has not written any. */
  #suggest() {
    const language = contesLanguage(this.#state);
    const text = this.#state.source.own.text;
    const first = language ? FIRST_WORDS[language] : { prompt: opening(text, PROMPT_LENGTH), look: opening(text, LOOK_LENGTH), links: [] };
    if (this.#promptIsOurs) this.#store.set({ prompt: first.prompt });
    if (this.#lookIsOurs) this.#store.set({ look: first.look, links: first.links });
  }

  async #count() {
    const contes = chosenContes(this.#state);
    const { text } = this.#state.source.own;
    const facts = contes
      ? { characters: Infinity, words: contes.words, symbols: [...contes.alphabet] }
      : text === "" ? null : await countText(text);
    // The reader may have chosen otherwise while the page counted.
    const isStill = contes === chosenContes(this.#state) && text === this.#state.source.own.text;
    if (isStill) this.#store.set({ source: { ...this.#state.source, facts } });
  }
}
