// The chapter's first picture: the words with their arcs, the switches of what the arcs show, and the
// sentence that says it.

import { isolate, visible } from "../../parts/characters.js";
import { h, setText } from "../../parts/dom.js";
import { fewest, piecesOf, sharesOf, wordsOf } from "./words.js";
import { WordArcs } from "./word_arcs.js";

/** @typedef {import("./words.js").Word} Word */
/** @typedef {import("../../state/words.js").Words} Words */

/** Of the weight, that the fewest words are shown for where the reader wants few. */
const MOST = 0.9;
/** Words that the sentence names. */
const NAMED = 3;
/** A smaller share gets no arc. */
const LEAST = 0.002;

/**
 * A head's look at a text. `weights` are [query, key]; `query` is the token that looks.
 * @typedef {{tokens: readonly string[], weights: Float32Array, query: number}} Looked
 */

export class WordPart {
  #arcs = new WordArcs((index, isByKeyboard) => this.#pointed(index, isByKeyboard),
    (index) => this.#pressed(index));
  #isLookedAt = h("input", {
    type: "radio", name: "direction", value: "looked-at", change: () => this.#redraw(),
  });
  #looks = h("input", {
    type: "radio", name: "direction", value: "looks", checked: true, change: () => this.#redraw(),
  });
  #most = h("input", { type: "checkbox", id: "most-weight", change: () => this.#redraw() });
  #byPieces = h("input", { type: "checkbox", id: "by-pieces", change: () => this.#cutAnew() });
  #byPiecesLabel = check(this.#byPieces, "attention.by_pieces");
  #sentence = h("p", { class: "arc-sentence", id: "arc-sentence", translate: "no" });
  element = h("div", { class: "word-part" },
    h("p", { class: "todo", "data-words": "attention.todo" }),
    this.#arcs.element,
    this.#sentence,
    h("div", { class: "arc-switches" },
      h("div", { class: "row", role: "radiogroup", "data-label": "attention.direction" },
        check(this.#looks, "attention.looks"), check(this.#isLookedAt, "attention.is_looked_at")),
      h("div", { class: "row" }, check(this.#most, "attention.most"), this.#byPiecesLabel)));
  /** @type {Looked|null} */
  #looked = null;
  /** @type {Word[]} */
  #words = [];
  #isPinned = false;
  #lang = "";
  /** @type {readonly string[]} */
  #tokens = [];
  #say;
  #move;

  /**
   * @param {() => Words} say
   * @param {(query: number, isByKeyboard: boolean) => void} move  told the token that looks from now on
   */
  constructor(say, move) {
    this.#say = say;
    this.#move = move;
  }

  /**
   * @param {Looked} looked
   * @param {string} lang  of the text
   */
  draw(looked, lang) {
    const isAnother = looked.tokens.join("\0") !== this.#tokens.join("\0");
    this.#looked = looked;
    this.#lang = lang;
    this.#tokens = looked.tokens;
    if (isAnother) this.#isPinned = false;
    const words = wordsOf(looked.tokens);
    this.#byPiecesLabel.hidden = words.length === looked.tokens.length;
    this.#words = this.#byPieces.checked ? piecesOf(looked.tokens) : words;
    this.#redraw();
  }

  layOut() {
    this.#arcs.layOut();
  }

  /** @returns {string} what the arcs show, in words */
  get sentence() {
    return this.#sentence.textContent ?? "";
  }

  #cutAnew() {
    if (this.#looked) this.draw(this.#looked, this.#lang);
  }

  #redraw() {
    if (!this.#looked) return;
    const { tokens, weights, query } = this.#looked;
    const say = this.#say();
    this.#arcs.setText(tokens, this.#words, this.#lang, say);
    const index = this.#words.findIndex(({ end }) => query < end);
    const isLookedAt = this.#isLookedAt.checked;
    const shares = sharesOf(weights, tokens.length, this.#words, index, isLookedAt);
    const most = fewest(shares, MOST);
    const all = fewest(shares, 1).filter((each) => shares[each] >= LEAST);
    const shown = this.#most.checked ? most : all;
    const drawn = { index, isPinned: this.#isPinned, isLookedAt, shares, shown };
    this.#arcs.draw(drawn, (share) => say.percent(share));
    setText(this.#sentence, this.#describe(index, shares, most.length));
  }

  /**
   * @param {number} index
   * @param {readonly number[]} shares
   * @param {number} count  of words that hold most of the weight
   */
  #describe(index, shares, count) {
    const say = this.#say();
    const name = (/** @type {number} */ each) => isolate(this.#textOf(each));
    const isLookedAt = this.#isLookedAt.checked;
    const others = isLookedAt ? shares.map((share, each) => (each === index ? 0 : share)) : shares;
    const named = fewest(others, 1).slice(0, NAMED).map((each) => say.say("attention.share_of", {
      word: each === index ? say.say("attention.itself") : say.say("attention.quoted", { word: name(each) }),
      share: say.percent(shares[each]),
    }));
    const word = name(index);
    if (isLookedAt) {
      return named.length === 0 ? say.say("attention.seen_by_none", { word })
        : say.say("attention.seen_by", { word, words: say.list(named) });
    }
    if (index === 0) return say.say("attention.sees_itself", { word });
    const first = say.say("attention.sees", { word, words: say.list(named) });
    const most = this.#byPieces.checked ? "attention.most_of_pieces" : "attention.most_of";
    return `${first} ${say.say(most, { n: count })}`;
  }

  /** @param {number} index */
  #textOf(index) {
    const { start, end } = this.#words[index];
    const text = this.#tokens.slice(start, end).join("");
    return visible(text === " " ? text : text.replace(/^ /, ""));
  }

  /**
   * @param {number} index
   * @param {boolean} isByKeyboard
   */
  #pointed(index, isByKeyboard) {
    if (this.#isPinned && !isByKeyboard) return;
    this.#moveTo(index, isByKeyboard);
  }

  /**
   * Pins a word, so that pointing at others changes nothing; pressed again, or Escape, lets it go.
   * @param {number|null} index
   */
  #pressed(index) {
    const { query = -1 } = this.#looked ?? {};
    const isSame = index !== null && this.#words[index].start <= query && query < this.#words[index].end;
    this.#isPinned = index !== null && !(this.#isPinned && isSame);
    if (index !== null && !isSame) this.#moveTo(index, true);
    else this.#redraw();
  }

  /**
   * @param {number} index
   * @param {boolean} isByKeyboard
   */
  #moveTo(index, isByKeyboard) {
    const word = this.#words[index];
    // The last piece of a word is the one that knows the whole of it.
    if (word) this.#move(word.end - 1, isByKeyboard);
  }
}

/**
 * @param {HTMLInputElement} input
 * @param {string} key  of its words
 */
function check(input, key) {
  return h("label", { class: "check" }, input, h("span", { "data-words": key }));
}
