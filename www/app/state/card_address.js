// What the address of a card says: `embed.html?chapter=write&lang=fr`, and in the hash what changes later.

import { CARD_PARAMETERS } from "./parameters.js";
import { addSettings, read } from "./url.js";

/** @typedef {import("./url.js").Address} Address */

/** WordPress puts this behind the address of a frame: its own secret, not a setting. */
const OF_A_HOST = /^#\?/;

/**
 * Whatever is unknown is the mistake of the card's author.
 * @param {Pick<Location, "search"|"hash">} location
 * @returns {Address}
 */
export function readCardAddress({ search, hash }) {
  return read(CARD_PARAMETERS, { search, hash: OF_A_HOST.test(hash) ? "" : hash }, () => true);
}

/**
 * @param {Address["settings"]} given  what is chosen; a text of the reader's own is left out
 * @param {import("./settings.js").Language} language
 * @param {string} chapter
 * @param {Partial<import("./url.js").Look>} [look]
 * @returns {URLSearchParams} of the address of such a card, without what is as usual
 */
export function cardParameters(given, language, chapter, look = {}) {
  const parameters = new URLSearchParams({ chapter, lang: language });
  for (const { name, default: usual } of CARD_PARAMETERS) {
    const value = String(look[/** @type {keyof import("./url.js").Look} */ (name)] ?? "");
    if (value !== "" && value !== usual) parameters.set(name, value);
  }
  const { text, ...others } = given;
  addSettings(parameters, text === "own" ? others : given, language, () => false);
  return parameters;
}
