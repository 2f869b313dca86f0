// What of a text is hidden: a word for one game, a stretch for the other.

import { fold } from "./letters.js";

/** @typedef {{before: string, word: string, after: string}} HiddenWord */
/** @typedef {{before: string, stretch: string}} HiddenStretch */

/** Letters of a word. */
const SHORTEST = 4;
const LONGEST = 6;
/** Characters before what is hidden, so that there is something to guess by. */
const CONTEXT = 10;
/** Letters and spaces of a stretch, to which its last word adds some. */
const STRETCH = 12;

/** A word in small letters between a space and what is no part of it. */
const WORD = /(?<= )\p{Ll}+(?=[^\p{L}\p{M}'’-])/gu;
const LETTERS_AND_SPACES = /^[\p{L} ]+$/u;

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random
 * @returns {T|null}
 */
function pick(items, random) {
  return items[Math.floor(random() * items.length)] ?? null;
}

/**
 * A word to hide, and what is around it; the model reads what is before it without the space.
 * @param {string} text
 * @param {(letter: string) => boolean} hasKey
 * @param {() => number} [random]
 * @returns {HiddenWord|null} none where the text has no word that can be guessed
 */
export function chooseWord(text, hasKey, random = Math.random) {
  const found = [...text.matchAll(WORD)].filter(({ index, 0: word }) => {
    const letters = [...fold(word)];
    const { length } = letters;
    return index > CONTEXT && length >= SHORTEST && length <= LONGEST && letters.every(hasKey);
  });
  const chosen = pick(found, random);
  if (!chosen) return null;
  const { index, 0: word } = chosen;
  return { before: text.slice(0, index - 1), word, after: text.slice(index + word.length) };
}

/**
 * Some words to guess letter by letter, from the space before the first to the end of the last: so both ends
 * are ends of tokens too, whatever the tokenizer. Those without accents come first, since the model has to
 * tell them and the reader has not.
 * @param {string} text
 * @param {(letter: string) => boolean} hasKey
 * @param {() => number} [random]
 * @returns {HiddenStretch|null}
 */
export function chooseStretch(text, hasKey, random = Math.random) {
  /** @type {HiddenStretch[]} */
  const found = [];
  for (const { index } of text.matchAll(/(?<=[\p{L},;]) (?=\p{Ll})/gu)) {
    if (index <= CONTEXT) continue;
    const length = STRETCH + text.slice(index + STRETCH).search(/[^\p{L}\p{M}]/u);
    const stretch = text.slice(index, index + length);
    const isOfKeys = [...fold(stretch)].every((letter) => letter === " " || hasKey(letter));
    const isWhole = length >= STRETCH && !/['’-]/.test(text[index + length]);
    if (isWhole && isOfKeys && LETTERS_AND_SPACES.test(stretch) && !stretch.includes("  ")) {
      found.push({ before: text.slice(0, index), stretch });
    }
  }
  const plain = found.filter(({ stretch }) => stretch === fold(stretch));
  return pick(plain.length > 0 ? plain : found, random);
}
