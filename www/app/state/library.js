// The texts on offer and the reader's own: fetched, taken or typed, counted; and the words that each suggests
// to begin with.

import { loadContes } from "../../engine/load.js";
import { withChoices } from "./app_state.js";
import { chosenContes, contesLanguage, talesLanguage } from "./run_settings.js";
import { TextRefused, checkDocuments, countText, opening, splitDocuments, tidyText } from "./text.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Contes} Contes */
/** @typedef {import("./text.js").TextFacts} TextFacts */
/** @typedef {import("./files.js").TextRead} TextRead */
/** @typedef {"fr"|"en"} Language */
/** @typedef {import("../../../dist/contes.js").Contes} Teller */

/** Characters of a text that are offered as a prompt, and to look at. */
const PROMPT_LENGTH = 16;
const LOOK_LENGTH = 30;
/** How long the reader pauses before what they type is counted, in milliseconds. */
const PAUSE = 300;

/**
 * Of the stories: no prompt, so that the model makes up a title too; and a sentence to look at, with
 * the words of it that belong together.
 */
export const FIRST_WORDS = {
  fr: {
    prompt: "",
    look: "Le chat noir mange le poisson.",
    links: [{ from: { start: 8, end: 12 }, to: { start: 3, end: 7 } }],
  },
  en: {
    prompt: "",
    look: "The black cat eats the fish.",
    links: [{ from: { start: 10, end: 13 }, to: { start: 4, end: 9 } }],
  },
};

export class Library {
  #store;
  #fail;
  /** Whether the prompt and the text to look at are still the ones suggested here. */
  #promptIsOurs = true;
  #lookIsOurs = true;
  /** Streams of stories to read. @type {Partial<Record<Language, Teller>>} */
  #tellers = {};
  /** What is being fetched. @type {Partial<Record<Language, Promise<boolean>>>} */
  #fetching = {};
  /** What was counted of texts of the reader's own. @type {WeakMap<readonly string[], Promise<TextFacts>>} */
  #counts = new WeakMap();
  /** Counts once the reader pauses. @type {ReturnType<typeof setTimeout>|undefined} */
  #pause;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {(failure: import("../../api/messages.js").Failure) => void} fail  tells the reader
   */
  constructor(store, fail) {
    this.#store = store;
    this.#fail = fail;
  }

  get #state() {
    return this.#store.state;
  }

  /**
   * Makes the chosen text ready: suggests first words, fetches the stories where they are not here yet,
   * counts.
   */
  async open() {
    clearTimeout(this.#pause);
    this.#suggest();
    const language = contesLanguage(this.#state);
    if (language && !await (this.#fetching[language] ??= this.#fetch(language))) return;
    await this.#count();
  }

  /**
   * @param {Language} language
   * @returns {Promise<boolean>} whether the stories are there
   */
  async #fetch(language) {
    try {
      const response = await fetch(new URL(`../../texts/contes-${language}.json`, import.meta.url));
      if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
      this.#setContes(language, await response.json());
      return true;
    } catch (error) {
      delete this.#fetching[language];
      this.#fail({ code: "not_found", params: {}, cause: String(error) });
      return false;
    }
  }

  /**
   * Tells one more story.
   * @param {Language} language
   */
  async tell(language) {
    const story = await this.#fromTeller(language, (teller) => teller.tell());
    const contes = this.#state.source.contes[language];
    if (story && contes) this.#setContes(language, { ...contes, stories: [...contes.stories, story] });
  }

  /**
   * Takes the title of a story for the prompt: one that no training has seen.
   * @param {Language} language
   */
  async drawTitle(language) {
    const [title] = await this.#fromTeller(language, (teller) => teller.titles(1)) ?? [];
    // The tale follows on a line of its own.
    if (title) this.setPrompt(`${title}\n`);
  }

  /**
   * Asks the grammar itself, which is fetched now, if it was not before.
   * @template T
   * @param {Language} language
   * @param {(teller: Teller) => T} ask
   * @returns {Promise<T|null>} none where the grammar cannot be had, which the reader is told
   */
  async #fromTeller(language, ask) {
    try {
      const { Contes } = await loadContes();
      const seed = crypto.getRandomValues(new Uint32Array(1))[0];
      const teller = this.#tellers[language] ??= new Contes(language, "validation", seed);
      return ask(teller);
    } catch (error) {
      const { code = "not_found" } = /** @type {{code?: string}} */ (error);
      this.#fail({ code, params: {}, cause: String(error) });
      return null;
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
   * It is taken at once, so that whatever the reader does next is done with it; only the counting waits for a
   * pause.
   * @param {string} text
   * @returns {string[]} its documents, as the state has them now
   */
  type(text) {
    const { notes, before } = this.#state.source.own;
    const documents = splitDocuments(tidyText(text));
    this.#setOwn({ documents, notes: text === "" ? [] : notes, before });
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.open(), PAUSE);
    return documents;
  }

  /**
   * Takes a whole text of the reader's own at once. Refused, the earlier one stays; taken, it can be brought
   * back.
   * @param {(own: import("./app_state.js").OwnText) => TextRead|Promise<TextRead>} read  given the one at
   *   hand
   * @returns {Promise<boolean>} whether it was taken
   */
  async take(read) {
    try {
      const { documents, notes } = await read(this.#state.source.own);
      const checked = checkDocuments(documents);
      const { own } = this.#state.source;
      this.#setOwn({ documents: checked, notes, before: own.documents.length > 0 ? own : null });
      this.#store.set({ failure: null });
    } catch (error) {
      if (!(error instanceof TextRefused)) throw error;
      this.#fail(error.failure);
      return false;
    }
    await this.open();
    return true;
  }

  /** Empties the reader's own text; it can be brought back. */
  clear() {
    const { own } = this.#state.source;
    this.#setOwn({ documents: [], notes: [], before: own.documents.length > 0 ? own : own.before });
    this.open();
  }

  /**
   * Brings back the text that was there before the last one was taken or the box was emptied, and keeps the
   * present one.
   */
  bringBack() {
    const { own } = this.#state.source;
    if (!own.before) return;
    this.#setOwn({ ...own.before, before: own.documents.length > 0 ? own : null });
    this.open();
  }

  /**
   * Brings back the text and the choices of a training that was kept; the present text of the reader's own
   * can be brought back. Of a model alone, no more than words to begin with follow.
   * @param {import("./saved_training.js").OpenedTraining} opened
   */
  restore({ own: kept, page, settings }) {
    if (!page) return this.#suggest(talesLanguage(settings.source) ?? contesLanguage(this.#state));
    const { given, prompt, look, links } = page;
    const { own } = this.#state.source;
    const before = own.documents.length > 0 ? { ...own, before: null } : null;
    this.#promptIsOurs = this.#lookIsOurs = false;
    this.#store.set({ given, prompt, look, links });
    this.#setSource(kept ? { own: { ...kept, before } } : {});
    this.open();
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
   * @param {{text: string, links: import("./app_state.js").WordPair[]}} passage
   */
  offerLook({ text, links }) {
    this.#lookIsOurs = false;
    this.#store.set({ look: text, links });
  }

  /** @param {import("./app_state.js").OwnText} own  of which one earlier text is kept, not those before it */
  #setOwn(own) {
    const before = own.before && { ...own.before, before: null };
    this.#setSource({ own: { ...own, before } }, { text: "own" });
  }

  /** Words of the chosen text to begin with, and to look at. */
  get firstWords() {
    return this.#firstWordsOf(contesLanguage(this.#state));
  }

  /** @param {Language|null} language  of tales; none: of the reader's own text */
  #firstWordsOf(language) {
    if (language) return FIRST_WORDS[language];
    const [text = ""] = this.#state.source.own.documents;
    return { prompt: opening(text, PROMPT_LENGTH), look: opening(text, LOOK_LENGTH), links: [] };
  }

  /**
   * Offers them, where the reader has not written any.
   * @param {Language|null} [language]  as above; without it, of the chosen text
   */
  #suggest(language = contesLanguage(this.#state)) {
    const first = this.#firstWordsOf(language);
    if (this.#promptIsOurs) this.#store.set({ prompt: first.prompt });
    if (this.#lookIsOurs) this.#store.set({ look: first.look, links: first.links });
  }

  async #count() {
    const contes = chosenContes(this.#state);
    const { documents } = this.#state.source.own;
    const facts = contes
      ? { characters: Infinity, words: contes.words, symbols: [...contes.alphabet] }
      : documents.length === 0 ? null : await this.#counted(documents);
    // The reader may have chosen otherwise while the page counted.
    const isStill = contes === chosenContes(this.#state) && documents === this.#state.source.own.documents;
    if (isStill) this.#setSource({ facts });
  }

  /** @param {readonly string[]} documents  counted once, however often the text is opened */
  #counted(documents) {
    const counted = this.#counts.get(documents) ?? countText(documents);
    this.#counts.set(documents, counted);
    return counted;
  }

  /**
   * Settings that the page chooses by the text follow it.
   * @param {Partial<AppState["source"]>} change
   * @param {Partial<import("./settings.js").Settings>} [chosen]  with it
   */
  #setSource(change, chosen) {
    const { language, given, source: earlier } = this.#state;
    const source = { ...earlier, ...change };
    this.#store.set({
      source,
      ...withChoices({ language, source }, chosen ? { ...given, ...chosen } : given),
    });
  }
}
