// All numbers of one parameter as a picture, to pick one from: a pixel each, blue above zero and red below.

import { h, setAttributes } from "../../parts/dom.js";

/** @typedef {{rows: number, columns: number, values: Float32Array, largest: number}} Numbers */

const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});
/** Above and below zero, and zero: red, green and blue. */
const [ABOVE, BELOW, ZERO] = [[40, 96, 160], [190, 78, 30], [244, 240, 232]];

export class NumberPicture {
  #canvas = h("canvas", { "aria-hidden": "true" });
  #mark = h("span", { class: "number-mark", "aria-hidden": "true" });
  element = h("div", {
    class: "number-picture", id: "number-picture", role: "application", tabindex: 0,
    "data-label": "dismantle.picture", "aria-describedby": "number-said",
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  }, this.#canvas, this.#mark);
  /** @type {Numbers|null} */
  #numbers = null;
  #cell = { row: 0, column: 0 };
  #pick;

  /** @param {(row: number, column: number) => void} pick */
  constructor(pick) {
    this.#pick = pick;
  }

  /**
   * @param {Numbers} numbers
   * @param {{row: number, column: number}} cell  the one that is picked
   * @param {import("../../state/words.js").Words} words
   */
  draw(numbers, cell, words) {
    if (numbers !== this.#numbers) this.#paint(numbers);
    this.#numbers = numbers;
    this.#cell = cell;
    const { rows, columns } = numbers;
    this.#mark.style.setProperty("--column", String((cell.column + 0.5) / columns));
    this.#mark.style.setProperty("--row", String((cell.row + 0.5) / rows));
    setAttributes(this.element, {
      "aria-label": words.say("dismantle.picture_of", { rows, columns }),
      "data-rows": rows, "data-columns": columns,
    });
  }

  /** @param {Numbers} numbers */
  #paint({ rows, columns, values, largest }) {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    [this.#canvas.width, this.#canvas.height] = [columns, rows];
    const image = context.createImageData(columns, rows);
    for (const [index, value] of values.entries()) {
      const share = Math.min(1, Math.sqrt(Math.abs(value) / largest));
      const colour = value < 0 ? BELOW : ABOVE;
      for (let part = 0; part < 3; part++) {
        image.data[4 * index + part] = ZERO[part] + (colour[part] - ZERO[part]) * share;
      }
      image.data[4 * index + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  /** @param {PointerEvent} event */
  #pointed({ clientX, clientY }) {
    if (!this.#numbers) return;
    const { rows, columns } = this.#numbers;
    const box = this.#canvas.getBoundingClientRect();
    const at = (/** @type {number} */ share, /** @type {number} */ count) => (
      Math.min(count - 1, Math.max(0, Math.floor(share * count))));
    this.#pick(at((clientY - box.top) / box.height, rows), at((clientX - box.left) / box.width, columns));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    if (!move || !this.#numbers) return;
    event.preventDefault();
    const { rows, columns } = this.#numbers;
    const within = (/** @type {number} */ value, /** @type {number} */ count) => (
      Math.min(count - 1, Math.max(0, value)));
    this.#pick(within(this.#cell.row + move[0], rows), within(this.#cell.column + move[1], columns));
  }
}
