// The first click: starts a training without any choice, and leads to the train. While there is one, it only
// leads there.

import { button, setText } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

/** A smooth scroll takes no longer. */
const LONGEST_WAY_MS = 2000;

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
    const train = document.querySelector("train-controls");
    // Smoothly where the style has it so: not for readers who want less motion.
    train?.scrollIntoView();
    // What loads on the way moves it further.
    const signal = AbortSignal.timeout(LONGEST_WAY_MS);
    addEventListener("scrollend", () => train?.scrollIntoView(), { once: true, signal });
    // From here on the keyboard is where the training is paused and stopped.
    document.getElementById("train")?.focus({ preventScroll: true });
  }
}

/** @param {AppState} state @returns {boolean} whether a training is being made, is under way or has been */
function hasDeparted({ phase, history }) {
  return history.steps.length > 0 || !["idle", "ready", "failed"].includes(phase);
}
