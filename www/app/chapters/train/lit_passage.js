// A passage whose tokens carry the colour of the step at which they were learned, once that step is reached.

import { visible } from "../../parts/characters.js";
import { cssColour, inkOn } from "../../parts/colour_scale.js";
import { h, setAttributes } from "../../parts/dom.js";

/** The colours of the last steps are not as light as the page. */
const LIGHTEST = 0.16;

export class LitPassage {
  element = h("p", {
    class: "learned-passage", "aria-hidden": "true", translate: "no", dir: "auto",
    pointerover: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerleave: () => this.#point(null),
  });
  /** @type {HTMLElement[]} */
  #spans = [];
  /** @type {readonly (number|null)[]} */
  #steps = [];
  /** Of the training, from which the colours follow. @type {readonly number[]} */
  #all = [];
  #point;

  /** @param {(index: number|null) => void} point  told the token that is pointed at */
  constructor(point) {
    this.#point = point;
  }

  /** @param {string} text  until it is known what the model makes of it */
  wait(text) {
    this.#spans = [];
    this.element.replaceChildren(text);
  }

  /**
   * @param {readonly string[]} tokens
   * @param {readonly (number|null)[]} steps  of learning, one a token
   * @param {readonly number[]} all           those that were looked at
   */
  draw(tokens, steps, all) {
    [this.#steps, this.#all] = [steps, all];
    this.#spans = tokens.map((token, index) => (
      h("span", { "data-index": index }, token.includes("\n") ? `${visible(token)}\n` : token)));
    this.element.replaceChildren(...this.#spans);
  }

  /** Lights what was learned until then. @param {number} step */
  light(step) {
    this.#spans.forEach((span, index) => {
      const learned = this.#steps[index];
      const isLit = learned !== null && learned <= step;
      span.className = isLit ? "lit" : learned === null && index > 0 ? "never" : "";
      span.style.background = isLit ? colourOfStep(learned, this.#all) : "";
      span.style.color = isLit ? inkOnStep(learned, this.#all) : "";
    });
    const lit = this.#spans.filter(({ className }) => className === "lit");
    setAttributes(this.element, { "data-lit": lit.length });
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const index = event.target instanceof HTMLElement ? event.target.dataset.index : undefined;
    this.#point(index === undefined ? null : Number(index));
  }
}

/** @param {number} step @param {readonly number[]} all */
export function colourOfStep(step, all) {
  return cssColour(shareOf(step, all));
}

/** @param {number} step @param {readonly number[]} all */
export function inkOnStep(step, all) {
  return inkOn(shareOf(step, all));
}

/**
 * The earliest are the strongest. By their order, not by their steps: half of all is learned in the first
 * tenth of a training.
 * @param {number} step
 * @param {readonly number[]} all
 */
function shareOf(step, all) {
  const late = Math.max(0, all.indexOf(step)) / Math.max(1, all.length - 1);
  const level = 1 - late * (1 - LIGHTEST);
  // The scale draws the square root.
  return level ** 2;
}
