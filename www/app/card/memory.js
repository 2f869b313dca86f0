// Which training on the shelf a card began: taken out of the article and put back, or on the next visit, it
// offers to go on with it.

import { recall, remember } from "../state/storage.js";

/** @typedef {import("../card.js").Card} Card */

/**
 * @param {Card} card
 * @returns {string|null} the id of the training
 */
export function openedBefore(card) {
  return recall(keyOf(card)) || null;
}

/**
 * @param {Card} card
 * @param {string|null} id  of the training
 */
export function rememberOpened(card, id) {
  remember(keyOf(card), id ?? "");
}

/** @param {Card} card */
function keyOf({ chapter, address: { settings } }) {
  return `card.${chapter.name}.${JSON.stringify(settings)}`;
}
