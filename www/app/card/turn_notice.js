// Says that another card trains, and that this one waits; or that it cannot know of others.

import { button, h, setText } from "../parts/dom.js";
import { View } from "../parts/view.js";

export class TurnNotice extends View {
  #sentence = h("p", { role: "status", id: "turn" });
  #skip = button({ id: "turn-skip", class: "primary", "data-words": "turn.skip" },
    () => this.controller.turn?.skip());
  #giveUp = button({ id: "turn-give-up", "data-words": "turn.give_up" },
    () => this.controller.turn?.giveUp());
  #buttons = h("div", { class: "row" }, this.#skip, this.#giveUp);

  build() {
    return [this.#sentence, this.#buttons];
  }

  /** @param {import("../parts/view.js").AppState} state */
  update({ turn }) {
    this.dataset.turn = turn ?? "";
    setText(this.#sentence, turn ? this.words.say(`turn.${turn}`) : "");
    this.#buttons.hidden = turn !== "waiting";
  }
}
