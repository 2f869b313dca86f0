// A token as an element: to be seen by its signs, and to be heard by its names.

import { isolate, nameOf, visible } from "./characters.js";
import { h } from "./dom.js";

/** @typedef {import("../state/words.js").Words} Words */

/**
 * @param {string} token
 * @param {Words} words
 */
export function tokenLabel(token, words) {
  const special = `special.${token}`;
  if (words.has(special)) return h("span", { class: "special", title: token }, words.say(special));
  const seen = visible(token);
  if (seen === token) return h("bdi", {}, token);
  return h("span", {},
    h("bdi", { "aria-hidden": "true" }, seen),
    h("span", { class: "visually-hidden" }, spokenToken(token, words)));
}

/**
 * @param {string} token
 * @param {Words} words
 * @returns {string} the token for a screen reader: what draws nothing is named where it stands alone
 */
export function spokenToken(token, words) {
  return [...token].length === 1 ? nameOf(token, words) : isolate(token);
}
