// Characters as a reader can recognise them: those that leave no mark, or that lean on others, get a sign or
// a name.

/** @typedef {import("../state/words.js").Words} Words */

/** @type {Readonly<Record<string, string>>} */
const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥", "\u00a0": "⍽" };

/** Spaces, controls, marks of direction, joiners, and whatever else draws nothing. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** Accents and the like, drawn on the character before them. */
const MARK = /\p{M}/u;

/** Set what is between them apart from the direction of the text around. */
const ISOLATE = "\u2068";
const END_OF_ISOLATE = "\u2069";

/**
 * @param {string} text  a character or a token
 * @returns {string} the same to be seen: spaces as signs, what draws nothing as its code point, a lone accent
 *   on a circle
 */
export function visible(text) {
  return Array.from(text, (character, index) => {
    if (character in SIGNS) return SIGNS[character];
    if (INVISIBLE.test(character)) return codePoint(character);
    return index === 0 && MARK.test(character) ? `◌${character}` : character;
  }).join("");
}

/**
 * Somebody's text for a sentence of the page: its direction of writing stays its own.
 * @param {string} text
 */
export function isolate(text) {
  return ISOLATE + text + END_OF_ISOLATE;
}

/**
 * @param {string} character
 * @param {Words} words
 * @returns {string} the character as a sentence can name it: itself, or its name with its code point
 */
export function nameOf(character, words) {
  if (character !== " " && character !== "\n" && !INVISIBLE.test(character)) {
    return isolate(visible(character));
  }
  const code = codePoint(character);
  const key = `characters.${code}`;
  return words.has(key) ? words.say(key) : code;
}

/**
 * @param {string} token
 * @param {Words} words
 * @returns {string|null} what its characters are called, where they cannot all be seen as they are
 */
export function unseenName(token, words) {
  return visible(token) === token ? null : listCharacters(token, words);
}

/**
 * @param {Iterable<string>} characters
 * @param {Words} words
 */
export function listCharacters(characters, words) {
  return Array.from(characters, (character) => nameOf(character, words)).join(", ");
}

/**
 * What was changed of a text so that the model could read it; nothing where nobody could see a difference.
 * @param {readonly {from: string, to: string}[]} replaced  `to` is empty where something was left out
 * @param {Words} words
 * @returns {string} a sentence for what was replaced and one for what was left out, or ""
 */
export function fittingNote(replaced, words) {
  /** What was read otherwise, by what it was read as. @type {Map<string, string[]>} */
  const read = new Map();
  for (const { from, to } of replaced) {
    if (from.normalize("NFC") === to.normalize("NFC")) continue;
    const sign = nameOfSign(to, words);
    read.set(sign, [...read.get(sign) ?? [], nameOfSign(from, words)]);
  }
  const removed = read.get("") ?? [];
  read.delete("");
  const changes = Array.from(read, ([to, from]) =>
    words.say("fitting.change", { to, from: words.list(from) }));
  return [
    changes.length > 0 ? words.say("fitting.replaced", { changes: changes.join(", ") }) : "",
    removed.length > 0 ? words.say("fitting.removed", { from: words.list(removed) }) : "",
  ].filter((sentence) => sentence !== "").join(" ");
}

/**
 * @param {string} sign  a character with the marks that it bears
 * @param {Words} words
 */
function nameOfSign(sign, words) {
  return [...sign].length > 1 && !INVISIBLE.test(sign) ? isolate(visible(sign)) : listCharacters(sign, words);
}

/** @param {string} character */
function codePoint(character) {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
