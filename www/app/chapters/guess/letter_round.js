// Guessing a text letter by letter, and what each letter has cost in bits.
//
// Who guesses so has a probability for every key, whether they know it or not. Shannon ("Prediction and
// Entropy of Printed English", 1951) counted which guess was right, which gives bounds; Cover and King (1978)
// let people bet, which gives the surprise itself. Here the reader bets: on a key either half of what is left
// or nearly all of it, and again on another where that was wrong; after some tries the rest lies on the other
// keys alike. So the probabilities of all keys are 1 in sum, and the surprise is -log2 of the right one's.

import { fold } from "./letters.js";

/** Shares of what is left that can be bet on a key. */
export const BETS = { unsure: 1 / 2, sure: 15 / 16 };

/** Wrong tries at a letter until it is told. */
export const WRONG_TRIES = 4;

/** @typedef {keyof typeof BETS} Bet */
/** @typedef {{symbol: string, bits: number, tries: number, isFound: boolean}} Guessed */

export class LetterRound {
  /** @type {Guessed[]} */
  guessed = [];
  /** Keys that were wrong at the letter at hand. @type {string[]} */
  wrong = [];
  /** What is left to bet at it. */
  #left = 1;

  /**
   * @param {string} stretch  that is guessed
   * @param {number} keys     that there are
   */
  constructor(stretch, keys) {
    this.symbols = [...stretch];
    this.keys = keys;
  }

  get isOver() {
    return this.guessed.length >= this.symbols.length;
  }

  /** The reader's surprise so far, in bits a letter. */
  get bitsPerLetter() {
    const sum = this.guessed.reduce((total, { bits }) => total + bits, 0);
    return sum / Math.max(1, this.guessed.length);
  }

  /**
   * @param {string} key  folded, not tried at this letter before
   * @param {Bet} bet
   * @returns {Guessed|null} the letter, once it is found or told; null where the reader is to try again
   */
  try(key, bet) {
    const symbol = this.symbols[this.guessed.length];
    if (symbol === undefined || this.wrong.includes(key)) return null;
    if (key === fold(symbol)) return this.#done(symbol, this.#left * BETS[bet], true);
    this.#left *= 1 - BETS[bet];
    this.wrong.push(key);
    if (this.wrong.length < WRONG_TRIES) return null;
    return this.#done(symbol, this.#left / (this.keys - this.wrong.length), false);
  }

  /**
   * @param {string} symbol
   * @param {number} probability
   * @param {boolean} isFound
   * @returns {Guessed}
   */
  #done(symbol, probability, isFound) {
    const tries = this.wrong.length + Number(isFound);
    const guessed = { symbol, bits: -Math.log2(probability), tries, isFound };
    this.guessed.push(guessed);
    this.wrong = [];
    this.#left = 1;
    return guessed;
  }
}
