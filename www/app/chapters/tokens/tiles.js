// A text as a row of tiles, one a token, with its number. The bytes of a character that no vocabulary holds
// whole share one tile: what is shown is always a whole character.

import { h } from "../../parts/dom.js";
import { tokenLabel } from "../../parts/token_label.js";

/** @typedef {import("../../../api/tokenizer.js").TextToken} TextToken */
/** @typedef {import("../../state/words.js").Words} Words */

/** Colours that tiles take in turn. */
export const TONES = 5;

/**
 * @param {readonly TextToken[]} tokens
 * @returns {TextToken[][]} each by itself, but for the bytes of one character
 */
export function tilesOf(tokens) {
  /** @type {TextToken[][]} */
  const tiles = [];
  for (const token of tokens) {
    const isLater = (token.part?.number ?? 1) > 1;
    if (isLater) tiles.at(-1)?.push(token);
    else tiles.push([token]);
  }
  return tiles;
}

/**
 * @param {readonly TextToken[]} tokens
 * @param {Words} words
 * @returns {HTMLLIElement[]}
 */
export function drawTiles(tokens, words) {
  return tilesOf(tokens).map((tile, index) => {
    const [{ text, id, part }] = tile;
    const name = h("span", { class: "tile-text" }, tokenLabel(text, words));
    if (id === null) {
      const title = words.say("tokens.unknown");
      return h("li", { class: "tile unknown", title }, name,
        h("span", { class: "tile-number" }, h("span", { "aria-hidden": "true" }, "?"),
          h("span", { class: "visually-hidden" }, title)));
    }
    const numbers = tile.map((token) => h("span", { class: "tile-number" }, String(token.id)));
    if (!part) return h("li", { class: `tile tone-${index % TONES}` }, name, ...numbers);
    const title = words.say("tokens.bytes", { n: tile.length });
    return h("li", { class: `tile torn tone-${index % TONES}`, title }, name,
      h("span", { class: "tile-parts" }, ...numbers), h("span", { class: "visually-hidden" }, title));
  });
}
