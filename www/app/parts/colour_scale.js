// The colours of shares in the reader's colour scheme.

import { colourOfLevel, inkFor, levelOf, pixelTable } from "./colour_table.js";

export const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/** @type {Partial<Record<"light"|"dark", Uint32Array>>} */
const tables = {};

/** @returns {Uint32Array} a pixel's word for each level */
export function pixelColours() {
  const dark = darkScheme.matches;
  return tables[dark ? "dark" : "light"] ??= pixelTable(dark);
}

/** @param {number} share  of 1 */
export function cssColour(share) {
  return `rgb(${colourOfLevel(levelOf(share), darkScheme.matches).join(" ")})`;
}

/**
 * Black or white, whichever can be read on the colour of `share`.
 * @param {number} share
 */
export function inkOn(share) {
  return inkFor(colourOfLevel(levelOf(share), darkScheme.matches));
}
