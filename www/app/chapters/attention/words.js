// A text's tokens as words: the pieces of a word are shown as one, and what they give and get is taken
// together.

/**
 * A word as a range of tokens. `spaced`: whether a space stands before it.
 * @typedef {{start: number, end: number, spaced: boolean}} Word
 */

const LETTER = /[\p{L}\p{M}\p{N}]/u;
const APOSTROPHE = /['’]/;
/** What stands for a token that is no text: the end of a tale, or a lone byte of a torn character. */
const SPECIAL = /^<\|\w+\|>$/;
const BYTE = /<0x[0-9A-F]{2}>$/;

/**
 * @param {readonly string[]} tokens
 * @returns {Word[]} every token in one of them; a space belongs to the word after it, as in pieces of words
 */
export function wordsOf(tokens) {
  /** @type {Word[]} */
  const words = [];
  let text = "";
  tokens.forEach((token, index) => {
    const last = words.at(-1);
    if (last && joins(text, token)) {
      last.end = index + 1;
      text += token;
    } else {
      words.push({ start: index, end: index + 1, spaced: token.startsWith(" ") });
      text = token;
    }
  });
  return words;
}

/**
 * @param {readonly string[]} tokens
 * @returns {Word[]} each token by itself
 */
export function piecesOf(tokens) {
  return tokens.map((token, index) => (
    { start: index, end: index + 1, spaced: token.startsWith(" ") && token !== " " }));
}

/**
 * @param {string} before  the word so far
 * @param {string} token
 * @returns {boolean} whether it goes on with the token
 */
function joins(before, token) {
  if (SPECIAL.test(before) || SPECIAL.test(token)) return false;
  const first = String.fromCodePoint(token.codePointAt(0) ?? 0);
  if (before === " ") return first.trim() !== "";
  const last = [...before].at(-1) ?? "";
  const goesOn = LETTER.test(last) || BYTE.test(before);
  return goesOn && (LETTER.test(first) || APOSTROPHE.test(first) || BYTE.test(token));
}

/**
 * The attention of one head, or the mean of all heads of its layer.
 * @param {Pick<import("../../../api/messages.js").Inspection, "attention"|"tokens"|"n_head">} inspection
 * @param {{layer: number, head: number|null}} picked  null: the mean
 * @returns {Float32Array} [query, key]
 */
export function weightsOf({ attention, tokens, n_head }, { layer, head }) {
  const size = tokens.length ** 2;
  const first = layer * n_head * size;
  if (head !== null) return attention.subarray(first + head * size, first + (head + 1) * size);
  const mean = new Float32Array(size);
  for (let each = 0; each < n_head; each++) {
    const start = first + each * size;
    for (let cell = 0; cell < size; cell++) mean[cell] += attention[start + cell] / n_head;
  }
  return mean;
}

/**
 * How much a word looks at another: the mean over the pieces of the one that looks of what they give to all
 * pieces of the other.
 * @param {Float32Array} weights  [query, key]
 * @param {number} count          tokens
 * @param {Word} from
 * @param {Word} to
 * @returns {number} of 1
 */
export function shareBetween(weights, count, from, to) {
  let sum = 0;
  for (let query = from.start; query < from.end; query++) {
    for (let key = to.start; key < to.end; key++) sum += weights[query * count + key];
  }
  return sum / (from.end - from.start);
}

/**
 * Shares by word: what one gives to each, which sums to 1; or what each gives to it, which sums to anything.
 * @param {Float32Array} weights  [query, key]
 * @param {number} count          tokens
 * @param {readonly Word[]} words
 * @param {number} index          of the word that looks, or is looked at
 * @param {boolean} isLookedAt
 * @returns {number[]} one a word
 */
export function sharesOf(weights, count, words, index, isLookedAt) {
  return words.map((word) => (isLookedAt
    ? shareBetween(weights, count, word, words[index])
    : shareBetween(weights, count, words[index], word)));
}

/**
 * @param {readonly number[]} shares
 * @param {number} part  of their sum
 * @returns {number[]} the fewest that hold it, by index, largest first
 */
export function fewest(shares, part) {
  const ranked = [...shares.keys()].filter((index) => shares[index] > 0)
    .sort((a, b) => shares[b] - shares[a]);
  const wanted = part * shares.reduce((sum, share) => sum + share, 0);
  let held = 0;
  const enough = ranked.findIndex((index) => {
    held += shares[index];
    return held >= wanted;
  });
  return enough < 0 ? ranked : ranked.slice(0, enough + 1);
}
