// What a reader does with a training on the shelf, wherever it is offered: both ask before something is lost.

import { isLost } from "../../state/app_state.js";
import { confirmed } from "../../parts/confirm.js";
import { scrollTo } from "../../scroll_to.js";
import { nameOf } from "./entry_words.js";

/** @typedef {Pick<import("../../parts/view.js").View, "state"|"words"|"controller">} Giver */
/** @typedef {import("../../state/shelf.js").Entry} Entry */

/**
 * Takes up a training in place of the one at hand, and leads to it.
 * @param {Giver} view
 * @param {Entry} entry
 */
export async function takeUp({ state, words, controller }, { id }) {
  const { history, kept: { isForgotten, refusal } } = state;
  const isUnkept = isForgotten || refusal !== null;
  const wouldLose = isUnkept && history.steps.length > 0 && !isLost(state);
  if (wouldLose && !await confirmed(words, "keep.replace")) return;
  controller.keeping?.resume(id);
  scrollTo(document.querySelector("train-controls"));
  // From here on the keyboard is where the training is paused and stopped.
  document.getElementById("train")?.focus({ preventScroll: true });
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
