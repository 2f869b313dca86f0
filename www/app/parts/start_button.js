// The first click: starts a training without any choice, says how long it will take, and leads to the train.
// While there is one, it only leads there.

import { leadToTrain } from "../scroll_to.js";
import { forecast } from "../state/run_settings.js";
import { button, h, setText } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

export class StartButton extends View {
  #button = button({ id: "start-now", class: "primary" }, () => this.#press());

  #time = h("p", { class: "note", id: "start-time" });

  build() {
    return [this.#button, this.#time];
  }

  /** @param {AppState} state */
  update(state) {
    const departed = hasDeparted(state);
    setText(this.#button, this.words.say(departed ? "header.to_train" : "header.start"));
    setText(this.#time, departed ? "" : timeSentence(state, this.words));
  }

  #press() {
    if (!hasDeparted(this.state)) this.controller.start();
    leadToTrain();
  }
}

/**
 * @param {AppState} state
 * @param {import("../state/words.js").Words} words
 */
function timeSentence(state, words) {
  const { seconds, secondsToTales } = forecast(state, state.settings.preset);
  const time = words.roughDuration(seconds);
  return secondsToTales === null
    ? words.say("header.time", { time })
    : words.say("header.time_of_tales", { time, tales: words.roughDuration(secondsToTales) });
}

/** @param {AppState} state @returns {boolean} whether a training is being made, is under way or has been */
function hasDeparted({ phase, history }) {
  return history.steps.length > 0 || !["idle", "ready", "failed"].includes(phase);
}
