// What the parts of this chapter share: the tokenizer at hand (that of the model, or the one that the chosen
// text would give it), the text that the reader has typed, the token that they look at. Nothing is learned
// or counted before the chapter is on screen.

import { Tokenizer } from "../../../api/tokenizer.js";
import { Store } from "../../state/store.js";
import { opening } from "../../state/text.js";
import { chosenContes, runSettings, talesLanguage } from "../../state/run_settings.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../../api/messages.js").TextSource} TextSource */
/** @typedef {import("../../../api/tokenizer.js").Merging} Merging */
/** @typedef {import("../../../api/tokenizer.js").Occurrences} Occurrences */
/** @typedef {import("../../../api/tokenizer.js").TextToken} TextToken */
/** @typedef {import("../../../api/training.js").Training} Training */

/**
 * A text cut both ways. `pieces` and `merging`: null while the pieces of words are not known.
 * @typedef {object} Cut
 * @property {TextToken[]} letters
 * @property {TextToken[]|null} pieces
 * @property {Merging|null} merging
 * @property {import("../../../api/messages.js").FittedText["replaced"]} replaced  as the model reads it
 */

/**
 * @typedef {object} TokensState
 * @property {string} text  that the reader has typed
 * @property {Cut|null} cut  of it; null while there is no tokenizer
 * @property {"waiting"|"learning"|"ready"|"refused"} status  of the tokenizer
 * @property {"chars"|"bpe"} kind  of the tokenizer at hand, or of the one that is being made
 * @property {boolean} isOfModel  whether it is that of the model at hand
 * @property {Tokenizer["entries"]} entries  its vocabulary
 * @property {Occurrences|null} occurrences  of its tokens in the text that is, or would be, learned; null
 *   while they are counted, and where that text is not here
 * @property {Occurrences["pairs"]|null} pairs  the same of the merges that find the pieces of words
 * @property {boolean} isTextHere  whether there is such a text
 * @property {boolean} isOfTales  whether that is tales without end, of which the first are counted
 * @property {number|null} token  whose neighbours are looked at
 */

/** @type {TokensState} */
const BEGINNING = {
  text: "", cut: null, status: "waiting", kind: "chars", isOfModel: false, entries: [], occurrences: null,
  pairs: null, isTextHere: true, isOfTales: false, token: null,
};

/** Characters of the chosen text that are offered to begin with. */
const FIRST_LENGTH = 44;
/** How long the reader pauses before pieces are looked for in the text that they type, in milliseconds. */
const PAUSE_MS = 800;

class ChapterTokens {
  store = new Store(BEGINNING);
  /** Parts of the chapter on screen. @type {Set<Element>} */
  #onScreen = new Set();
  /** What the tokenizer at hand is of, or the one that is being made. @type {readonly unknown[]} */
  #of = [];
  #making = new AbortController();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #pause;
  /** @type {Tokenizer|null} */
  #atHand = null;
  /** What finds pieces of words: the same, where its tokens are such pieces. @type {Tokenizer|null} */
  #merging = null;
  /** Whether the text is still the one suggested here. */
  #textIsOurs = true;
  /** Counts the texts that were to be cut. */
  #cuts = 0;

  /**
   * @param {Element} part
   * @param {boolean} isOnScreen
   */
  see(part, isOnScreen) {
    if (isOnScreen) this.#onScreen.add(part);
    else this.#onScreen.delete(part);
  }

  /** @param {string} text */
  setText(text) {
    this.#textIsOurs = false;
    this.store.set({ text });
    this.#cut();
  }

  /** @param {number|null} token */
  choose(token) {
    this.store.set({ token });
  }

  /**
   * Brings the tokenizer up to date, where somebody looks.
   * @param {AppState} state
   * @param {Training|null} training  the model at hand
   */
  follow(state, training) {
    if (this.#onScreen.size === 0) return;
    this.#suggest(state);
    // While another model is being made, the one at hand is; and a tokenizer outlives its model.
    const model = training?.state === "failed" && this.#of[0] !== training ? null : training;
    const settings = model?.settings ?? runSettings(state);
    const of = model ? [model] : chosen(state, settings);
    if (of.length === this.#of.length && of.every((one, index) => one === this.#of[index])) return;
    // Who types a text of their own is not interrupted at every letter.
    const isTyping = !model && this.#of.length > 1 && state.settings.text === "own";
    this.#of = of;
    clearTimeout(this.#pause);
    this.#making.abort();
    const { signal } = this.#making = new AbortController();
    const { vocab_size } = state.settings;
    const make = () => this.#make(settings, vocab_size, model, signal);
    if (isTyping) this.#pause = setTimeout(make, PAUSE_MS);
    else make();
  }

  /**
   * @param {RunSettings} settings
   * @param {number} vocab_size  of the pieces that are learned beside letters
   * @param {Training|null} model
   * @param {AbortSignal} signal
   */
  async #make(settings, vocab_size, model, signal) {
    const { kind } = settings.tokenizer;
    this.store.set({ status: "learning" });
    try {
      const made = model ? model.model.tokenizer({ signal }) : Tokenizer.learn(settings, { signal });
      const atHand = await made;
      if (signal.aborted) return atHand.close();
      this.#take(atHand, settings, model !== null);
    } catch (error) {
      if (signal.aborted) return;
      console.warn(`petit-train: no tokenizer: ${error}`);
      this.#release();
      return this.store.set({ ...BEGINNING, text: this.store.state.text, kind, status: "refused" });
    }
    const source = sourceOf(settings);
    if (!source) return;
    try {
      const tokenizer = { kind: /** @type {const} */ ("bpe"), vocab_size };
      if (kind === "chars") await this.#learnPieces({ ...settings, source, tokenizer }, signal);
      await this.#count(source, settings, signal);
    } catch (error) {
      if (!signal.aborted) console.warn(`petit-train: a text was not counted: ${error}`);
    }
  }

  /**
   * @param {Tokenizer} atHand  in place of the one of before
   * @param {RunSettings} settings
   * @param {boolean} isOfModel
   */
  #take(atHand, settings, isOfModel) {
    const { kind } = settings.tokenizer;
    const source = sourceOf(settings);
    this.#release();
    this.#atHand = atHand;
    this.#merging = kind === "bpe" ? atHand : null;
    const { entries, occurrences, pairs, token } = this.store.state;
    // That of a model is usually the one that its text was shown with: what the reader has chosen stays.
    const isSame = isSameVocabulary(entries, atHand.entries);
    this.store.set({
      status: "ready", kind, isOfModel, isTextHere: source !== null, isOfTales: source?.kind === "contes",
      ...(isSame ? { entries, occurrences, pairs, token }
        : { entries: atHand.entries, occurrences: null, pairs: null, token: null }),
    });
    this.#cut();
  }

  /**
   * Beside a model of letters: the pieces that its text would give.
   * @param {RunSettings} settings
   * @param {AbortSignal} signal
   */
  async #learnPieces(settings, signal) {
    const merging = await Tokenizer.learn(settings, { signal });
    if (signal.aborted) return merging.close();
    this.#merging = merging;
    this.#cut();
  }

  /**
   * @param {TextSource} source
   * @param {RunSettings} settings
   * @param {AbortSignal} signal
   */
  async #count(source, { train: { seed } }, signal) {
    const [atHand, merging] = [this.#atHand, this.#merging];
    const occurrences = await atHand?.occurrences(source, { seed }) ?? null;
    if (signal.aborted) return;
    this.store.set({ occurrences, pairs: merging === atHand ? occurrences?.pairs : null });
    if (merging === atHand) return;
    const ofPieces = await merging?.occurrences(source, { seed });
    if (!signal.aborted) this.store.set({ pairs: ofPieces?.pairs ?? null });
  }

  /** Cuts the text, as it is now. */
  async #cut() {
    const { text, kind } = this.store.state;
    const [atHand, merging] = [this.#atHand, this.#merging];
    const number = this.#cuts += 1;
    if (!atHand) return;
    try {
      const [read, found, pieces] = await Promise.all([
        atHand.encode(text), merging?.merging(text) ?? null, merging?.encode(text) ?? null,
      ]);
      if (number !== this.#cuts) return;
      const letters = kind === "chars" ? read.tokens : found?.letters ?? [];
      const { replaced } = read;
      this.store.set({ cut: { letters, pieces: pieces?.tokens ?? null, merging: found, replaced } });
    } catch (error) {
      // Where it was closed meanwhile, its successor cuts the text.
      if (number === this.#cuts) console.warn(`petit-train: a text was not cut: ${error}`);
    }
  }

  #release() {
    this.#atHand?.close();
    this.#merging?.close();
    this.#atHand = this.#merging = null;
  }

  /** Offers words of the chosen text until the reader types. @param {AppState} state */
  #suggest(state) {
    if (!this.#textIsOurs) return;
    const { own } = state.source;
    const tale = chosenContes(state)?.stories[0]?.text;
    const text = state.settings.text === "own" ? own.documents[0] : tale?.slice(tale.indexOf("\n") + 1);
    const first = text ? opening(text, FIRST_LENGTH) : "";
    if (first === this.store.state.text) return;
    this.store.set({ text: first });
    this.#cut();
  }
}

/** One for the page. */
export const tokens = new ChapterTokens();

/**
 * @param {AppState} state
 * @param {RunSettings} settings
 * @returns {readonly unknown[]} what the tokenizer depends on that a training would have now
 */
function chosen({ settings: { text, preset }, source }, { tokenizer, train: { seed } }) {
  const read = text === "own" ? source.own.documents : text;
  return [read, tokenizer.kind, tokenizer.kind === "bpe" ? tokenizer.vocab_size : 0, preset, seed];
}

/**
 * @param {RunSettings} settings
 * @returns {TextSource|null} the text that its tokens are of; null where that is not here
 */
function sourceOf({ source }) {
  if (source.kind !== "none") return source;
  const language = talesLanguage(source);
  return language && { kind: "contes", language };
}

/**
 * @param {Tokenizer["entries"]} one
 * @param {Tokenizer["entries"]} other
 */
function isSameVocabulary(one, other) {
  return one.length === other.length && one.every(({ text }, id) => text === other[id].text);
}
