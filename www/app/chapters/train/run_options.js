// The finer settings of a training, folded away until wanted.

import { h } from "../../parts/dom.js";
import { SettingField } from "../../parts/fields.js";
import { View } from "../../parts/view.js";

const FIELDS = /** @type {const} */ ([
  "steps", "batch_size", "learning_rate", "seed", "position", "engine", "workers",
]);

export class RunOptions extends View {
  #fields = FIELDS.map((name) => new SettingField(name, (change) => this.choices.change(change)));

  build() {
    return [h("details", { id: "options" }, h("summary", { "data-words": "settings.summary" }),
      h("div", { class: "fields" }, ...this.#fields.map((field) => field.element)))];
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update({ settings }) {
    for (const field of this.#fields) field.update(settings, this.words);
  }
}
