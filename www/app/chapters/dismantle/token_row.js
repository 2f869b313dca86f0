// The tokens to ask about: those of the passage, then those that the model wrote; each coloured by how likely
// the model found it.

import { h, setAttributes } from "../../parts/dom.js";
import { cssColour, inkOn } from "../../parts/colour_scale.js";
import { spokenToken } from "../../parts/token_label.js";
import { visible } from "../../parts/characters.js";

/** @typedef {import("../../state/words.js").Words} Words */

const KEYS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, Home: -1e4, End: 1e4 });

export class TokenRow {
  element = h("div", {
    class: "token-row", id: "cause-tokens", role: "radiogroup", translate: "no",
    "data-label": "dismantle.tokens",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  });
  #position = 0;
  #pick;

  /** @param {(index: number) => void} pick */
  constructor(pick) {
    this.#pick = pick;
  }

  /**
   * @param {readonly string[]} tokens
   * @param {readonly number[]} log_probs  of each but the first
   * @param {number} written   the first that the model wrote
   * @param {number} position  the one that is asked about
   * @param {string} lang
   * @param {Words} words
   */
  draw(tokens, log_probs, written, position, lang, words) {
    this.#position = position;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(...tokens.map((token, index) => {
      const share = index === 0 ? 0 : Math.exp(log_probs[index - 1]);
      const name = words.say(index === 0 ? "dismantle.first_token" : "dismantle.token_chance", {
        token: spokenToken(token, words), chance: words.percent(share),
      });
      const element = h("button", {
        type: "button", role: "radio", class: index >= written ? "asked-token by-model" : "asked-token", lang,
        "aria-checked": String(index === position), "aria-label": name, title: name,
        "aria-disabled": index === 0 ? "true" : null, tabindex: index === position ? 0 : -1,
        click: () => index > 0 && this.#choose(index),
      }, h("bdi", {}, visible(token)));
      if (index > 0) {
        element.style.background = cssColour(share);
        element.style.color = inkOn(share);
      }
      return element;
    }));
    if (hadFocus) /** @type {HTMLElement} */ (this.element.children[position])?.focus();
  }

  /** @param {number} index */
  #choose(index) {
    for (const [at, element] of [...this.element.children].entries()) {
      setAttributes(element, { "aria-checked": String(at === index), tabindex: at === index ? 0 : -1 });
    }
    this.#position = index;
    this.#pick(index);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    const last = this.element.children.length - 1;
    if (!move || last < 1) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(1, this.#position + move));
    this.#choose(index);
    /** @type {HTMLElement} */ (this.element.children[index]).focus();
  }
}
