// Which model one looks at, where it was opened from a file. The chapters have a place for it; it is loaded,
// and fills these, once a model is opened.

import { h, setText } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("../state/app_state.js").Origin} Origin */

export class ModelOrigin extends View {
  #sentence = h("p", { class: "model-origin" });

  build() {
    return [this.#sentence];
  }

  /** @param {import("./view.js").AppState} state */
  update({ origin, info, history }) {
    this.hidden = !origin || !info;
    if (!origin || !info) return;
    const { file, date, step, isTraining } = origin;
    const day = this.words.date(date, { dateStyle: "long" });
    const since = (history.steps.at(-1)?.step ?? step) - step;
    const kind = isTraining ? "training" : "model";
    const told = [this.words.say(`keep.origin.${kind}`, { file, day, step })];
    if (since > 0) told.push(this.words.say("keep.origin.since", { n: since }));
    else if (!isTraining) told.push(this.words.say("keep.origin.needs_text"));
    setText(this.#sentence, told.join(" "));
  }
}
