// Asks, in the page, before something that the reader made is thrown away.

import { isLost } from "../state/app_state.js";
import { h } from "./dom.js";
import { translate } from "./view.js";

/**
 * Trains another model in place of the present one, or of its last checkpoint, unless the reader would rather
 * keep that.
 * @param {Pick<import("./view.js").View, "state"|"words"|"controller">} view
 */
export async function startOver({ state, words, controller }) {
  const nothingToLose = state.history.steps.length === 0 || isLost(state);
  if (nothingToLose || await confirmLoss(words)) controller.restart();
}

/**
 * @param {import("../state/words.js").Words} words
 * @returns {Promise<boolean>} whether the reader agrees to lose the trained model
 */
function confirmLoss(words) {
  const dialog = h("dialog", { class: "paper", "aria-labelledby": "confirm-title", id: "confirm" },
    h("form", { method: "dialog" },
      h("h2", { id: "confirm-title", "data-words": "confirm.title" }),
      h("p", { "data-words": "confirm.text" }),
      h("div", { class: "row buttons" },
        h("button", { value: "keep", id: "confirm-keep", autofocus: true, "data-words": "confirm.keep" }),
        h("button", { value: "lose", id: "confirm-lose", class: "primary", "data-words": "confirm.lose" }))));
  translate(dialog, words);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "lose");
      dialog.remove();
    });
  });
}
