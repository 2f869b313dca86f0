// Opens a model from files that the reader has chosen or dropped, in place of the one at hand.

import { failureOf } from "../../state/failure_of.js";
import { readModel } from "../../state/model_files.js";
import { isWithoutText } from "../../state/run_settings.js";
import { scrollTo } from "../../scroll_to.js";
import { mayReplace } from "./actions.js";

/** @typedef {import("./actions.js").Giver} Giver */

/**
 * Refused, nothing has changed, and the reader is told why.
 * @param {Giver} view
 * @param {readonly File[]} files
 */
export async function openModel(view, files) {
  const { controller } = view;
  try {
    const opened = await readModel(view.state, files);
    if (!await mayReplace(view)) return;
    await controller.keeping?.settle();
    const training = await controller.takeUp(opened);
    if (!training) return;
    // It is kept at once, not only with its next checkpoint.
    if (!isWithoutText(training.settings)) controller.keeping?.heard(training);
    scrollTo(document.querySelector("train-controls"));
  } catch (error) {
    controller.fail(failureOf(error));
  }
}
