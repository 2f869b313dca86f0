// Draws losses against steps as SVG: the curve, its dots, the validation, chance, the floor, and a cursor. It
// has no words of its own.

import { s, setAttributes } from "../../parts/dom.js";
import { choicesOf } from "../../parts/loss_figures.js";
import { chartScale, shownPoints, ticks } from "./scale.js";

const HEIGHT = 260;
const MARGIN = { top: 16, right: 46, bottom: 40, left: 46 };
/** From one name of a bound to the next, at least. */
const NAME_HEIGHT = 15;
/** Pixels that the longest of them takes. */
const NAME_WIDTH = 150;
/** More choices than this do not fit into the margin. */
const LARGEST_CHOICES = 99_999;

/** @typedef {import("./scale.js").Point} Point */

/**
 * @typedef {object} Curves
 * @property {readonly Point[]} training
 * @property {readonly number[]} smoothed    one a training point
 * @property {readonly Point[]} validation
 * @property {number} chance                 ln V
 * @property {readonly {loss: number, label: string}[]} counting  what counting alone foretells
 * @property {number|null} floor             entropy of the text, where it is known
 * @property {number} total                  steps of the whole schedule
 * @property {{x: string, y: string, choices: string, chance: string, floor: string}} labels
 * @property {(value: number) => string} format
 */

export class LossDrawing {
  element = s("svg", { class: "chart-svg", "aria-hidden": "true", height: HEIGHT });
  #axes = s("g", { class: "axes" });
  #bounds = s("g");
  /** Above the curves, which would make them hard to read. */
  #names = s("g");
  #dots = s("path", { class: "dots" });
  #line = s("path", { class: "line training" });
  #validation = s("path", { class: "line validation" });
  #validationDots = s("path", { class: "validation-dots" });
  #cursor = s("g", { class: "cursor" });
  #width = 640;
  #scale = this.#scaleOf({ lastStep: 0, total: 20, chance: 1, validation: [], smoothed: [] });

  constructor() {
    this.element.append(this.#axes, this.#bounds, this.#dots, this.#line, this.#validation,
      this.#validationDots, this.#names, this.#cursor);
  }

  /** @param {number} width  pixels */
  resize(width) {
    this.#width = width;
    setAttributes(this.element, { width, viewBox: `0 0 ${width} ${HEIGHT}` });
  }

  /** @param {Curves} curves */
  draw({ training, smoothed, validation, chance, counting, floor, total, labels, format }) {
    const lastStep = training.at(-1)?.step ?? 0;
    this.#scale = this.#scaleOf({ lastStep, total, chance, validation, smoothed });
    this.#drawAxes(labels, format);
    // Each name is where the curve is not: it begins at chance, and ends near the floor.
    this.#bounds.replaceChildren();
    this.#names.replaceChildren();
    let lowest = this.#drawBound({ loss: chance, label: labels.chance }, "", "end");
    for (const bound of [...counting].sort((a, b) => b.loss - a.loss)) {
      // Where the curve goes through its name on the right, there is room on the left, below the line.
      const y = this.#scale.y(bound.loss);
      const isCrossed = this.#isCrossed(training, smoothed, y);
      if (isCrossed) this.#drawBound(bound, "counting", "start", y + NAME_HEIGHT);
      else lowest = this.#drawBound(bound, "counting", "end", lowest + NAME_HEIGHT);
    }
    if (floor !== null) this.#drawBound({ loss: floor, label: labels.floor }, "floor", "start");
    const shown = shownPoints(training.length);
    setAttributes(this.#dots, { d: this.#dotted(shown.map((index) => training[index])) });
    setAttributes(this.#line, {
      d: this.#path(shown.map((index) => ({ step: training[index].step, loss: smoothed[index] }))),
    });
    const checks = shownPoints(validation.length).map((index) => validation[index]);
    setAttributes(this.#validation, { d: this.#path(checks) });
    setAttributes(this.#validationDots, { d: this.#dotted(checks) });
  }

  /**
   * The step under a place on the drawing.
   * @param {number} x  pixels from the drawing's left
   */
  stepAt(x) {
    return this.#scale.stepAt(x);
  }

  /** @param {Point|null} point */
  point(point) {
    this.#cursor.replaceChildren();
    if (!point || Number.isNaN(point.loss)) return;
    const x = this.#scale.x(point.step);
    this.#cursor.append(
      s("line", { x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }),
      s("circle", { cx: x, cy: this.#scale.y(point.loss), r: 5 }));
  }

  /** @param {Parameters<typeof chartScale>[0]} numbers */
  #scaleOf(numbers) {
    return chartScale(numbers, {
      left: MARGIN.left, top: MARGIN.top,
      width: this.#width - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom,
    });
  }

  /**
   * @param {number} step
   * @param {number} loss
   */
  #at(step, loss) {
    return `${this.#scale.x(step).toFixed(1)} ${this.#scale.y(loss).toFixed(1)}`;
  }

  /** @param {readonly Point[]} points */
  #dotted(points) {
    return numbersOnly(points).map(({ step, loss }) => `M${this.#at(step, loss)}h0`).join("");
  }

  /** @param {readonly Point[]} points */
  #path(points) {
    const line = numbersOnly(points).map(({ step, loss }) => this.#at(step, loss));
    return line.length > 0 ? `M${line.join("L")}` : "";
  }

  /**
   * @param {Curves["labels"]} labels
   * @param {Curves["format"]} format
   */
  #drawAxes(labels, format) {
    const bottom = HEIGHT - MARGIN.bottom;
    const right = this.#width - MARGIN.right;
    const rows = ticks(this.#scale.yEnd).filter((loss) => this.#scale.y(loss) > MARGIN.top + 10);
    const columns = this.#width < 480 ? 2 : 4;
    this.#axes.replaceChildren(
      ...rows.flatMap((loss) => {
        const y = this.#scale.y(loss);
        const choices = choicesOf(loss) ?? Infinity;
        return [
          s("line", { class: loss === 0 ? "base" : "grid", x1: MARGIN.left, x2: right, y1: y, y2: y }),
          s("text", { x: MARGIN.left - 8, y: y + 4, "text-anchor": "end" }, format(loss)),
          // The same height read as a number of equally likely choices.
          choices > LARGEST_CHOICES
            ? "" : s("text", { class: "choices", x: right + 8, y: y + 4 }, format(choices)),
        ];
      }),
      ...Array.from({ length: columns + 1 }, (_, index) => {
        const step = Math.round((index / columns) * this.#scale.xEnd);
        return s("text", { x: this.#scale.x(step), y: bottom + 18, "text-anchor": "middle" }, format(step));
      }),
      s("text", {
        class: "axis-name", x: this.#scale.x(this.#scale.xEnd / 2), y: HEIGHT - 4, "text-anchor": "middle",
      }, labels.x),
      s("text", { class: "axis-name", x: 4, y: 11 }, labels.y),
      s("text", { class: "axis-name", x: this.#width - 4, y: 11, "text-anchor": "end" }, labels.choices));
  }

  /**
   * @param {readonly Point[]} training
   * @param {readonly number[]} smoothed
   * @param {number} y  of a bound
   * @returns {boolean} whether the curve goes through where its name would be, on the right
   */
  #isCrossed(training, smoothed, y) {
    const left = this.#width - MARGIN.right - NAME_WIDTH;
    const first = training.findIndex(({ step }) => this.#scale.x(step) > left);
    return first >= 0 && smoothed.slice(first).some((loss) => {
      const at = this.#scale.y(loss);
      return at > y - 2 * NAME_HEIGHT && at < y + 2;
    });
  }

  /**
   * A loss that bounds the curve, as a line with its name above.
   * @param {{loss: number, label: string}} bound
   * @param {string} kind  its class
   * @param {"start"|"end"} side  of its name
   * @param {number} [highest]  that its name may stand: below those of others
   * @returns {number} where its name stands
   */
  #drawBound({ loss, label }, kind, side, highest = 0) {
    const y = this.#scale.y(loss);
    const [left, right] = [MARGIN.left, this.#width - MARGIN.right];
    const nameY = Math.max(highest, y - 6);
    const x = side === "end" ? right - 4 : left + 4;
    this.#bounds.append(s("g", { class: `bound ${kind}` },
      s("line", { x1: left, x2: right, y1: y, y2: y })));
    this.#names.append(s("g", { class: `bound ${kind}` },
      s("text", { x, y: nameY, "text-anchor": side }, label)));
    return nameY;
  }
}

/** @param {readonly Point[]} points */
function numbersOnly(points) {
  return points.filter(({ loss }) => !Number.isNaN(loss));
}
