// Asks, in the page, before something that the reader made is thrown away.

import { isLost, keptStep } from "../state/app_state.js";
import { h } from "./dom.js";

/**
 * Trains another model in place of the present one, or of its last checkpoint, unless the reader would rather
 * keep that.
 * @param {Pick<import("./view.js").View, "state"|"words"|"controller">} view
 */
export async function startOver({ state, words, controller }) {
  const nothingToLose = state.history.steps.length === 0 || isLost(state);
  if (nothingToLose) return controller.restart();
  const step = keptStep(state);
  const text = step === null ? "confirm.text" : "confirm.text_kept";
  if (await confirmed(words, "confirm", { step: step ?? 0 }, text)) controller.restart();
}

/**
 * @param {import("../state/words.js").Words} words
 * @param {string} key  of what the dialog says: `title`, `text`, and its buttons `keep` and `lose`
 * @param {import("../state/words.js").Params} [params]  of the text
 * @param {string} [text]  the key of another
 * @returns {Promise<boolean>} whether the reader agrees to lose it
 */
export function confirmed(words, key, params = {}, text = `${key}.text`) {
  const dialog = h("dialog", { class: "paper", "aria-labelledby": "confirm-title", id: "confirm" },
    h("form", { method: "dialog" },
      h("h2", { id: "confirm-title" }, words.say(`${key}.title`)),
      h("p", {}, words.say(text, params)),
      h("div", { class: "row buttons" },
        // The first button, which a dialog gives the focus to, loses nothing.
        h("button", { value: "keep", id: "confirm-keep" }, words.say(`${key}.keep`)),
        h("button", { value: "lose", id: "confirm-lose", class: "primary" }, words.say(`${key}.lose`)))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "lose");
      dialog.remove();
    });
  });
}
