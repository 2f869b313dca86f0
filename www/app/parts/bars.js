// Shares as bars: how long one is, its style sheet makes of `--share`.

import { h } from "./dom.js";

/**
 * For the eye alone: what it says is said beside it.
 * @param {number} share  of its whole length, from 0 to 1
 */
export function bar(share) {
  const element = h("span", { class: "bar", "aria-hidden": "true" });
  element.style.setProperty("--share", String(share));
  return element;
}

/**
 * A row of a list: what it is about, how much of it there is as a bar, and that in figures.
 * @param {import("./dom.js").Attributes} attributes
 * @param {HTMLElement} about
 * @param {number} share
 * @param {string} figure
 * @param {...(Node|string)} more
 */
export function barRow(attributes, about, share, figure, ...more) {
  return h("li", attributes, about, bar(share), h("span", { class: "share" }, figure), ...more);
}
