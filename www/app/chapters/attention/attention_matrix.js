// The matrix of one head: a row for each token that looks, a column for each that is looked at. The cells are
// one small picture, scaled by the page; the tokens beside them and the cursor are elements, so that pointing
// redraws no cell.

import { visible } from "../../parts/characters.js";
import { h } from "../../parts/dom.js";
import { pixelColours } from "../../parts/colour_scale.js";
import { cellPixels, paint } from "./head_pixels.js";

/** @typedef {{query: number, key: number}} Cell */

/** Pixels a cell. */
const SMALLEST_CELL = 12;
const LARGEST_CELL = 34;
/** Pixels that a letter of the labels takes across, about, and their distance to the cells. */
const LETTER = 8;
const GAP = 12;

export class AttentionMatrix {
  #canvas = h("canvas", {});
  #cursor = h("div", { class: "matrix-cursor" });
  #rows = h("div", { class: "matrix-rows" });
  #columns = h("div", { class: "matrix-columns" });
  element = h("div", { class: "matrix-grid", "aria-hidden": "true", translate: "no" },
    h("div", { class: "matrix-corner" }), this.#columns, this.#rows,
    h("div", { class: "matrix-cells" }, this.#canvas, this.#cursor));
  /** @type {readonly string[]} */
  #tokens = [];

  /**
   * @param {readonly string[]} tokens
   * @param {number} room  pixels across
   */
  layOut(tokens, room) {
    const labels = tokens.map(visible);
    const longest = Math.max(...labels.map((label) => [...label].length)) * LETTER;
    const free = (room - longest - GAP) / tokens.length;
    const cell = Math.floor(Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, free)));
    this.element.style.setProperty("--cell", `${cell}px`);
    this.element.style.setProperty("--count", String(tokens.length));
    // Words are turned so that columns can stay narrow; single letters stand upright.
    this.#columns.classList.toggle("turned", longest > cell);
    const isSame = tokens.length === this.#tokens.length
      && tokens.every((token, index) => token === this.#tokens[index]);
    if (isSame) return;
    this.#tokens = tokens;
    for (const side of [this.#rows, this.#columns]) {
      side.replaceChildren(...labels.map((label) => h("span", {}, h("bdi", {}, label))));
    }
  }

  /** @param {Float32Array} weights  [query, key] */
  draw(weights) {
    const count = this.#tokens.length;
    paint(this.#canvas, cellPixels(weights, count, pixelColours()), count);
  }

  /** @param {Cell} cell */
  point({ query, key }) {
    this.#cursor.style.setProperty("--query", String(query));
    this.#cursor.style.setProperty("--key", String(key));
    mark(this.#rows, query);
    mark(this.#columns, key);
  }

  /** Scrolls the cell that is pointed at into view. */
  reveal() {
    this.#cursor.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  }

  /**
   * Scrolls it into view inside the frame; the page stays where it is.
   * @param {Element} frame
   */
  revealInside(frame) {
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = this.#cursor;
    const across = frame.clientWidth - this.#rows.offsetWidth;
    const down = frame.clientHeight - this.#columns.offsetHeight;
    frame.scrollTo({
      left: Math.max(0, offsetLeft + offsetWidth - across),
      top: Math.max(0, offsetTop + offsetHeight - down),
      behavior: "instant",
    });
  }

  /**
   * @param {MouseEvent} event
   * @returns {Cell|null} under the pointer
   */
  cellAt({ clientX, clientY }) {
    const { left, top, width } = this.#canvas.getBoundingClientRect();
    const count = this.#tokens.length;
    const key = Math.floor(((clientX - left) / width) * count);
    const query = Math.floor(((clientY - top) / width) * count);
    const inside = key >= 0 && query >= 0 && key < count && query < count;
    return inside ? { query, key } : null;
  }
}

/**
 * @param {HTMLElement} labels
 * @param {number} index  of the one that is pointed at
 */
function mark(labels, index) {
  labels.querySelector(".pointed")?.classList.remove("pointed");
  labels.children[index]?.classList.add("pointed");
}
