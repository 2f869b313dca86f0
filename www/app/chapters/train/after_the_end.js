// What can be done with a training that has ended: take it further, and choose between its last and its best
// model.

import { remainingSeconds } from "../../state/figures.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { SettingField } from "../../parts/fields.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

/**
 * @param {Pick<AppState, "phase">} state
 * @returns {boolean} whether the training has ended, and its model is there
 */
export function isOver({ phase }) {
  return phase === "stopped" || phase === "finished";
}

export class AfterTheEnd {
  #view;
  #other = button({ id: "use-other", class: "quiet" }, () => this.#useOther());
  #further = button({ id: "further", class: "primary" }, () => this.#view.controller.goFurther());
  #field = new SettingField("further_steps", (change) => this.#view.choices.change(change), this.#further);

  /** @param {import("../../parts/view.js").View} view  that it is part of */
  constructor(view) {
    this.#view = view;
    this.element = h("div", { id: "after-the-end", hidden: true }, this.#other, this.#field.element);
  }

  /** @param {AppState} state */
  update(state) {
    const { words } = this.#view;
    const { history: { best, bestOffered, used, steps }, settings, info, tokens_per_s } = state;
    this.element.hidden = !isOver(state);
    this.#field.update(settings, words);
    const more = settings.further_steps;
    const seconds = info && remainingSeconds(info, more, tokens_per_s);
    setText(this.#further, seconds === null
      ? words.say("train.further", { steps: more })
      : words.say("train.further_timed", { steps: more, time: words.roughDuration(seconds) }));
    setInUse(this.#further, isOver(state));
    const last = steps.at(-1)?.step ?? 0;
    this.#other.hidden = !bestOffered || !best || best.step === last;
    const offer = used === "best" ? "train.use_last" : "train.use_best";
    setText(this.#other, words.say(offer, { best: best?.step ?? 0, last }));
  }

  #useOther() {
    this.#view.controller.use(this.#view.state.history.used === "best" ? "last" : "best");
  }
}
