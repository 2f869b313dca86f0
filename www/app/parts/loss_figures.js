// Losses, and the choices that they stand for, as the reader is told them: short, whatever the number.

import { perplexity } from "../state/figures.js";

/** @typedef {import("../state/words.js").Words} Words */

/** Losses from here on are told by their order of magnitude. */
const LARGE_LOSS = 1e4;
/** Numbers of choices from here on say nothing any more. */
const MANY_CHOICES = 1e6;

/**
 * @param {number} loss  nats
 * @param {Words} words
 */
export function lossFigure(loss, words) {
  if (Number.isNaN(loss)) return "–";
  return words.number(loss, Math.abs(loss) < LARGE_LOSS
    ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
    : { notation: "scientific", maximumFractionDigits: 0 });
}

/**
 * The number of equally likely choices that a loss stands for.
 * @param {number} loss  nats
 * @param {Words} words
 */
export function choicesFigure(loss, words) {
  if (Number.isNaN(loss)) return "–";
  const choices = choicesOf(loss);
  return choices === null
    ? words.say("figures.many_choices", { n: MANY_CHOICES })
    : words.number(choices, { maximumSignificantDigits: 2 });
}

/**
 * @param {number} loss  nats
 * @returns {number|null} to two digits; none where there are too many to say anything, or no number is known
 */
export function choicesOf(loss) {
  const choices = perplexity(loss);
  return choices < MANY_CHOICES ? Number(choices.toPrecision(2)) : null;
}
