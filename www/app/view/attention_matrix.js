// The matrix of one head, drawn on a canvas: a row for each token that looks, a column for each that is looked at.

import { visible } from "./dom.js";
import { cssColour } from "./colour_scale.js";

/** @typedef {{query: number, key: number}} Cell */

const SMALLEST_CELL = 9;
const LARGEST_CELL = 34;
const GAP = 6;

export class AttentionMatrix {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.cell = LARGEST_CELL;
    this.left = 0;
    this.top = 0;
    this.count = 0;
  }

  /**
   * @param {readonly string[]} tokens
   * @param {Float32Array} weights  [query, key]
   * @param {Cell} cursor
   * @param {number} room           pixels across
   */
  draw(tokens, weights, cursor, room) {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const style = getComputedStyle(this.canvas);
    const font = (/** @type {number} */ size, bold = false) => `${bold ? "700 " : ""}${size}px ${style.fontFamily}`;
    const labels = tokens.map(visible);
    context.font = font(13, true);
    const longest = Math.ceil(Math.max(...labels.map((label) => context.measureText(label).width)));
    this.count = tokens.length;
    this.left = this.top = longest + GAP * 2;
    this.cell = Math.floor(Math.min(LARGEST_CELL, Math.max(SMALLEST_CELL, (room - this.left - 2) / tokens.length)));
    this.#fit(context, this.left + this.cell * tokens.length + 2);

    this.#drawCells(context, weights, style.getPropertyValue("--future"));
    const size = Math.min(13, this.cell);
    const soft = style.getPropertyValue("--ink-soft");
    labels.forEach((label, index) => {
      const middle = (index + 0.5) * this.cell;
      context.textBaseline = "middle";
      context.font = font(size, index === cursor.query);
      context.fillStyle = index === cursor.query ? style.color : soft;
      context.textAlign = "right";
      context.fillText(label, this.left - GAP, this.top + middle);
      context.font = font(size, index === cursor.key);
      context.fillStyle = index === cursor.key ? style.color : soft;
      context.save();
      context.translate(this.left + middle, this.top - GAP);
      // Words are turned so that columns can stay narrow; single letters stand upright.
      if (longest > this.cell) context.rotate(-Math.PI / 2);
      context.textAlign = longest > this.cell ? "left" : "center";
      context.fillText(label, 0, longest > this.cell ? 0 : -size / 2);
      context.restore();
    });
    context.strokeStyle = style.getPropertyValue("--focus");
    context.lineWidth = 2.5;
    context.strokeRect(this.left + cursor.key * this.cell, this.top + cursor.query * this.cell, this.cell, this.cell);
  }

  /**
   * @param {number} x  pixels from the canvas's left
   * @param {number} y  pixels from its top
   * @returns {Cell|null}
   */
  cellAt(x, y) {
    const key = Math.floor((x - this.left) / this.cell);
    const query = Math.floor((y - this.top) / this.cell);
    const inside = key >= 0 && query >= 0 && key < this.count && query < this.count;
    return inside ? { query, key } : null;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} side  CSS pixels
   */
  #fit(context, side) {
    const ratio = devicePixelRatio || 1;
    this.canvas.width = this.canvas.height = Math.round(side * ratio);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    context.scale(ratio, ratio);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Float32Array} weights
   * @param {string} future  colour of what a token cannot see: all that comes after it
   */
  #drawCells(context, weights, future) {
    const inset = this.cell >= 14 ? 1 : 0;
    for (let query = 0; query < this.count; query++) {
      for (let key = 0; key < this.count; key++) {
        context.fillStyle = key > query ? future : cssColour(weights[query * this.count + key]);
        context.fillRect(this.left + key * this.cell, this.top + query * this.cell, this.cell - inset, this.cell - inset);
      }
    }
  }
}

/**
 * A head's matrix as a stamp: one pixel a cell, scaled by the page.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} weights  [query, key]
 * @param {number} count
 */
export function drawStamp(canvas, weights, count) {
  const context = canvas.getContext("2d");
  if (!context) return;
  canvas.width = canvas.height = count;
  for (let query = 0; query < count; query++) {
    for (let key = 0; key <= query; key++) {
      context.fillStyle = cssColour(weights[query * count + key]);
      context.fillRect(key, query, 1, 1);
    }
  }
}
