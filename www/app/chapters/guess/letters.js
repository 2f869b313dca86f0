// The letters of the games: accents and capitals are forgiven, so a key stands for a letter in all its forms.

/** @typedef {import("../../state/settings.js").Language} Language */

/** Rows of keys, as on the keyboards of either language. */
const KEYBOARDS = {
  fr: ["azertyuiop", "qsdfghjklm", "wxcvbn"],
  en: ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
};
const LATIN = /^[a-z]$/;
/** Keys a row of any other script. */
const ROW = 10;

/**
 * @param {string} text
 * @returns {string} without capitals, accents and the like: as many letters as before
 */
export function fold(text) {
  return Array.from(text, (character) => {
    const bare = character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    // What becomes several letters, or none, stays what it is.
    return [...bare].length === 1 ? bare : character;
  }).join("");
}

/**
 * The keys for a text: those of the reader's language where its letters are mostly Latin, else its own.
 * @param {string} text
 * @param {Language} language
 * @returns {string[]} rows of letters
 */
export function keyRows(text, language) {
  const letters = [...fold(text)].filter((character) => /\p{L}/u.test(character));
  const isLatin = letters.filter((letter) => LATIN.test(letter)).length >= letters.length / 2;
  if (isLatin) return KEYBOARDS[language];
  const own = [...new Set(letters)].sort();
  return Array.from({ length: Math.ceil(own.length / ROW) }, (_, row) => (
    own.slice(row * ROW, (row + 1) * ROW).join("")));
}
