// Tries at a word as rows of letters. What a letter is to the word is told by colour, by shape, and in words.

import { h, setAttributes } from "../../parts/dom.js";
import { TRIES } from "./word_round.js";

/** @typedef {import("./word_round.js").Try} Try */
/** @typedef {import("../../state/words.js").Words} Words */

export class Board {
  #list = h("ol", { class: "board", translate: "no" });
  element;

  /**
   * @param {string} name  key of what it is called
   * @param {boolean} isOfModel
   */
  constructor(name, isOfModel) {
    this.element = h("div", { class: isOfModel ? "player of-model" : "player" },
      h("h3", { "data-words": name }), this.#list);
  }

  /**
   * @param {object} shown
   * @param {number} shown.length      letters of the word
   * @param {readonly Try[]} shown.tries
   * @param {string} [shown.typed]     of the next try
   * @param {boolean} [shown.isSecret] whether the letters are not told yet
   * @param {Words} words
   */
  draw({ length, tries, typed = "", isSecret = false }, words) {
    const rows = Array.from({ length: TRIES }, (_, row) => {
      const tried = tries[row];
      const letters = tried ? (isSecret ? "" : tried.word) : row === tries.length ? typed : "";
      const cells = Array.from({ length }, (_none, index) => {
        const cell = h("span", { class: "cell" }, [...letters][index] ?? "");
        setAttributes(cell, { "data-mark": tried?.marks[index] });
        return cell;
      });
      return h("li", {},
        h("span", { class: "cells", "aria-hidden": "true" }, ...cells),
        h("span", { class: "visually-hidden" }, tried ? describe(tried, isSecret, words) : ""));
    });
    this.#list.replaceChildren(...rows);
  }
}

/**
 * @param {Try} tried
 * @param {boolean} isSecret
 * @param {Words} words
 * @returns {string} each letter with what it is: "c: right place, h: absent"
 */
export function describe({ word, marks }, isSecret, words) {
  return [...word].map((letter, index) => {
    const mark = words.say(`guess.mark.${marks[index]}`);
    return isSecret ? mark : words.say("guess.letter", { letter, mark });
  }).join(", ");
}

const SQUARES = { right: "🟩", misplaced: "🟡", absent: "⬜" };

/** @param {readonly Try[]} tries @returns {string[]} lines of signs that can be sent as text */
export function squaresOf(tries) {
  return tries.map(({ marks }) => marks.map((mark) => SQUARES[mark]).join(""));
}
