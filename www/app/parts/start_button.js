// The first click: starts a training without any choice, and leads to the train. While there is one, it only
// leads there.

import { scrollTo } from "../scroll_to.js";
import { button, setText } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

export class StartButton extends View {
  #button = button({ id: "start-now", class: "primary" }, () => this.#press());

  build() {
    return [this.#button];
  }

  /** @param {AppState} state */
  update(state) {
    setText(this.#button, this.words.say(hasDeparted(state) ? "header.to_train" : "header.start"));
  }

  #press() {
    if (!hasDeparted(this.state)) this.controller.start();
    scrollTo(document.querySelector("train-controls"));
    // From here on the keyboard is where the training is paused and stopped.
    document.getElementById("train")?.focus({ preventScroll: true });
  }
}

/** @param {AppState} state @returns {boolean} whether a training is being made, is under way or has been */
function hasDeparted({ phase, history }) {
  return history.steps.length > 0 || !["idle", "ready", "failed"].includes(phase);
}
