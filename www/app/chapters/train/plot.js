// A drawing whose points are pointed at, by pointer or by the arrow keys; to a screen reader it is a slider
// over them.

import { h, setAttributes } from "../../parts/dom.js";

/**
 * The points, oldest first, as the plot asks for them.
 * @typedef {object} Points
 * @property {() => number} count
 * @property {(index: number) => number} stepOf
 * @property {(x: number) => number} nearest  index of the point at so many pixels from the drawing's left
 * @property {(index: number) => string} describe  -1: there is none yet
 * @property {(index: number|null) => void} show   marks the point, or none
 */

export class Plot {
  #points;
  /** The point that the reader points at, or none. @type {number|null} */
  #cursor = null;

  /**
   * @param {string} id
   * @param {string} label  key of its name
   * @param {Element} drawing
   * @param {Points} points
   */
  constructor(id, label, drawing, points) {
    this.#points = points;
    this.element = h("div", {
      id, class: "plot", role: "slider", tabindex: 0, "data-label": label,
      keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
      pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
      pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
      pointerleave: () => this.#leave(), blur: () => this.#leave(), focus: () => this.#tell(),
    }, drawing);
  }

  /** @returns {number} the point that is pointed at, or the newest; -1 before the first */
  get index() {
    return this.#cursor ?? this.#points.count() - 1;
  }

  /** The points have changed. */
  update() {
    if (this.#cursor !== null && this.#cursor >= this.#points.count()) this.#cursor = null;
    this.#points.show(this.#cursor);
    // A value that changes while it has the focus is read out: then only what the reader points at is told.
    if (document.activeElement !== this.element) this.#tell();
  }

  /** Lets a screen reader know the value of now. */
  #tell() {
    const { count, stepOf, describe } = this.#points;
    const { index } = this;
    setAttributes(this.element, {
      "aria-valuemin": 0, "aria-valuemax": count() > 0 ? stepOf(count() - 1) : 0,
      "aria-valuenow": index < 0 ? 0 : stepOf(index), "aria-valuetext": describe(index),
    });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const last = this.#points.count() - 1;
    if (last < 0) return;
    const here = this.#cursor ?? last;
    const leap = Math.max(1, Math.round(last / 20));
    const to = /** @type {Record<string, number>} */ ({
      ArrowLeft: here - 1, ArrowDown: here - 1, ArrowRight: here + 1, ArrowUp: here + 1,
      PageDown: here - leap, PageUp: here + leap, Home: 0, End: last,
    })[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#cursor = Math.min(last, Math.max(0, to));
    this.#points.show(this.#cursor);
    this.#tell();
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    if (this.#points.count() === 0) return;
    this.#cursor = this.#points.nearest(event.clientX - this.element.getBoundingClientRect().left);
    this.#points.show(this.#cursor);
  }

  #leave() {
    this.#cursor = null;
    this.#points.show(null);
  }
}
