// The loss chart with its legend, the value under the pointer or the arrow keys, and the same figures as a
// table.

import { lastStep } from "../../state/app_state.js";
import { floorLoss, vocabularySize } from "../../state/run_settings.js";
import { smooth } from "../../state/smooth.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { choicesFigure, lossFigure } from "../../parts/loss_figures.js";
import { LossDrawing } from "./loss_drawing.js";
import { setWords } from "../../parts/terms.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

const TABLE_ROWS = 12;
const COLUMNS = ["step", "training", "validation", "choices"];
const CURVES = ["training", "validation", "chance"];

export class LossChart extends View {
  #drawing = new LossDrawing();
  #plot = h("div", {
    id: "loss-chart", class: "plot", role: "slider", tabindex: 0, "data-label": "chart.label",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerleave: () => this.#leave(), blur: () => this.#leave(), focus: () => this.#tell(),
  }, this.#drawing.element);
  #value = h("p", { class: "chart-value", id: "chart-value" });
  #rows = h("tbody");
  #table = h("details", { toggle: () => this.#fillTable() }, h("summary", { "data-words": "chart.table" }),
    h("div", { class: "scroll", tabindex: 0, role: "region", "data-label": "chart.table" },
      h("table", {}, h("thead", {}, h("tr", {}, ...COLUMNS.map((name) => h("th", {
        scope: "col", "data-words": `chart.${name}`,
      })))), this.#rows)));
  #keys = Object.fromEntries([...CURVES, "floor"].map((name) =>
    [name, h("li", { class: `key-${name}`, "data-words": `chart.${name}` })]));
  #about = h("p", { id: "chart-about" });
  /** The pointed-at place in the list of steps, or none. @type {number|null} */
  #cursor = null;
  /** @type {number[]} */
  #smoothed = [];
  /** @type {unknown[]} */
  #drawn = [];

  build() {
    new ResizeObserver(([entry]) => {
      this.#drawing.resize(Math.max(240, Math.floor(entry.contentRect.width)));
      this.#drawn = [];
      this.update(this.state);
    }).observe(this.#plot);
    return [
      h("figure", { class: "chart" },
        h("ul", { class: "legend", "aria-hidden": "true" },
          ...CURVES.map((name) => this.#keys[name]), this.#keys.floor),
        this.#plot, this.#value,
        h("figcaption", { class: "note" }, h("p", { "data-words": "chart.caption" }), this.#about)),
      this.#table,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history, info } = state;
    const vocabulary = info?.vocab_size ?? vocabularySize(state);
    const total = lastStep(state);
    const floor = floorLoss(state);
    const drawn = [history.steps, history.evaluations, vocabulary, total, floor, this.words.language];
    if (drawn.every((part, index) => part === this.#drawn[index])) return;
    this.#drawn = drawn;
    const { steps, evaluations } = history;
    this.#smoothed = smooth(steps);
    const chance = Math.log(vocabulary);
    this.#drawing.draw({
      training: steps, smoothed: this.#smoothed, chance, floor, total,
      validation: evaluations.map(({ step, validation_loss }) => ({ step, loss: validation_loss })),
      labels: {
        x: this.words.say("chart.step"), y: this.words.say("chart.nats"),
        choices: this.words.say("chart.choices"),
        chance: this.words.say("chart.chance_line", { chance: lossFigure(chance, this.words), vocabulary }),
        floor: floor === null
          ? "" : this.words.say("chart.floor_line", { floor: lossFigure(floor, this.words) }),
      },
      format: (value) => this.words.number(value),
    });
    // Of a very short text nothing is set aside.
    const hasValidation = info?.validation_tokens !== 0;
    this.#keys.validation.hidden = !hasValidation;
    this.#keys.floor.hidden = floor === null;
    const about = !hasValidation ? "text.no_validation"
      : floor === null ? "chart.about_own" : "chart.about_contes";
    setWords(this.#about, this.words.say(about), this.words);
    if (this.#cursor !== null && this.#cursor >= steps.length) this.#cursor = null;
    setAttributes(this.#plot, {
      "data-points": steps.length, "data-last-loss": steps.at(-1)?.loss ?? "",
      "data-validation-points": evaluations.length, "data-floor": floor ?? "",
    });
    this.#showCursor();
    // A value that changes while it has the focus is read out: then only what the reader points at is told.
    if (document.activeElement !== this.#plot) this.#tell();
    this.#fillTable();
  }

  /** Points at the chosen step, or shows the figures of the newest where none is. */
  #showCursor() {
    const index = this.#pointedAt();
    const report = this.state.history.steps[index];
    const pointed = this.#cursor !== null && report;
    this.#drawing.point(pointed ? { step: report.step, loss: this.#smoothed[index] } : null);
    setText(this.#value, this.#describe(index));
  }

  /** Lets a screen reader know the value of now. */
  #tell() {
    const { steps } = this.state.history;
    const index = this.#pointedAt();
    setAttributes(this.#plot, {
      "aria-valuemin": 0, "aria-valuemax": steps.at(-1)?.step ?? 0, "aria-valuenow": steps[index]?.step ?? 0,
      "aria-valuetext": this.#describe(index),
    });
  }

  /** @returns {number} index in the list of steps; -1 before the first step */
  #pointedAt() {
    return this.#cursor ?? this.state.history.steps.length - 1;
  }

  /** @param {number} index  in the list of steps */
  #describe(index) {
    const { steps, evaluations } = this.state.history;
    if (index < 0) return this.words.say("chart.empty");
    const { step } = steps[index];
    const loss = this.#smoothed[index];
    const training = this.words.say("chart.value", {
      step, loss: lossFigure(loss, this.words), choices: choicesFigure(loss, this.words),
    });
    const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
    if (!evaluation) return training;
    const { validation_loss, examples } = evaluation;
    const validation = { n: examples, loss: lossFigure(validation_loss, this.words), step: evaluation.step };
    return `${training} ${this.words.say("chart.value_validation", validation)}`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const last = this.state.history.steps.length - 1;
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
    this.#showCursor();
    this.#tell();
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const { steps } = this.state.history;
    if (steps.length === 0) return;
    const step = this.#drawing.stepAt(event.clientX - this.#plot.getBoundingClientRect().left);
    this.#cursor = Math.min(steps.length - 1, Math.max(0, step - steps[0].step));
    this.#showCursor();
  }

  #leave() {
    this.#cursor = null;
    this.#showCursor();
  }

  #fillTable() {
    if (!this.#table.open) return;
    const { steps, evaluations } = this.state.history;
    const count = Math.min(TABLE_ROWS, steps.length);
    const chosen = Array.from({ length: count }, (_, row) => (
      Math.round((row / Math.max(1, count - 1)) * (steps.length - 1))));
    this.#rows.replaceChildren(...chosen.map((index) => {
      const { step } = steps[index];
      const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
      return h("tr", {}, h("th", { scope: "row" }, this.words.number(step)),
        h("td", {}, lossFigure(this.#smoothed[index], this.words)),
        h("td", {}, evaluation ? lossFigure(evaluation.validation_loss, this.words) : "–"),
        h("td", {}, choicesFigure(this.#smoothed[index], this.words)));
    }));
  }
}
