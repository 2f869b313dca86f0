// The loss chart with its legend, the value under the pointer or the arrow keys, and the same figures as a table.

import { floorLoss, vocabularySize } from "../state/run_settings.js";
import { smooth } from "../state/smooth.js";
import { h, setAttributes, setText } from "./dom.js";
import { LossDrawing } from "./loss_drawing.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

const TABLE_ROWS = 12;

export class LossChart extends View {
  #drawing = new LossDrawing();
  #plot = h("div", {
    id: "loss-chart", class: "plot", role: "slider", tabindex: 0, "data-label": "chart.label", "aria-describedby": "chart-value",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerleave: () => this.#leave(), blur: () => this.#leave(),
  }, this.#drawing.element);
  #value = h("p", { class: "chart-value", id: "chart-value" });
  #rows = h("tbody");
  #table = h("details", { toggle: () => this.#fillTable() }, h("summary", { "data-words": "chart.table" }),
    h("div", { class: "scroll", tabindex: 0, role: "region", "data-label": "chart.table" },
      h("table", {}, h("thead", {}, h("tr", {}, ...["step", "training", "validation", "choices"].map((name) => h("th", { scope: "col", "data-words": `chart.${name}` })))), this.#rows)));
  #floorKey = h("li", { class: "key-floor", "data-words": "chart.floor" });
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
        h("ul", { class: "legend", "aria-hidden": "true" }, ...["training", "validation", "chance"].map((name) => h("li", { class: `key-${name}`, "data-words": `chart.${name}` })), this.#floorKey),
        this.#plot, this.#value,
        h("figcaption", { class: "note" }, h("p", { "data-words": "chart.caption" }), this.#about)),
      this.#table,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history, info } = state;
    const vocabulary = info?.vocab_size ?? vocabularySize(state);
    const total = info?.train.steps ?? state.settings.steps;
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
        x: this.words.say("chart.step"), y: this.words.say("chart.nats"), choices: this.words.say("chart.choices"),
        chance: this.words.say("chart.chance_line", { chance: this.#decimal(chance), vocabulary }),
        floor: floor === null ? "" : this.words.say("chart.floor_line", { floor: this.#decimal(floor) }),
      },
      format: (value) => this.words.number(value),
    });
    this.#floorKey.hidden = floor === null;
    setText(this.#about, this.words.say(floor === null ? "chart.about_own" : "chart.about_contes"));
    if (this.#cursor !== null && this.#cursor >= steps.length) this.#cursor = null;
    setAttributes(this.#plot, { "data-points": steps.length, "data-last-loss": steps.at(-1)?.loss ?? "", "data-validation-points": evaluations.length, "data-floor": floor ?? "" });
    this.#showCursor();
    this.#fillTable();
  }

  /** Points at the chosen step, or tells the newest where none is. */
  #showCursor() {
    const { steps } = this.state.history;
    const index = this.#cursor ?? steps.length - 1;
    const report = steps[index];
    this.#drawing.point(this.#cursor === null || !report ? null : { step: report.step, loss: this.#smoothed[index] });
    const text = report ? this.#describe(index) : this.words.say("chart.empty");
    setText(this.#value, text);
    setAttributes(this.#plot, { "aria-valuemin": 0, "aria-valuemax": steps.at(-1)?.step ?? 0, "aria-valuenow": report?.step ?? 0, "aria-valuetext": text });
  }

  /** @param {number} index  in the list of steps */
  #describe(index) {
    const { steps, evaluations } = this.state.history;
    const { step } = steps[index];
    const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
    const loss = this.#smoothed[index];
    const training = this.words.say("chart.value", { step, loss: this.#decimal(loss), choices: this.#choices(loss) });
    return evaluation ? `${training} ${this.words.say("chart.value_validation", { loss: this.#decimal(evaluation.validation_loss), step: evaluation.step })}` : training;
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
    const chosen = Array.from({ length: count }, (_, row) => count === 1 ? 0 : Math.round((row / (count - 1)) * (steps.length - 1)));
    this.#rows.replaceChildren(...chosen.map((index) => {
      const { step } = steps[index];
      const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
      return h("tr", {}, h("th", { scope: "row" }, this.words.number(step)), h("td", {}, this.#decimal(this.#smoothed[index])),
        h("td", {}, evaluation ? this.#decimal(evaluation.validation_loss) : "–"), h("td", {}, this.#choices(this.#smoothed[index])));
    }));
  }

  /** @param {number} loss */
  #decimal(loss) {
    return this.words.number(loss, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  /** @param {number} loss */
  #choices(loss) {
    return this.words.number(Math.exp(loss), { maximumSignificantDigits: 2 });
  }
}
