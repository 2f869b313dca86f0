// Draws how good samples are against steps, as SVG: a line with its dots and, where there is something to
// count, columns behind it. It has no words of its own.

import { s, setAttributes } from "../../parts/dom.js";
import { stepAxisEnd, ticks } from "./scale.js";

const HEIGHT = 210;
const MARGIN = { top: 22, right: 46, bottom: 40, left: 46 };
const COLUMN_WIDTH = 9;
/** The line stays below the frame's top. */
const HEADROOM = 1.12;
/** Ends of an axis that follows its points: it grows in a few calm leaps. */
const LEAPS = [10, 20, 50, 100, 200, 500, 1000];
/** A bound is drawn once the points come so near: with one far away they would all lie on the ground. */
const NEAR = 0.3;

/**
 * @typedef {object} QualityPoint
 * @property {number} step
 * @property {number} value         of the line
 * @property {number|null} count    of the column; none where nothing is counted
 *
 * @typedef {object} QualityCurves
 * @property {readonly QualityPoint[]} points
 * @property {number} total         steps of the whole schedule
 * @property {number} most          that a column can count
 * @property {number|null} bound    a value to be reached, as a line with its name once it is near
 * @property {number|null} end      the largest value on the axis; none where it follows the points
 * @property {{x: string, value: string, count: string, bound: string}} labels
 * @property {(value: number) => string} format  of values
 */

export class QualityDrawing {
  element = s("svg", { class: "chart-svg", "aria-hidden": "true", height: HEIGHT });
  #axes = s("g", { class: "axes" });
  #columns = s("g", { class: "columns" });
  #bound = s("g", { class: "bound floor" });
  #line = s("path", { class: "line quality" });
  #dots = s("path", { class: "quality-dots" });
  #cursor = s("g", { class: "cursor" });
  #width = 640;
  #xEnd = 20;
  #yEnd = 1;

  constructor() {
    this.element.append(this.#axes, this.#columns, this.#bound, this.#line, this.#dots, this.#cursor);
  }

  /** @param {number} width  pixels */
  resize(width) {
    this.#width = width;
    setAttributes(this.element, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
  }

  /** @param {QualityCurves} curves */
  draw({ points, total, most, bound, end, labels, format }) {
    this.#xEnd = stepAxisEnd(points.at(-1)?.step ?? 0, total);
    const largest = points.reduce((largest, { value }) => Math.max(largest, value), 0);
    const near = bound !== null && largest >= NEAR * bound ? bound : null;
    const leap = LEAPS.find((end) => end >= largest) ?? largest;
    this.#yEnd = (end ?? (near === null ? leap : Math.max(near, largest))) * HEADROOM;
    const counts = points.some(({ count }) => count !== null);
    this.#drawAxes(labels, format, counts ? most : 0);
    this.#columns.replaceChildren(...points.map((point) => this.#column(point, most)));
    this.#drawBound(near, labels.bound);
    const places = points.map(
      ({ step, value }) => `${this.#x(step).toFixed(1)} ${this.#y(value).toFixed(1)}`,
    );
    setAttributes(this.#line, { d: places.length > 0 ? `M${places.join("L")}` : "" });
    setAttributes(this.#dots, { d: places.map((place) => `M${place}h0`).join("") });
  }

  /**
   * @param {readonly QualityPoint[]} points
   * @param {number} x  pixels from the drawing's left
   * @returns {number} index of the nearest point
   */
  nearest(points, x) {
    const distances = points.map(({ step }) => Math.abs(this.#x(step) - x));
    return distances.indexOf(Math.min(...distances));
  }

  /** @param {QualityPoint|null} point */
  point(point) {
    this.#cursor.replaceChildren();
    if (!point) return;
    const x = this.#x(point.step);
    this.#cursor.append(
      s("line", { x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
      s("circle", { cx: x, cy: this.#y(point.value), r: 5 }));
  }

  /** @param {number} step */
  #x(step) {
    return MARGIN.left + (step / this.#xEnd) * (this.#width - MARGIN.left - MARGIN.right);
  }

  /** @param {number} value */
  #y(value) {
    const height = HEIGHT - MARGIN.top - MARGIN.bottom;
    return MARGIN.top + height * (1 - Math.min(1, value / this.#yEnd));
  }

  /**
   * A full column is as high as the highest value on the axis.
   * @param {QualityPoint} point
   * @param {number} most
   */
  #column({ step, count }, most) {
    if (!count) return "";
    const top = this.#y((count / most) * (this.#yEnd / HEADROOM));
    return s("rect", {
      x: this.#x(step) - COLUMN_WIDTH / 2, y: top, width: COLUMN_WIDTH, height: HEIGHT - MARGIN.bottom - top,
    });
  }

  /**
   * @param {QualityCurves["labels"]} labels
   * @param {QualityCurves["format"]} format
   * @param {number} most  that a column counts; 0: there are none
   */
  #drawAxes(labels, format, most) {
    const bottom = HEIGHT - MARGIN.bottom;
    const right = this.#width - MARGIN.right;
    const steps = this.#width < 480 ? 2 : 4;
    this.#axes.replaceChildren(
      ...ticks(this.#yEnd / HEADROOM).flatMap((value) => {
        const y = this.#y(value);
        return [
          s("line", { class: value === 0 ? "base" : "grid", x1: MARGIN.left, x2: right, y1: y, y2: y }),
          s("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, format(value)),
        ];
      }),
      ...(most > 0 ? [0, most / 2, most] : []).map((count) => {
        const y = this.#y((count / most) * (this.#yEnd / HEADROOM));
        return s("text", { class: "choices", x: right + 8, y: y + 4 }, String(count));
      }),
      ...Array.from({ length: steps + 1 }, (_, index) => {
        const step = Math.round((index / steps) * this.#xEnd);
        return s("text", { x: this.#x(step), y: bottom + 18, "text-anchor": "middle" }, format(step));
      }),
      s("text", {
        class: "axis-name", x: this.#x(this.#xEnd / 2), y: HEIGHT - 4, "text-anchor": "middle",
      }, labels.x),
      s("text", { class: "axis-name", x: 4, y: 11 }, labels.value),
      s("text", { class: "axis-name choices", x: this.#width - 4, y: 11, "text-anchor": "end" },
        most > 0 ? labels.count : ""));
  }

  /**
   * @param {number|null} bound
   * @param {string} label
   */
  #drawBound(bound, label) {
    this.#bound.replaceChildren();
    if (bound === null) return;
    const y = this.#y(bound);
    this.#bound.append(
      s("line", { x1: MARGIN.left, x2: this.#width - MARGIN.right, y1: y, y2: y }),
      s("text", { x: MARGIN.left + 4, y: y - 5 }, label));
  }
}
