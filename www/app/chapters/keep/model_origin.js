// Which model one looks at, and how old it is. The chapters have a place for it; it is loaded, and fills
// these, once a model is at hand.

import { h, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { nameOf } from "./entry_words.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/app_state.js").Origin} Origin */
/** @typedef {import("../../state/words.js").Words} Words */

export class ModelOrigin extends View {
  #sentence = h("p", { class: "model-origin" });
  /** Beside the train, what is said of a model that is trained here says enough. */
  #isByTheTrain = false;

  build() {
    this.#isByTheTrain = this.closest("train-controls") !== null;
    return [this.#sentence];
  }

  /** @param {AppState} state */
  update({ origin, running, history }) {
    this.hidden = !running || (!origin && this.#isByTheTrain);
    if (this.hidden) return;
    const done = history.steps.at(-1)?.step ?? 0;
    setText(this.#sentence, origin
      ? [originSentence(origin, this.words), sequel(origin, done, this.words)].join(" ").trim()
      : this.words.say(done > 0 ? "keep.origin.own" : "keep.origin.own_untrained", { step: done }));
  }
}

/**
 * @param {Origin} origin
 * @param {Words} words
 * @returns {string}
 */
function originSentence(origin, words) {
  const { date, step } = origin;
  const day = words.date(date, { dateStyle: "long" });
  switch (origin.kind) {
    case "arrival": {
      const { tokens, tales: { whole, of } } = origin.card;
      const millions = Number((tokens / 1e6).toPrecision(2));
      return words.say(`keep.origin.arrival.${origin.language}`, { day, millions, whole, of });
    }
    case "shelf": {
      const saved = words.date(date, { dateStyle: "long", timeStyle: "short" });
      return words.say("keep.origin.shelf", { name: nameOf(origin, words), date: saved, step });
    }
    case "file":
      return words.say(`keep.origin.${origin.isTraining ? "training" : "model"}`,
        { file: origin.file, day, step });
  }
}

/**
 * @param {Origin} origin
 * @param {number} done  the last step
 * @param {Words} words
 * @returns {string} what has become of that model here, or can
 */
function sequel(origin, done, words) {
  const told = [];
  if (origin.kind === "shelf" && origin.before) {
    const { before } = origin;
    told.push(before.kind === "arrival" ? words.say("keep.origin.before_arrival")
      : words.say("keep.origin.before_file", { file: before.file }));
  }
  const since = done - origin.step;
  if (since > 0) told.push(words.say("keep.origin.since", { n: since }));
  else if (origin.kind === "file" && !origin.isTraining) told.push(words.say("keep.origin.needs_text"));
  return told.join(" ");
}
