// A score as text, to be copied; where there is no clipboard it is there to be selected.

import { button, h, setText } from "../../parts/dom.js";

/** @typedef {import("../../state/words.js").Words} Words */

export class ShareBox {
  #text;
  #copied = h("p", { class: "note", role: "status" });
  element;
  /** @type {Words|null} */
  #words = null;

  /** @param {string} id */
  constructor(id) {
    this.#text = h("textarea", {
      id, class: "score", readonly: true, rows: 6, "data-label": "guess.share.label", spellcheck: "false",
    });
    this.element = h("div", { class: "share-box", hidden: true }, this.#text,
      h("div", { class: "row" },
        button({ class: "quiet", "data-words": "guess.share.copy" }, () => this.#copy()), this.#copied));
  }

  /**
   * @param {string} text  none: there is no score yet
   * @param {Words} words
   */
  show(text, words) {
    this.#words = words;
    this.element.hidden = text === "";
    if (this.#text.value === text) return;
    this.#text.value = text;
    this.#text.rows = text.split("\n").length;
    setText(this.#copied, "");
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#text.value);
      setText(this.#copied, this.#words?.say("guess.share.copied") ?? "");
    } catch {
      // Some frames, and pages without https, have no clipboard.
      this.#text.focus();
      this.#text.select();
      setText(this.#copied, this.#words?.say("guess.share.selected") ?? "");
    }
  }
}
