// How surprised each was: the reader by every letter, the model by every token, and all of them in the mean.

import { barRow } from "../../parts/bars.js";
import { visible } from "../../parts/characters.js";
import { h } from "../../parts/dom.js";

/** @typedef {import("./letter_round.js").LetterRound} LetterRound */
/** @typedef {import("./supply.js").Surprise} Surprise */
/** @typedef {import("../../state/words.js").Words} Words */

/** @typedef {{who: "you"|"model"|"pairs"|"chance", bits: number}} Mean  bits a letter */

/** Bits that fill a bar. */
const FULL = 6;
/** Whose mean surprise is less does not waver, in words: between one key and a half. */
const CERTAIN = 0.6;

export class SurpriseFigures {
  #columns = h("ol", { class: "surprises", translate: "no" });
  #tokens = h("ol", { class: "surprises of-model", translate: "no" });
  #modelBox = h("div", {}, h("h3", { "data-words": "guess.letters.model_strip" }), this.#tokens);
  #means = h("ol", { class: "means", id: "letters-means" });
  #verdict = h("p", { class: "verdict", id: "letters-verdict" });
  element = h("div", { class: "figures" },
    h("div", {}, h("h3", { "data-words": "guess.letters.your_strip" }), this.#columns), this.#modelBox,
    this.#means, this.#verdict);

  /**
   * @param {LetterRound} round
   * @param {Surprise} surprise
   * @returns {Mean[]} of this stretch, smallest surprise last; chance is one key out of all
   */
  compare(round, { tokens, pairs }) {
    const letters = round.symbols.length;
    const model = tokens.reduce((sum, { bits }) => sum + bits, 0);
    return [
      { who: "you", bits: round.bitsPerLetter },
      { who: "model", bits: model / letters },
      .../** @type {Mean[]} */ (pairs === null ? [] : [{ who: "pairs", bits: pairs / letters }]),
      { who: "chance", bits: Math.log2(round.keys) },
    ];
  }

  /**
   * @param {LetterRound|null} round
   * @param {Surprise|null} surprise
   * @param {boolean} isElsewhere  whether the model has learned elsewhere, in steps that are not known here
   * @param {Words} words
   */
  draw(round, surprise, isElsewhere, words) {
    this.element.hidden = round === null;
    if (!round) return;
    const left = round.symbols.length - round.guessed.length;
    this.#columns.replaceChildren(
      ...round.guessed.map(({ symbol, bits }) => column(symbol, bits, words)),
      ...Array.from({ length: left }, () => h("li", { class: "open", "aria-hidden": "true" }, "·")));
    this.#modelBox.hidden = this.#means.hidden = this.#verdict.hidden = surprise === null;
    if (!surprise) return;
    this.#tokens.replaceChildren(...surprise.tokens.map(({ token, bits }) => column(token, bits, words)));
    const means = this.compare(round, surprise);
    this.#means.replaceChildren(...means.map(({ who, bits }) => {
      const name = who === "model" && isElsewhere ? "model_arrived" : who;
      return barRow({ "data-who": who, "data-bits": bits.toFixed(4) },
        h("span", {}, words.say(`guess.who.${name}`, { step: surprise.step, keys: round.keys })),
        Math.min(1, bits / FULL), words.say("guess.bits_per_letter", { bits: oneDecimal(bits, words) }));
    }));
    this.#verdict.textContent = verdict(means, words);
  }
}

/**
 * @param {string} text
 * @param {number} bits
 * @param {Words} words
 */
function column(text, bits, words) {
  const bar = h("span", { class: "column", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(Math.min(1, bits / FULL)));
  return h("li", { "data-bits": bits.toFixed(4) }, bar,
    h("span", { class: "symbol" }, visible(text)),
    h("span", { class: "figure" }, oneDecimal(bits, words)));
}

/**
 * @param {Mean[]} means
 * @param {Words} words
 */
function verdict(means, words) {
  const of = (/** @type {Mean["who"]} */ who) => means.find((mean) => mean.who === who)?.bits ?? Infinity;
  const choices = words.number(2 ** of("model"), { maximumSignificantDigits: 2 });
  const winner = of("model") < of("you") ? "model" : of("model") < of("pairs") ? "you" : "untrained";
  const key = winner === "model" && of("model") < CERTAIN ? "certain" : winner;
  return words.say(`guess.verdict.${key}`, { choices });
}

/**
 * @param {number} bits
 * @param {Words} words
 */
function oneDecimal(bits, words) {
  return words.number(bits, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
