// How good what a model wrote is, in words and figures.

/** @typedef {import("../state/quality.js").Quality} Quality */
/** @typedef {import("../state/words.js").Words} Words */

/** Past so many, characters are told whole. */
const MANY = 10;

/**
 * @param {Extract<Quality, {kind: "tales"}>} quality
 * @param {Words} words
 * @returns {string} characters right on average
 */
export function rightFigure({ right }, words) {
  return words.number(right, { maximumFractionDigits: right < MANY ? 1 : 0 });
}

/**
 * @param {Quality} quality
 * @param {Words} words
 * @returns {string} the same as a sentence
 */
export function qualitySentence(quality, words) {
  if (quality.kind === "words") return words.say("quality.words", { share: words.percent(quality.share) });
  const { whole, of, right } = quality;
  const length = words.say("quality.length", { n: Math.round(right), right: rightFigure(quality, words) });
  return `${words.say("quality.whole", { whole, of })} ${length}`;
}
