// Tales for the games with a model whose own text is not here: some that no training reads, to guess, and
// some such as it has read, to be counted.

import { loadContes } from "../../../engine/load.js";

/** @typedef {"fr"|"en"} Language */

/** Of the tales that are counted; told in slices of some milliseconds: the page answers in between. */
const COUNTED_BYTES = 400_000;
const SLICE_BYTES = 10_000;

/** @type {Partial<Record<Language, import("../../../../dist/contes.js").Contes>>} */
const unread = {};
/** @type {Partial<Record<Language, Promise<string[]>>>} */
const counted = {};

/**
 * @param {Language} language
 * @returns {Promise<string>} another tale at each call
 * @throws where the grammar cannot be had
 */
export async function unreadTale(language) {
  const { Contes } = await loadContes();
  const seed = crypto.getRandomValues(new Uint32Array(1))[0];
  const teller = unread[language] ??= new Contes(language, "validation", seed);
  return teller.tell().text;
}

/**
 * @param {Language} language
 * @returns {Promise<string[]>} the same tales each time
 * @throws where the grammar cannot be had
 */
export function talesToCount(language) {
  counted[language] ??= tellToCount(language).catch((error) => {
    delete counted[language];
    throw error;
  });
  return counted[language];
}

/** @param {Language} language */
async function tellToCount(language) {
  const { Contes } = await loadContes();
  const teller = new Contes(language, "training", 1);
  const tales = [];
  for (let told = 0; told < COUNTED_BYTES; told += SLICE_BYTES) {
    tales.push(...teller.stories(SLICE_BYTES));
    await new Promise((resolve) => setTimeout(resolve));
  }
  teller.free();
  return tales;
}
