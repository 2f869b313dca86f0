// The finer settings of a training, folded away until wanted.

import { h } from "./dom.js";
import { SettingField } from "./fields.js";
import { View } from "./view.js";

export class RunOptions extends View {
  #fields = /** @type {const} */ (["steps", "batch_size", "learning_rate", "seed", "position", "engine"]).map((name) => new SettingField(name));

  build() {
    return [h("details", { id: "options" }, h("summary", { "data-words": "settings.summary" }),
      h("div", { class: "fields" }, ...this.#fields.map((field) => field.element)))];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    for (const field of this.#fields) field.update(state);
  }
}
