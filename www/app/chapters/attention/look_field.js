// What is looked at: a text of the reader's own, a sentence that everybody knows, or a passage of a tale.

import { button, h, setAttributes, setInUse } from "../../parts/dom.js";
import { languageOfText } from "../../parts/text_language.js";
import { canBeAsked } from "../../state/app_state.js";
import { charactersPerToken, chosenContes, modelConfig } from "../../state/run_settings.js";
import { choosePassage } from "./passage.js";
import { sentencesFor } from "./sentences.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("./sentences.js").Passage} Passage */

/** Characters of a passage at most: more are not read at a glance. */
const GLANCE = 320;

export class LookField {
  #view;
  #text = h("input", {
    id: "look", type: "text", maxlength: 500, autocomplete: "off", spellcheck: "false",
    translate: "no", dir: "auto",
    input: () => this.#view.library.setLook(this.#text.value),
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Enter" && this.#look.click(),
  });
  #look = button({ id: "inspect", "data-words": "attention.look" }, () => this.#view.controller.look());
  #sentences = h("div", { class: "row sentences", id: "sentences", translate: "no" });
  #passage = button({ id: "passage", class: "quiet", "data-words": "attention.passage" },
    () => this.#offerPassage());
  offers = h("div", { class: "row offers" }, this.#sentences, this.#passage);
  own = h("div", { class: "field" },
    h("label", { for: "look", "data-words": "attention.text" }),
    h("div", { class: "row" }, this.#text, this.#look));
  /** @type {readonly Passage[]} */
  #offered = [];

  /** @param {Pick<import("../../parts/view.js").View, "state"|"library"|"controller">} view */
  constructor(view) {
    this.#view = view;
  }

  /** @param {AppState} state */
  update(state) {
    if (document.activeElement !== this.#text) this.#text.value = state.look;
    setAttributes(this.#text, { lang: languageOfText(state) });
    this.#passage.hidden = !chosenContes(state);
    setInUse(this.#look, canBeAsked(state));
    this.#offer(sentencesFor(state), state.look);
  }

  /**
   * @param {readonly Passage[]} sentences
   * @param {string} look  the text that is looked at
   */
  #offer(sentences, look) {
    const isSame = sentences.length === this.#offered.length
      && sentences.every((sentence, index) => sentence === this.#offered[index]);
    if (!isSame) {
      this.#offered = sentences;
      this.#sentences.replaceChildren(...sentences.map((sentence) => (
        button({ class: "quiet" }, () => this.#take(sentence), sentence.text))));
    }
    [...this.#sentences.children].forEach((element, index) => {
      setAttributes(element, { "aria-pressed": String(sentences[index].text === look) });
    });
  }

  /** @param {Passage} passage */
  #take(passage) {
    this.#view.library.offerLook(passage);
    this.#view.controller.look();
  }

  /** Another piece of a story in which words refer to each other, as long as the model sees and one reads. */
  #offerPassage() {
    const { state } = this.#view;
    const { block_size } = state.info?.model ?? modelConfig(state.settings);
    const longest = Math.min(GLANCE, block_size * (charactersPerToken(state) ?? 1));
    const passage = choosePassage(chosenContes(state)?.stories ?? [], longest, state.look);
    if (passage) this.#take(passage);
  }
}
