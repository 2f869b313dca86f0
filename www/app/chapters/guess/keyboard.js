// Keys on the screen, for whoever has no others; they also show what is known of each letter.

import { button, h, setAttributes, setInUse } from "../../parts/dom.js";
import { translate } from "../../parts/view.js";

/** @typedef {import("./word_round.js").Mark} Mark */
/** @typedef {import("../../state/words.js").Words} Words */

export class Keyboard {
  element = h("div", { class: "keys", role: "group", "data-label": "guess.keys", translate: "no" });
  /** @type {Map<string, HTMLButtonElement>} */
  #keys = new Map();
  #press;

  /** @param {(letter: string) => void} press */
  constructor(press) {
    this.#press = press;
  }

  /**
   * @param {readonly string[]} rows  of letters
   * @param {readonly Node[]} more    keys of other kinds, after the last row
   * @param {Words} words
   */
  layOut(rows, more, words) {
    this.#keys = new Map();
    const lines = rows.map((row) => h("div", { class: "key-row" }, ...Array.from(row, (letter) => {
      // Not on the way of Tab: who has a keyboard types into the field.
      const key = button({ class: "key", tabindex: -1 }, () => this.#press(letter), letter);
      this.#keys.set(letter, key);
      return key;
    })));
    this.element.replaceChildren(...lines, h("div", { class: "key-row" }, ...more));
    translate(this.element, words);
  }

  /** @param {string} letter */
  has(letter) {
    return this.#keys.has(letter);
  }

  /** How many letters have a key. */
  get size() {
    return this.#keys.size;
  }

  /**
   * Shows what is known of a letter, and says it.
   * @param {string} letter
   * @param {Mark|null} mark
   * @param {Words} words
   */
  mark(letter, mark, words) {
    const key = this.#keys.get(letter);
    if (!key) return;
    setAttributes(key, {
      "data-mark": mark,
      "aria-label": mark ? words.say(`guess.key.${mark}`, { letter }) : null,
    });
  }

  /** @param {(letter: string) => boolean} isInUse */
  use(isInUse) {
    for (const [letter, key] of this.#keys) setInUse(key, isInUse(letter));
  }
}
