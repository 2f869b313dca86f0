// The loss chart with its legend, the value under the pointer or the arrow keys, and the same figures as a
// table.

import { lastStep } from "../../state/app_state.js";
import { charactersPerToken, floorLoss, isWithoutText, vocabularySize } from "../../state/run_settings.js";
import { smooth } from "../../state/smooth.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { choicesFigure, lossFigure } from "../../parts/loss_figures.js";
import { ChartTable } from "./chart_table.js";
import { Counting } from "./counting.js";
import { LossDrawing } from "./loss_drawing.js";
import { Plot } from "./plot.js";
import { setWords } from "../../parts/terms.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

const TABLE_ROWS = 12;
const COLUMNS = ["step", "training", "validation", "choices"];
const CURVES = ["training", "validation", "chance"];

export class LossChart extends View {
  #drawing = new LossDrawing();
  #plot = new Plot("loss-chart", "chart.label", this.#drawing, {
    count: () => this.state.history.steps.length,
    stepOf: (index) => this.state.history.steps[index].step,
    nearest: (x) => this.#nearest(x),
    describe: (index) => this.#describe(index),
    show: (index) => this.#show(index),
  });
  #value = h("p", { class: "chart-value", id: "chart-value" });
  #table = new ChartTable("chart.table", COLUMNS.map((name) => `chart.${name}`), () => this.#tableRows());
  #keys = Object.fromEntries([...CURVES, "floor"].map((name) =>
    [name, h("li", { class: `key-${name}`, "data-words": `chart.${name}` })]));
  /** Its words come with what it names. */
  #countingKey = h("li", { class: "key-counting", hidden: true });
  #about = h("p", { id: "chart-about" });
  #counting = new Counting(() => this.update(this.state));
  #beaten = h("p", { class: "chart-beaten", id: "chart-beaten" });
  /** @type {readonly number[]} */
  #smoothed = [];
  /** @type {unknown[]} */
  #drawn = [];

  build() {
    this.#plot.fit(() => {
      this.#drawn = [];
      this.update(this.state);
    });
    return [
      h("figure", { class: "chart" },
        h("ul", { class: "legend", "aria-hidden": "true" },
          ...CURVES.map((name) => this.#keys[name]), this.#countingKey, this.#keys.floor),
        this.#plot.element, this.#value, this.#beaten,
        h("figcaption", { class: "note" }, h("p", { "data-words": "chart.caption" }), this.#about)),
      this.#table.element,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history, info, running } = state;
    const vocabulary = info?.vocab_size ?? vocabularySize(state);
    const total = lastStep(state);
    const floor = floorLoss(state);
    const counting = this.#counting.of(this.controller.training, state);
    const { steps, evaluations } = history;
    const drawn = [steps, evaluations, vocabulary, total, floor, counting, this.words.language];
    if (drawn.every((part, index) => part === this.#drawn[index])) return;
    this.#drawn = drawn;
    this.#smoothed = smooth(steps);
    const chance = Math.log(vocabulary);
    this.#drawing.draw({
      training: steps, smoothed: this.#smoothed, chance, floor, total,
      counting: counting.map(({ name, loss }) => (
        { loss, label: this.words.say(`counting.${name}`, { loss: lossFigure(loss, this.words) }) })),
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
    const hasValidation = info?.validation_tokens !== 0 || isWithoutText(running);
    this.#keys.validation.hidden = !hasValidation;
    this.#keys.floor.hidden = floor === null;
    this.#countingKey.hidden = counting.length === 0;
    if (counting.length > 0) setText(this.#countingKey, this.words.say("counting.key"));
    setWords(this.#beaten, this.#sayBeaten(counting), this.words);
    const about = !hasValidation ? "text.no_validation"
      : floor === null ? "chart.about_own" : "chart.about_contes";
    setWords(this.#about, this.words.say(about), this.words);
    setAttributes(this.#plot.element, {
      "data-points": steps.length, "data-last-loss": steps.at(-1)?.loss ?? "",
      "data-validation-points": evaluations.length, "data-floor": floor ?? "",
      "data-counting": counting.map(({ loss }) => loss).join(" "),
    });
    this.#plot.update();
    this.#table.update();
  }

  /** Points at a step, or shows the figures of the newest where none is. @param {number|null} index */
  #show(index) {
    const report = index === null ? undefined : this.state.history.steps[index];
    this.#drawing.point(report ? { step: report.step, loss: this.#smoothed[index ?? 0] } : null);
    setText(this.#value, this.#describe(this.#plot.index));
  }

  /** @param {number} x  pixels from the drawing's left @returns {number} index in the list of steps */
  #nearest(x) {
    const { steps } = this.state.history;
    return Math.min(steps.length - 1, Math.max(0, this.#drawing.stepAt(x) - steps[0].step));
  }

  /** @param {number} index  in the list of steps */
  #describe(index) {
    const { steps, evaluations } = this.state.history;
    if (index < 0) return this.words.say("chart.empty");
    const { step } = steps[index];
    const loss = this.#smoothed[index];
    const training = this.#sayLoss(step, loss);
    const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
    if (!evaluation) return training;
    const { validation_loss, examples } = evaluation;
    const validation = { n: examples, loss: lossFigure(validation_loss, this.words), step: evaluation.step };
    return `${training} ${this.words.say("chart.value_validation", validation)}`;
  }

  /**
   * @param {number} step
   * @param {number} nats  a token, at that step
   */
  #sayLoss(step, nats) {
    const { words, state } = this;
    const unit = `train.unit.${state.running?.tokenizer.kind ?? "chars"}`;
    const [loss, choices] = [lossFigure(nats, words), choicesFigure(nats, words)];
    const said = words.say("chart.value", {
      nats, loss, choices, step: words.number(step),
      unit: words.say(unit, { n: 1 }), units: words.say(unit, { n: 2 }),
    });
    const characters = charactersPerToken(state);
    if (!characters || Number.isNaN(nats)) return said;
    const bits = nats / Math.LN2 / characters;
    return `${said} ${words.say("chart.bits", { n: bits, bits: lossFigure(bits, words) })}`;
  }

  /**
   * @param {readonly import("./counting.js").Counted[]} counting
   * @returns {string} since which step the model is better than counting is
   */
  #sayBeaten(counting) {
    if (counting.length === 0) return "";
    const list = counting.flatMap(({ name, loss }) => {
      const better = this.state.history.evaluations.find(({ validation_loss }) => validation_loss < loss);
      return better ? [this.words.say(`counting.beaten.${name}`, { step: better.step })] : [];
    });
    if (list.length === 0) return this.words.say("counting.beaten.none");
    return this.words.say("counting.beaten.by", { list: this.words.list(list) });
  }

  /** @returns {string[][]} some of the steps, evenly spread */
  #tableRows() {
    const { steps, evaluations } = this.state.history;
    const count = Math.min(TABLE_ROWS, steps.length);
    const chosen = Array.from({ length: count }, (_, row) => (
      Math.round((row / Math.max(1, count - 1)) * (steps.length - 1))));
    return chosen.map((index) => {
      const { step } = steps[index];
      const evaluation = evaluations.findLast((candidate) => candidate.step <= step);
      return [
        this.words.number(step), lossFigure(this.#smoothed[index], this.words),
        evaluation ? lossFigure(evaluation.validation_loss, this.words) : "–",
        choicesFigure(this.#smoothed[index], this.words),
      ];
    });
  }
}
