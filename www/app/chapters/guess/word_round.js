// One hidden word, and who looks for it: the reader and the model, each with as many tries.

import { fold } from "./letters.js";

/** @typedef {import("../../../api/messages.js").NextWord} NextWord */

/** @typedef {"right"|"misplaced"|"absent"} Mark  of one letter of a try */
/** @typedef {{word: string, marks: Mark[]}} Try */

export const TRIES = 6;

/**
 * What each letter of a try is to the hidden word. Of a letter that the try has more often than the word, no
 * more are marked than that has, the right ones first.
 * @param {string} word    folded
 * @param {string} hidden  folded, as many letters
 * @returns {Mark[]}
 */
export function marksOf(word, hidden) {
  const [tried, wanted] = [[...word], [...hidden]];
  /** Letters of the hidden word that no letter of the try stands for yet. @type {Map<string, number>} */
  const left = new Map();
  tried.forEach((letter, index) => {
    if (letter !== wanted[index]) left.set(wanted[index], (left.get(wanted[index]) ?? 0) + 1);
  });
  return tried.map((letter, index) => {
    if (letter === wanted[index]) return "right";
    const count = left.get(letter) ?? 0;
    left.set(letter, count - 1);
    return count > 0 ? "misplaced" : "absent";
  });
}

/**
 * @param {Try} tried
 * @returns {boolean}
 */
export function isRight({ marks }) {
  return marks.every((mark) => mark === "right");
}

export class WordRound {
  /** Of the reader. @type {Try[]} */
  tries = [];
  /** Of the model: after each of the reader's, until it has the word. @type {(Try & NextWord)[]} */
  modelTries = [];

  /**
   * @param {string} word        as it stands in the text
   * @param {readonly NextWord[]} candidates  the words of as many letters that the model expects there,
   *   likeliest first
   */
  constructor(word, candidates) {
    this.word = word;
    this.hidden = fold(word);
    /** Folded; each with the likeliest of its spellings. @type {(NextWord & {spelling: string})[]} */
    this.candidates = merged(candidates);
  }

  get length() {
    return [...this.hidden].length;
  }

  get isFound() {
    return this.tries.some(isRight);
  }

  get isOver() {
    return this.isFound || this.tries.length >= TRIES;
  }

  /** Whether the model has the word. */
  get isFoundByModel() {
    return this.modelTries.some(isRight);
  }

  /** The probability that the model gave the word before any try; null where it is not among its words. */
  get probability() {
    return this.candidates.find(({ word }) => word === this.hidden)?.probability ?? null;
  }

  /**
   * The reader's try, and the model's after it. Once the reader is done, the model goes on alone.
   * @param {string} word  folded, as many letters
   */
  try(word) {
    this.tries.push({ word, marks: marksOf(word, this.hidden) });
    do this.#tryForModel(); while (this.isOver && this.#modelGoesOn());
  }

  #modelGoesOn() {
    return !this.isFoundByModel && this.modelTries.length < TRIES && this.#nextOfModel() !== undefined;
  }

  #tryForModel() {
    const next = this.isFoundByModel ? undefined : this.#nextOfModel();
    if (next) this.modelTries.push({ ...next, marks: marksOf(next.word, this.hidden) });
  }

  /** The likeliest of the model's words that all its tries allow. */
  #nextOfModel() {
    return this.candidates.find(({ word }) => this.modelTries.every((tried) => (
      tried.word !== word && marksOf(tried.word, word).join() === tried.marks.join())));
  }
}

/**
 * @param {readonly NextWord[]} candidates  likeliest first
 * @returns {(NextWord & {spelling: string})[]} those that differ by accents alone as one
 */
function merged(candidates) {
  /** @type {Map<string, NextWord & {spelling: string}>} */
  const folded = new Map();
  for (const { word: spelling, probability } of candidates) {
    const word = fold(spelling);
    const same = folded.get(word);
    if (same) same.probability += probability;
    else folded.set(word, { word, spelling, probability });
  }
  return [...folded.values()].sort((a, b) => b.probability - a.probability);
}
