// What both games of the chapter have: a status, a passage, and a model that is asked.

import { EngineFailure } from "../../../api/failure.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { languageOfModel } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";
import { Supply } from "./supply.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

export class Game extends View {
  supply = new Supply(View.app);
  /** Whether the model is being asked. */
  isAsking = false;
  from;
  passage;
  status;
  /** What the status says: a key and its parameters. @type {[string, Record<string, string|number>]} */
  #told;
  /** What of the state is drawn. */
  #shown = "";

  /**
   * @param {string} name    with which the ids of its elements begin
   * @param {string} before  key of what the status says at first
   */
  constructor(name, before) {
    super();
    this.#told = [before, {}];
    this.from = h("p", { class: "note", id: `${name}-from` });
    this.passage = h("div", {
      class: "paper passage", id: `${name}-passage`, role: "group", tabindex: 0,
      "data-label": "guess.passage", translate: "no",
    });
    this.status = h("p", { class: "game-status", id: `${name}-status`, role: "status" });
  }

  /** Whether a round can begin. */
  get canPlay() {
    const { phase, running } = this.state;
    return running !== null && phase !== "creating" && phase !== "failed" && !this.isAsking;
  }

  /** @param {AppState} state */
  update(state) {
    this.useKeys();
    const shown = `${this.words.language} ${state.running !== null}`;
    if (this.#shown === shown) return;
    this.#shown = shown;
    this.layOutKeys();
    this.draw();
  }

  /** Puts buttons and keys in use, or out of it. For the games to say, as the next two. */
  useKeys() {}

  /** Lays the keys out for the text and the language of now. */
  layOutKeys() {}

  /** Draws all of the round, in the language of now. */
  draw() {}

  /**
   * What has to ask the model; where that refuses, the status says so.
   * @param {() => Promise<void>} work
   */
  async whileAsking(work) {
    this.isAsking = true;
    this.useKeys();
    try {
      await work();
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      this.tell("guess.status.refused");
    } finally {
      this.isAsking = false;
      this.draw();
      this.useKeys();
    }
  }

  /**
   * @param {string} key
   * @param {Record<string, string|number>} [params]
   */
  tell(key, params = {}) {
    this.#told = [key, params];
    setText(this.status, this.words.say(key, params));
  }

  /** Says the same in the language of now. */
  tellAgain() {
    this.tell(...this.#told);
  }

  /**
   * Says where the passage is from, and in which language it is.
   * @param {import("./supply.js").Passage["from"]|undefined} from  nothing where there is no passage yet
   */
  drawOrigin(from) {
    setText(this.from, from ? this.words.say(`guess.from.${from}`) : "");
    setAttributes(this.passage, { lang: languageOfModel(this.state) });
  }
}
