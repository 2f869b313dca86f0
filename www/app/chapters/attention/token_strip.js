// The text itself, each token on the colour of what the one that looks gives to it.

import { visible } from "../../parts/characters.js";
import { h } from "../../parts/dom.js";
import { cssColour, inkOn } from "../../parts/colour_scale.js";

export class TokenStrip {
  element = h("p", { class: "strip", "aria-hidden": "true", translate: "no", dir: "auto" });
  /** @type {readonly string[]} */
  #tokens = [];
  #choose;

  /** @param {(index: number) => void} choose  what to do when a token is touched */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {readonly string[]} tokens
   * @param {Float32Array} weights  [query, key]
   * @param {number} query          the token that looks
   */
  draw(tokens, weights, query) {
    if (tokens !== this.#tokens) {
      this.#tokens = tokens;
      this.element.replaceChildren(...tokens.map((token, index) => (
        h("span", { pointerdown: () => this.#choose(index) }, h("bdi", {}, visible(token))))));
    }
    for (let index = 0; index < tokens.length; index++) {
      const span = /** @type {HTMLElement} */ (this.element.children[index]);
      const seen = index <= query;
      const share = weights[query * tokens.length + index];
      span.className = index === query ? "looks" : seen ? "" : "future";
      span.style.background = seen ? cssColour(share) : "";
      span.style.color = seen ? inkOn(share) : "";
    }
  }
}
