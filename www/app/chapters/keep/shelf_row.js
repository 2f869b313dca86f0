// One training on the shelf: its name, its figures, and what can be done with it.

import { button, h, setAttributes, setText } from "../../parts/dom.js";
import { translate } from "../../parts/view.js";
import { takeOff, takeUp } from "./actions.js";
import { dateOf, figuresOf, nameOf } from "./entry_words.js";

/** @typedef {import("../../state/shelf.js").Entry} Entry */
/** @typedef {import("../../state/words.js").Words} Words */

const LONGEST_NAME = 60;

export class ShelfRow {
  #id;
  #view;
  /** What is shown. @type {Entry|null} */
  #entry = null;
  /** The language that it is shown in. */
  #language = "";
  #name = h("input", {
    class: "entry-name", type: "text", maxlength: LONGEST_NAME, "data-label": "keep.name",
    spellcheck: "false", translate: "no", dir: "auto",
    change: () => this.#view.controller.keeping?.rename(this.#id, this.#name.value),
  });
  #date = h("p", { class: "note entry-date" });
  #atHand = h("strong", { class: "at-hand", "data-words": "keep.at_hand", hidden: true });
  #figures = h("dl", { class: "facts" });
  #delete = button({ class: "quiet", "data-words": "keep.delete_button" }, () => this.#act(takeOff));
  resume = button({ "data-words": "keep.resume" }, () => this.#act(takeUp));

  /**
   * @param {string} id
   * @param {import("../../parts/view.js").View} view  that it is part of
   */
  constructor(id, view) {
    this.#id = id;
    this.#view = view;
    this.element = h("li", { class: "paper entry", "data-id": id },
      h("div", { class: "entry-head" }, this.#name, this.#atHand), this.#date, this.#figures,
      h("div", { class: "row" }, this.resume, this.#delete));
  }

  /**
   * @param {Entry} entry
   * @param {boolean} isAtHand  whether it is the model at hand
   * @param {Words} words
   */
  update(entry, isAtHand, words) {
    this.#atHand.hidden = !isAtHand;
    this.resume.hidden = isAtHand;
    if (entry === this.#entry && words.language === this.#language) return;
    this.#entry = entry;
    this.#language = words.language;
    translate(this.element, words);
    const name = nameOf(entry, words);
    setAttributes(this.#name, { placeholder: name });
    if (document.activeElement !== this.#name) this.#name.value = entry.name;
    setAttributes(this.element, { "data-step": entry.step });
    setText(this.#date, dateOf(entry, words));
    for (const element of [this.resume, this.#delete]) {
      const label = words.say("keep.of", { action: element.textContent ?? "", name });
      setAttributes(element, { "aria-label": label });
    }
    this.#figures.replaceChildren(...figuresOf(entry, words).map(([key, figure]) =>
      h("div", {}, h("dt", {}, words.say(key)), h("dd", {}, figure))));
  }

  /** @param {(view: import("../../parts/view.js").View, entry: Entry) => void} action */
  #act(action) {
    if (this.#entry) action(this.#view, this.#entry);
  }
}
