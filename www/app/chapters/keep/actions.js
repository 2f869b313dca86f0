// What a reader does with a training on the shelf, wherever it is offered: both ask before something is lost.

import { isLost } from "../../state/app_state.js";
import { confirmed } from "../../parts/confirm.js";
import { leadToTrain } from "../../scroll_to.js";
import { nameOf } from "./entry_words.js";

/** @typedef {Pick<import("../../parts/view.js").View, "state"|"words"|"controller">} Giver */
/** @typedef {import("../../state/shelf.js").Entry} Entry */

/**
 * Takes up a training in place of the one at hand, and leads to it.
 * @param {Giver} view
 * @param {Entry} entry
 */
export async function takeUp(view, { id }) {
  if (!await mayReplace(view)) return;
  view.controller.keeping?.resume(id);
  leadToTrain();
}

/**
 * @param {Giver} view
 * @returns {Promise<boolean>} whether another model may take the place of the one at hand: the reader is
 *   asked where that is not kept
 */
export async function mayReplace({ state, words }) {
  const { history, kept: { isForgotten, refusal } } = state;
  const isUnkept = isForgotten || refusal !== null;
  const wouldLose = isUnkept && history.steps.length > 0 && !isLost(state);
  return !wouldLose || confirmed(words, "keep.replace");
}

/**
 * Takes a training off the shelf.
 * @param {Giver} view
 * @param {Entry} entry
 */
export async function takeOff({ words, controller }, entry) {
  const params = { name: nameOf(entry, words), step: entry.step };
  if (await confirmed(words, "keep.delete", params)) controller.keeping?.forget(entry.id);
}
