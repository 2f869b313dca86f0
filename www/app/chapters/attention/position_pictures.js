// A small picture of each way of telling words' positions apart, in the sizes of the model at hand, its own
// among them.

import { pixelColours } from "../../parts/colour_scale.js";
import { h, setAttributes, setText } from "../../parts/dom.js";

/** @typedef {Awaited<ReturnType<import("../../../api/model.js").Model["positions"]>>} Positions */
/** @typedef {import("../../state/words.js").Words} Words */

const KINDS = /** @type {const} */ (["rotary", "sinusoidal", "learned", "none"]);
/** Positions that are drawn, at most: one is as wide as it can be seen. */
const DRAWN = 64;

export class PositionPictures {
  #pictures = KINDS.map((kind) => new Picture(kind));
  element = h("div", { class: "position-pictures" }, ...this.#pictures.map(({ element }) => element));

  /**
   * @param {Positions} positions
   * @param {Words} words
   */
  draw(positions, words) {
    for (const picture of this.#pictures) picture.draw(positions, words);
  }
}

/** One of them. */
class Picture {
  #kind;
  #canvas = h("canvas", { "aria-hidden": "true" });
  #name = h("strong");
  #own = h("span", { class: "own-position", "data-words": "attention.positions.own" });
  #about = h("span", { class: "note" });
  element = h("figure", {}, this.#canvas,
    h("figcaption", {}, this.#name, " ", this.#own, h("br"), this.#about));

  /** @param {typeof KINDS[number]} kind */
  constructor(kind) {
    this.#kind = kind;
  }

  /**
   * @param {Positions} positions
   * @param {Words} words
   */
  draw(positions, words) {
    const kind = this.#kind;
    const isOwn = positions.position === kind;
    const table = kind === "none" ? new Float32Array() : positions[kind];
    setAttributes(this.element, { "data-kind": kind, class: isOwn ? "own" : null });
    setText(this.#name, words.say(`attention.positions.${kind}.name`));
    this.#own.hidden = !isOwn;
    const isMissing = kind === "learned" && table.length === 0;
    setText(this.#about, words.say(`attention.positions.${kind}.${isMissing ? "missing" : "about"}`));
    paintTable(this.#canvas, table, positions.block_size);
  }
}

/**
 * A column a position, from the left; a row for each of its numbers.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} table  [position, number]
 * @param {number} positions
 */
function paintTable(canvas, table, positions) {
  const rows = Math.max(1, table.length / positions);
  const columns = Math.min(positions, DRAWN);
  Object.assign(canvas, { width: columns, height: rows });
  if (table.length === 0) return;
  const colours = pixelColours();
  const shown = table.subarray(0, columns * rows);
  const largest = shown.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
  const pixels = new Uint32Array(columns * rows);
  shown.forEach((value, place) => {
    const [column, row] = [Math.floor(place / rows), place % rows];
    pixels[row * columns + column] = colours[Math.round(((value / largest + 1) / 2) * (colours.length - 1))];
  });
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
