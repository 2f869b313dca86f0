// The first click: starts a training without any choice, says how long it will take, and leads to the train.
// While there is one, it only leads there. Or it lets a model write that the page brings along, until a
// training of the reader's own begins.

import { meetArrival } from "../load_meeting.js";
import { leadToTrain } from "../scroll_to.js";
import { isVisiting } from "../state/app_state.js";
import { forecast } from "../state/run_settings.js";
import { button, h, setInUse, setText } from "./dom.js";
import { meetingSentence } from "./meeting_sentence.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

export class StartButton extends View {
  #button = button({ id: "start-now", class: "primary" }, () => this.#press());

  #time = h("p", { class: "note", id: "start-time" });
  #meet = button({ id: "meet", "data-words": "header.meet" }, () => meetArrival());
  #came = h("p", { class: "note", id: "meet-note" });
  #other = h("div", {}, this.#meet, this.#came);

  build() {
    return [h("div", {}, this.#button, this.#time), this.#other];
  }

  /** @param {AppState} state */
  update(state) {
    const { meeting } = state;
    const visiting = isVisiting(state);
    const departed = !visiting && hasDeparted(state);
    setText(this.#button, this.words.say(visiting ? "header.your_turn"
      : departed ? "header.to_train" : "header.start"));
    setText(this.#time, departed ? "" : timeSentence(state, this.words));
    this.#other.hidden = departed || (visiting && meeting === null);
    setInUse(this.#meet, meeting === null);
    setText(this.#came, meeting ? meetingSentence(meeting, this.words) : this.words.say("header.meet_note"));
  }

  #press() {
    if (isVisiting(this.state)) this.controller.restart();
    else if (!hasDeparted(this.state)) this.controller.start();
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
