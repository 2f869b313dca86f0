// When each token of a passage was learned, and what came first. It draws nothing.

/**
 * What the model of a step gave to the tokens of a passage, natural logarithms of probabilities: none to the
 * first token.
 * @typedef {{step: number, log_probs: readonly number[]}} Curve
 *
 * What a token is in its passage. Of letters: the first of a word, its last, and those between. Of pieces:
 * whole words of three letters at most, others, names, and the beginnings and the rest of longer words.
 * @typedef {"spaces"|"breaks"|"punctuation"|"initials"|"inner"|"finals"|"small"|"names"|"words"|"starts"
 *   |"endings"} Kind
 *
 * Tokens of a kind, with the step at which half of them had been learned; null where not so many are.
 * @typedef {{kind: Kind, step: number|null, count: number}} Group
 */

/** A token is learned where it ends with one chance in twenty, and with twice that of the beginning. */
const LEAST = Math.log(0.05);
const HALF = Math.log(0.5);
/** Fewer tokens of a kind say nothing of it. */
const FEW = 3;
/** Letters of a small word, at most. */
const SMALL = 3;

const LETTER = /[\p{L}\p{M}\p{N}]/u;
const CAPITAL = /^\P{L}*\p{Lu}\p{L}/u;
const SENTENCE_ENDS = /(?:^|[.!?…:\n«»“”"—–-])\s*$/u;
/** A byte of a character that is torn, or a special token. */
const NO_TEXT = /^<.+>$/;

/**
 * @param {readonly Curve[]} curves  oldest first
 * @returns {(number|null)[]} for each token the first step at which it had half of the probability that it
 *   ends with; null where it was not learned, and for the first
 */
export function stepsOfLearning(curves) {
  const [first, last] = [curves[0], curves.at(-1)];
  if (!first || !last) return [];
  const steps = last.log_probs.map((end, index) => {
    if (end < LEAST || end + HALF < first.log_probs[index]) return null;
    return curves.find(({ log_probs }) => log_probs[index] >= end + HALF)?.step ?? null;
  });
  return [null, ...steps];
}

/**
 * @param {readonly string[]} tokens  of a passage
 * @returns {(Kind|null)[]} null of what is no text by itself
 */
export function kindsOf(tokens) {
  const areLetters = tokens.every((token) => [...token].length === 1);
  const text = tokens.join("");
  let end = 0;
  return tokens.map((token) => {
    const start = end;
    end += token.length;
    if (token.includes("\n")) return "breaks";
    if (token.trim() === "") return "spaces";
    if (NO_TEXT.test(token)) return null;
    if (!LETTER.test(token)) return "punctuation";
    const goesOn = LETTER.test(text.charAt(end));
    const begins = !LETTER.test(text.charAt(start)) || !LETTER.test(text.charAt(start - 1));
    if (areLetters) return begins ? "initials" : goesOn ? "inner" : "finals";
    if (!begins) return "endings";
    if (CAPITAL.test(token) && !SENTENCE_ENDS.test(text.slice(0, start))) return "names";
    if (goesOn) return "starts";
    return [...token].filter((character) => LETTER.test(character)).length <= SMALL ? "small" : "words";
  });
}

/**
 * @param {readonly string[]} tokens
 * @param {readonly (number|null)[]} steps  of learning
 * @returns {Group[]} the kinds of which there are enough, in the order in which they were learned
 */
export function orderOf(tokens, steps) {
  /** @type {Map<Kind, number[]>} */
  const groups = new Map();
  kindsOf(tokens).forEach((kind, index) => {
    // Nobody was asked for the first.
    if (kind === null || index === 0) return;
    groups.set(kind, [...groups.get(kind) ?? [], steps[index] ?? Infinity]);
  });
  const order = [...groups].filter(([, learned]) => learned.length >= FEW).map(([kind, learned]) => {
    const middle = learned.sort((a, b) => a - b)[Math.ceil(learned.length / 2) - 1];
    return { kind, step: Number.isFinite(middle) ? middle : null, count: learned.length };
  });
  return order.sort((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity));
}
