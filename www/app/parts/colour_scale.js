// The colours of shares in the reader's colour scheme.

import { colourOfLevel, inkFor, levelOf, pixelTable } from "./colour_table.js";
import { dark } from "./theme.js";

/** @type {Partial<Record<"light"|"dark", Uint32Array>>} */
const tables = {};

/** @returns {Uint32Array} a pixel's word for each level */
export function pixelColours() {
  return tables[dark.matches ? "dark" : "light"] ??= pixelTable(dark.matches);
}

/** @param {number} share  of 1 */
export function cssColour(share) {
  return `rgb(${colourOfLevel(levelOf(share), dark.matches).join(" ")})`;
}

/**
 * Black or white, whichever can be read on the colour of `share`.
 * @param {number} share
 */
export function inkOn(share) {
  return inkFor(colourOfLevel(levelOf(share), dark.matches));
}
