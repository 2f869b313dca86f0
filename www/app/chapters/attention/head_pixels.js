// A head's matrix as pixels. The future, which no token sees, stays transparent.

import { levelOf } from "../../parts/colour_table.js";

/** Pixels across a stamp: more than a screen shows of it. */
const STAMP_SIDE = 128;

/**
 * One pixel a cell.
 * @param {Float32Array} weights  [query, key]
 * @param {number} count          tokens
 * @param {Uint32Array} colours   of every level
 * @returns {Uint32Array} [query, key]
 */
export function cellPixels(weights, count, colours) {
  const pixels = new Uint32Array(count * count);
  for (let query = 0; query < count; query++) {
    const row = query * count;
    for (let key = 0; key <= query; key++) pixels[row + key] = colours[levelOf(weights[row + key])];
  }
  return pixels;
}

/**
 * The same, small: where one pixel stands for several cells, it shows the largest share among them.
 * @param {Float32Array} weights  [query, key]
 * @param {number} count          tokens
 * @param {Uint32Array} colours   of every level
 * @returns {{side: number, pixels: Uint32Array}} [side, side]
 */
export function stampPixels(weights, count, colours) {
  const across = Math.max(1, Math.ceil(count / STAMP_SIDE));
  if (across === 1) return { side: count, pixels: cellPixels(weights, count, colours) };
  const side = Math.ceil(count / across);
  const shares = new Float32Array(side * side);
  for (let query = 0; query < count; query++) {
    const row = Math.floor(query / across) * side;
    for (let key = 0; key <= query; key++) {
      const place = row + Math.floor(key / across);
      const share = weights[query * count + key];
      if (share > shares[place]) shares[place] = share;
    }
  }
  return { side, pixels: cellPixels(shares, side, colours) };
}

/**
 * Puts square pixels on a canvas of their size.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint32Array} pixels
 * @param {number} side
 */
export function paint(canvas, pixels, side) {
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const image = new ImageData(side, side);
  new Uint32Array(image.data.buffer).set(pixels);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
