// Draws losses against steps as SVG: the curve, its dots, the validation, chance, the floor, and a cursor. No words of
// its own.

import { s, setAttributes } from "./dom.js";

const HEIGHT = 260;
const MARGIN = { top: 16, right: 46, bottom: 40, left: 46 };
/** Ends of the step axis: it grows in a few calm leaps rather than with every step. */
const LEAPS = [20, 40, 100, 200, 300, 400, 600, 800, 1000, 1500, 2000, 3000, 4000, 6000, 8000];
/** More dots than this cannot be told apart on any screen, and each costs time. */
const MAX_DOTS = 1500;

/** @typedef {{step: number, loss: number}} Point */

/**
 * @typedef {object} Curves
 * @property {readonly Point[]} training
 * @property {readonly number[]} smoothed    one a training point
 * @property {readonly Point[]} validation
 * @property {number} chance                 ln V
 * @property {number|null} floor             entropy of the text, where it is known
 * @property {number} total                  steps of the whole schedule
 * @property {{x: string, y: string, choices: string, chance: string, floor: string}} labels
 * @property {(value: number) => string} format
 */

export class LossDrawing {
  element = s("svg", { class: "chart-svg", "aria-hidden": "true", height: HEIGHT });
  #axes = s("g", { class: "axes" });
  #chance = s("g", { class: "bound" });
  #floor = s("g", { class: "bound floor" });
  #dots = s("path", { class: "dots" });
  #line = s("path", { class: "line training" });
  #validation = s("path", { class: "line validation" });
  #validationDots = s("path", { class: "validation-dots" });
  #cursor = s("g", { class: "cursor" });
  #width = 640;
  #xEnd = 20;
  #yEnd = 5;

  constructor() {
    this.element.append(this.#axes, this.#chance, this.#floor, this.#dots, this.#line, this.#validation, this.#validationDots, this.#cursor);
  }

  /** @param {number} width  pixels */
  resize(width) {
    this.#width = width;
    setAttributes(this.element, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
  }

  /** @param {Curves} curves */
  draw({ training, smoothed, validation, chance, floor, total, labels, format }) {
    const last = training.at(-1)?.step ?? 0;
    this.#xEnd = Math.max(Math.min(total, LEAPS.find((leap) => leap >= last) ?? Math.ceil(last / 4000) * 4000), last, 10);
    this.#yEnd = 1.12 * Math.max(chance, ...validation.map(({ loss }) => loss), ...smoothed.slice(0, 3), 1);
    this.#drawAxes(labels, format);
    this.#drawBound(this.#chance, chance, labels.chance);
    this.#drawBound(this.#floor, floor, labels.floor);
    const stride = Math.ceil(training.length / MAX_DOTS);
    const dots = training.filter((_, index) => index % stride === 0);
    setAttributes(this.#dots, { d: dots.map(({ step, loss }) => `M${this.#at(step, loss)}h0`).join("") });
    const line = training.map(({ step }, index) => ({ step, loss: smoothed[index] })).filter((_, index) => index % stride === 0 || index === training.length - 1);
    setAttributes(this.#line, { d: this.#path(line) });
    setAttributes(this.#validation, { d: this.#path(validation) });
    setAttributes(this.#validationDots, { d: validation.map(({ step, loss }) => `M${this.#at(step, loss)}h0`).join("") });
  }

  /**
   * The step under a place on the drawing.
   * @param {number} x  pixels from the drawing's left
   */
  stepAt(x) {
    return Math.round(((x - MARGIN.left) / this.#innerWidth) * this.#xEnd);
  }

  /** @param {Point|null} point */
  point(point) {
    this.#cursor.replaceChildren();
    if (!point) return;
    const x = this.#x(point.step);
    this.#cursor.append(
      s("line", { x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
      s("circle", { cx: x, cy: this.#y(point.loss), r: 5 }));
  }

  get #innerWidth() {
    return this.#width - MARGIN.left - MARGIN.right;
  }

  /** @param {number} step */
  #x(step) {
    return MARGIN.left + (step / this.#xEnd) * this.#innerWidth;
  }

  /** @param {number} loss */
  #y(loss) {
    const share = Math.min(1, Math.max(0, loss / this.#yEnd));
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }

  /**
   * @param {number} step
   * @param {number} loss
   */
  #at(step, loss) {
    return `${this.#x(step).toFixed(1)} ${this.#y(loss).toFixed(1)}`;
  }

  /** @param {readonly Point[]} points */
  #path(points) {
    return points.map(({ step, loss }, index) => `${index === 0 ? "M" : "L"}${this.#at(step, loss)}`).join("");
  }

  /**
   * @param {Curves["labels"]} labels
   * @param {Curves["format"]} format
   */
  #drawAxes(labels, format) {
    const bottom = HEIGHT - MARGIN.bottom;
    const right = this.#width - MARGIN.right;
    const rows = Array.from({ length: Math.floor(this.#yEnd) + 1 }, (_, loss) => loss)
      .filter((loss) => (this.#yEnd < 8 || loss % 2 === 0) && this.#y(loss) > MARGIN.top + 10);
    const columns = this.#width < 480 ? 2 : 4;
    this.#axes.replaceChildren(
      ...rows.flatMap((loss) => {
        const y = this.#y(loss);
        return [
          s("line", { class: loss === 0 ? "base" : "grid", x1: MARGIN.left, x2: right, y1: y, y2: y }),
          s("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, format(loss)),
          // The same height read as a number of equally likely choices.
          s("text", { class: "choices", x: right + 8, y: y + 4 }, format(Number(Math.exp(loss).toPrecision(2)))),
        ];
      }),
      ...Array.from({ length: columns + 1 }, (_, index) => {
        const step = Math.round((index / columns) * this.#xEnd);
        return s("text", { x: this.#x(step), y: bottom + 18, "text-anchor": "middle" }, format(step));
      }),
      s("text", { class: "axis-name", x: this.#x(this.#xEnd / 2), y: HEIGHT - 4, "text-anchor": "middle" }, labels.x),
      s("text", { class: "axis-name", x: 4, y: 11 }, labels.y),
      s("text", { class: "axis-name", x: this.#width - 4, y: 11, "text-anchor": "end" }, labels.choices));
  }

  /**
   * A loss that bounds the curve, as a line with its name above.
   * @param {SVGGElement} group
   * @param {number|null} loss
   * @param {string} label
   */
  #drawBound(group, loss, label) {
    group.replaceChildren();
    if (loss === null) return;
    const y = this.#y(loss);
    const right = this.#width - MARGIN.right;
    group.append(
      s("line", { x1: MARGIN.left, x2: right, y1: y, y2: y }),
      s("text", { x: right - 4, y: y - 6, "text-anchor": "end" }, label));
  }
}
