// Where the games take their texts from, and what the model at hand and counting make of them.

import { EngineFailure } from "../../../api/failure.js";
import { loadContes } from "../../../engine/load.js";
import { talesToCount } from "../../state/counted_tales.js";
import { isWithoutText, talesLanguage } from "../../state/run_settings.js";

/** @typedef {import("../../parts/view.js").App} App */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("./choose.js").HiddenStretch} HiddenStretch */
/** @typedef {"fr"|"en"} Language */

/**
 * A text to hide something of. `from`: the validation part of the model's text; its training part, where it
 * has no other; a tale that no training reads; the reader's own text, of which it is not known whether the
 * model has read it. `begins` with its first word.
 * @typedef {{text: string, from: "validation"|"training"|"tale"|"own"}} Passage
 */

/**
 * Surprise at a stretch, in bits: of the model by token, of which it has the step; and of counting.
 * @typedef {object} Surprise
 * @property {number} step
 * @property {{token: string, bits: number}[]} tokens  of the model; joined they are the stretch
 * @property {number|null} pairs  bits of counted pairs of tokens, in all; null where nothing can be counted
 */

/** Passages that are looked at until one has something to hide. */
const ATTEMPTS = 25;

/** Of the tales that are counted. */
const COUNTED_BYTES = 400_000;

/** @type {Partial<Record<Language, import("../../../../dist/contes.js").Contes>>} */
const unread = {};
/** @type {Partial<Record<Language, Promise<string[]>>>} */
const counted = {};

export class Supply {
  #app;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** The model at hand. @returns {Model|null} */
  get model() {
    return this.#app.controller.training?.model ?? null;
  }

  /**
   * Looks through passages for one in which `choose` finds something to hide.
   * @template T
   * @param {(text: string) => T|null} choose
   * @returns {Promise<(T & {from: Passage["from"]})|null>} none where no passage has such a thing
   */
  async find(choose) {
    const first = Math.floor(Math.random() * 2 ** 20);
    for (let number = first; number < first + ATTEMPTS; number += 1) {
      const passage = await this.#passage(number);
      const chosen = passage && choose(passage.text);
      if (passage && chosen) return { ...chosen, from: passage.from };
    }
    return null;
  }

  /**
   * @param {number} number
   * @returns {Promise<Passage|null>}
   */
  async #passage(number) {
    const excerpt = await this.model?.excerpt(number) ?? null;
    if (excerpt) {
      // Within a document it may begin within a word.
      const text = excerpt.is_beginning ? excerpt.text : excerpt.text.replace(/^\S*\s+/, "");
      return { text, from: excerpt.part };
    }
    const language = this.#talesLanguage();
    if (language) return { text: await orFailure(unreadTale(language)), from: "tale" };
    const { documents } = this.#app.store.state.source.own;
    const document = documents[number % Math.max(1, documents.length)];
    return document === undefined ? null : { text: cutOut(document, number), from: "own" };
  }

  /** That of the tales of a model whose text is not here; none where it has another. */
  #talesLanguage() {
    const { running, source, language } = this.#app.store.state;
    if (!running || !isWithoutText(running)) return null;
    return talesLanguage(running.source) ?? (source.own.documents.length > 0 ? null : language);
  }

  /**
   * @param {HiddenStretch} hidden
   * @param {Surprise|null} earlier  of the same: counting does not change while a model learns
   * @returns {Promise<Surprise>}
   * @throws {EngineFailure} where the model at hand cannot read it
   */
  async surprise({ before, stretch }, earlier) {
    const { model } = this;
    if (!model) throw new EngineFailure({ code: "closed", params: {}, cause: "there is no model" });
    const text = before + stretch;
    const { step, tokens, log_probs } = await model.score(text);
    const count = tokensAtEnd(tokens, stretch);
    const bits = log_probs.slice(-count).map((log_prob) => -log_prob / Math.LN2);
    return {
      step,
      tokens: tokens.slice(-count).map((token, index) => ({ token, bits: bits[index] })),
      pairs: earlier ? earlier.pairs : await this.#pairs(model, text, count),
    };
  }

  /**
   * @param {Model} model
   * @param {string} text
   * @param {number} count  tokens at its end
   * @returns {Promise<number|null>} the bits of these by counted pairs
   */
  async #pairs(model, text, count) {
    const language = this.#talesLanguage();
    const documents = language ? await orFailure(countedTales(language)) : [];
    const counted = await model.countingScore(text, { documents });
    if (!counted) return null;
    return counted.log_probs[1].slice(-count).reduce((sum, log_prob) => sum - log_prob / Math.LN2, 0);
  }
}

/**
 * @template T
 * @param {Promise<T>} tales
 * @returns {Promise<T>}
 * @throws {EngineFailure} where they cannot be had
 */
async function orFailure(tales) {
  try {
    return await tales;
  } catch (error) {
    throw new EngineFailure({ code: "not_found", params: {}, cause: String(error) });
  }
}

/** Characters of a passage of the reader's own text. */
const PASSAGE = 500;

/**
 * @param {string} text
 * @param {number} number
 * @returns {string} some of it, from the beginning of a word
 */
function cutOut(text, number) {
  const start = text.length > PASSAGE ? (number * 7919) % (text.length - PASSAGE) : 0;
  const piece = text.slice(start, start + PASSAGE);
  return start === 0 ? piece : piece.replace(/^\S*\s+/, "");
}

/**
 * @param {readonly string[]} tokens
 * @param {string} stretch
 * @returns {number} how many tokens at the end are this stretch; all but the first where none are quite
 */
function tokensAtEnd(tokens, stretch) {
  let length = 0;
  for (let count = 1; count < tokens.length; count += 1) {
    length += tokens[tokens.length - count].length;
    if (length >= stretch.length) return count;
  }
  return tokens.length - 1;
}

/**
 * @param {Language} language
 * @returns {Promise<string>} another tale at each call
 * @throws where the grammar cannot be had
 */
async function unreadTale(language) {
  const { Contes } = await loadContes();
  const seed = crypto.getRandomValues(new Uint32Array(1))[0];
  const teller = unread[language] ??= new Contes(language, "validation", seed);
  return teller.tell().text;
}

/**
 * @param {Language} language
 * @returns {Promise<string[]>} the same tales each time
 * @throws where the grammar cannot be had
 */
function countedTales(language) {
  counted[language] ??= talesToCount(language, COUNTED_BYTES).catch((error) => {
    delete counted[language];
    throw error;
  });
  return counted[language];
}
