// Before there is a model to play with: the one on arrival is a click away.

import { meetArrival } from "../../load_meeting.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { meetingSentence } from "../../parts/meeting_sentence.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

export class ModelOffer {
  #button = button({}, () => meetArrival(false));
  #sentence = h("p");
  element = h("div", { class: "offer" }, this.#sentence, this.#button);

  /**
   * @param {AppState} state
   * @param {import("../../state/words.js").Words} words
   */
  update({ meeting, phase }, words) {
    setText(this.#sentence, meeting ? meetingSentence(meeting, words) : words.say("guess.no_model"));
    setText(this.#button, words.say("guess.meet"));
    setInUse(this.#button, meeting === null && phase !== "creating");
  }
}
