// How good the samples are, beside the loss: a curve for the reader's own text, a curve and columns for
// tales, and the same figures as a table.

import { lastStep } from "../../state/app_state.js";
import { chosenContes, talesLanguage } from "../../state/run_settings.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { qualitySentence, rightFigure } from "../../parts/quality_figures.js";
import { View } from "../../parts/view.js";
import { ChartTable } from "./chart_table.js";
import { Plot } from "./plot.js";
import { QualityDrawing } from "./quality_drawing.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/run_history.js").Sample} Sample */
/** @typedef {import("../../state/quality.js").Quality} Quality */
/** @typedef {Sample & {quality: Quality}} JudgedSample */

/** Length of a tale, on average, to the nearest ten. */
const TENS = 10;
const COLUMNS = {
  tales: ["chart.step", "quality.key.right", "quality.key.whole"],
  words: ["chart.step", "quality.key.words"],
};

export class QualityChart extends View {
  #drawing = new QualityDrawing();
  /** @type {readonly JudgedSample[]} */
  #samples = [];
  #plot = new Plot("quality-chart", "quality.label", this.#drawing, {
    count: () => this.#samples.length,
    stepOf: (index) => this.#samples[index].step,
    nearest: (x) => this.#drawing.nearest(this.#samples.map(pointOf), x),
    describe: (index) => this.#describe(index),
    show: (index) => this.#show(index),
  });
  #value = h("p", { class: "chart-value", id: "quality-value" });
  #about = h("p", { class: "prose", id: "quality-about" });
  #keys = Object.fromEntries(["right", "whole", "words"].map((name) =>
    [name, h("li", { class: `key-${name}`, "data-words": `quality.key.${name}` })]));
  #ofTales = new ChartTable("quality.table", COLUMNS.tales, () => this.#rows());
  #ofWords = new ChartTable("quality.table", COLUMNS.words, () => this.#rows());
  /** @type {unknown[]} */
  #drawn = [];

  build() {
    this.#plot.fit(() => {
      this.#drawn = [];
      this.update(this.state);
    });
    return [
      this.#about,
      h("figure", { class: "chart" },
        h("ul", { class: "legend", "aria-hidden": "true" }, ...Object.values(this.#keys)),
        this.#plot.element, this.#value),
      this.#ofTales.element, this.#ofWords.element,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history: { samples }, running, settings } = state;
    const contes = chosenContes(state);
    const total = lastStep(state);
    const ofTales = running ? talesLanguage(running.source) !== null : settings.text !== "own";
    const drawn = [samples, contes, total, ofTales, this.words.language];
    if (drawn.every((part, index) => part === this.#drawn[index])) return;
    this.#drawn = drawn;
    this.#samples = /** @type {JudgedSample[]} */ (samples.filter(({ quality }) => quality));
    this.#keys.right.hidden = this.#keys.whole.hidden = !ofTales;
    this.#keys.words.hidden = this.#ofWords.element.hidden = ofTales;
    this.#ofTales.element.hidden = !ofTales;
    const length = ofTales && contes ? taleLength(contes.stories) : null;
    const about = aboutKey(samples, ofTales);
    const inAll = length !== null && about === "quality.about_tales"
      ? this.words.say("quality.about_length", { n: length }) : "";
    setText(this.#about, `${this.words.say(about)} ${inAll}`.trim());
    const of = this.#samples.find(({ quality }) => quality.kind === "tales")?.texts.length ?? 0;
    this.#drawing.draw({
      points: this.#samples.map(pointOf), total, most: of, bound: length, end: ofTales ? null : 100,
      labels: {
        x: this.words.say("chart.step"),
        value: this.words.say(ofTales ? "quality.axis.right" : "quality.axis.words"),
        count: this.words.say("quality.axis.whole", { of }),
        bound: length === null ? "" : this.words.say("quality.whole_length", { n: length }),
      },
      format: (value) => this.words.number(value),
    });
    setAttributes(this.#plot.element, { "data-points": this.#samples.length });
    this.#plot.update();
    for (const table of [this.#ofTales, this.#ofWords]) table.update();
  }

  /** @param {number|null} index  of the sample that is pointed at */
  #show(index) {
    this.#drawing.point(index === null ? null : pointOf(this.#samples[index]));
    setText(this.#value, this.#describe(this.#plot.index));
  }

  /** @param {number} index  of a sample */
  #describe(index) {
    if (index < 0) return this.words.say("quality.empty");
    const { step, quality } = this.#samples[index];
    return this.words.say("quality.value", { step, said: qualitySentence(quality, this.words) });
  }

  /** @returns {string[][]} */
  #rows() {
    return this.#samples.map(({ step, quality }) => [this.words.number(step), ...quality.kind === "words"
      ? [this.words.percent(quality.share)]
      : [rightFigure(quality, this.words), this.words.say("quality.count", quality)]]);
  }
}

/** @param {JudgedSample} sample @returns {import("./quality_drawing.js").QualityPoint} */
function pointOf({ step, quality }) {
  return quality.kind === "words"
    ? { step, value: 100 * quality.share, count: null }
    : { step, value: quality.right, count: quality.whole };
}

/**
 * @param {readonly Sample[]} samples
 * @param {boolean} ofTales
 * @returns {string} key of the sentence that says what the curve is, or why there is none
 */
function aboutKey(samples, ofTales) {
  if (samples.some(({ quality }) => quality === null)) {
    return ofTales ? "quality.no_tale" : "quality.no_words";
  }
  return ofTales ? "quality.about_tales" : "quality.about_words";
}

/** @param {readonly {text: string}[]} stories @returns {number|null} characters */
function taleLength(stories) {
  if (stories.length === 0) return null;
  const characters = stories.reduce((sum, { text }) => sum + text.length, 0) / stories.length;
  return TENS * Math.round(characters / TENS);
}
