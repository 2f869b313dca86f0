// One number in the hand: any number of the model, picked from a picture of them, moved, and put back.

import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { AskingView } from "./asking_view.js";
import { compare } from "./comparison.js";
import { languageOfModel } from "../../parts/text_language.js";
import { NumberPicture } from "./number_picture.js";
import { Outcomes } from "./outcomes.js";
import { passage } from "./passage.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("../../../api/messages.js").BillEntry} BillEntry */

/** How far the slider goes on both sides, in sizes of the largest number of the same kind. */
const REACH = 8;
/** Steps of the slider on each side. */
const STEPS = 200;

export class DismantleNumber extends AskingView {
  /** @type {readonly BillEntry[]} */
  #bill = [];
  /** The parameter that is shown, by its place in the bill. */
  #parameter = 0;
  /** @type {{rows: number, columns: number, values: Float32Array, largest: number}|null} */
  #numbers = null;
  #cell = { row: 0, column: 0 };
  /** What the number is now; null: what the model has. @type {number|null} */
  #value = null;
  #choice = h("select", { id: "number-parameter", change: () => this.#choose(this.#choice.selectedIndex) });
  #picture = new NumberPicture((row, column) => this.#pick(row, column));
  #slider = h("input", {
    id: "number-value", type: "range", min: -STEPS, max: STEPS, step: 1, "aria-describedby": "number-said",
    input: () => this.#drag(Number(this.#slider.value)),
  });
  #said = h("p", { class: "number-said", id: "number-said" });
  #put = button({ id: "number-back", "data-words": "dismantle.put_back" }, () => this.#become(null));
  #break = button({ id: "number-break", class: "quiet", "data-words": "dismantle.break_it" },
    () => this.#drag(STEPS));
  #largest = button({ id: "number-largest", class: "quiet", "data-words": "dismantle.largest" },
    () => this.#pickLargest());
  #random = button({ class: "quiet", "data-words": "dismantle.random" }, () => this.#pickRandom());
  #outcomes = new Outcomes("dismantle.one_changed");
  #panel = h("div", {},
    h("div", { class: "number-desk" },
      h("div", { class: "number-choice" },
        h("label", { for: "number-parameter", "data-words": "dismantle.matrix" }), this.#choice,
        this.#picture.element,
        h("div", { class: "row" }, this.#largest, this.#random)),
      h("div", { class: "number-hand" },
        h("label", { for: "number-value", "data-words": "dismantle.value" }), this.#slider, this.#said,
        h("div", { class: "row" }, this.#put, this.#break))),
    this.#outcomes.element,
    h("p", { class: "takeaway", "data-words": "dismantle.number_lesson" }));
  #empty = h("p", { class: "empty", "data-words": "dismantle.no_model" });
  /** The parameters that can be chosen, and the language they are named in. @type {[unknown, string]} */
  #offered = [null, ""];
  /** Whose numbers are shown. @type {unknown} */
  #of = null;

  build() {
    passage.addEventListener("change", () => this.changeQuestion());
    return [this.problem, this.#empty, this.#panel];
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    this.#empty.hidden = state.info !== null;
    this.#panel.hidden = state.info === null;
    setInUse(this.#put, this.#value !== null);
  }

  /** @param {Model} model */
  async ask(model) {
    const { running } = this.state;
    if (this.#of !== running) await this.#begin(model);
    this.#of = running;
    if (this.#value === null) await this.#read(model);
    const { row, column } = this.#cell;
    const value = this.#value;
    const numbers = [{ parameter: this.#parameter, row, column, value: value ?? 0 }];
    const { whole, changed } = await compare(model, this.state, value === null ? null : { numbers });
    this.#draw();
    this.#outcomes.draw(whole, changed, languageOfModel(this.state), this.words);
    setAttributes(this.#outcomes.element, { "data-value": value });
  }

  /** Another model: its last norm is shown, whose every number counts. @param {Model} model */
  async #begin(model) {
    this.#bill = (await model.bill()).answer;
    this.#parameter = this.#bill.length - 1;
    this.#cell = { row: 0, column: 0 };
    this.#value = null;
    this.#numbers = null;
  }

  /** @param {Model} model */
  async #read(model) {
    const isFirst = this.#numbers === null;
    const { answer: { shape: [rows, columns], values } } = await model.parameter(this.#parameter);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    this.#numbers = { rows, columns, values, largest };
    if (isFirst) this.#cell = this.#largestCell();
  }

  #draw() {
    const { words } = this;
    if (!this.#numbers) return;
    const { rows, columns, values, largest } = this.#numbers;
    this.#offerParameters();
    this.#picture.draw(this.#numbers, this.#cell, words);
    const { row, column } = this.#cell;
    const before = values[row * columns + column];
    const value = this.#value ?? before;
    const position = Math.round(value / (largest * REACH) * STEPS);
    // One that is being dragged stays where the finger is.
    if (this.#value === null) this.#slider.value = String(position);
    setAttributes(this.#slider, { "aria-valuetext": short(value, words) });
    setText(this.#said, words.say(this.#value === null ? "dismantle.number_is" : "dismantle.number_was", {
      value: short(value, words), before: short(before, words),
      row: row + 1, rows, column: column + 1, columns,
    }));
    setAttributes(this.#said, { "data-before": before, "data-row": row, "data-column": column });
    setInUse(this.#put, this.#value !== null);
  }

  #offerParameters() {
    const { language } = this.words;
    if (this.#offered[0] !== this.#bill || this.#offered[1] !== language) {
      this.#choice.replaceChildren(...this.#bill.map((entry) => h("option", {}, nameOf(entry, this.words))));
    }
    this.#offered = [this.#bill, language];
    this.#choice.selectedIndex = this.#parameter;
  }

  /** @param {number} parameter */
  #choose(parameter) {
    this.#parameter = parameter;
    this.#numbers = null;
    this.#become(null);
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #pick(row, column) {
    this.#cell = { row, column };
    this.#value = null;
    this.#draw();
    this.changeQuestion();
  }

  #largestCell() {
    const { values = new Float32Array(), columns = 1 } = this.#numbers ?? {};
    let at = 0;
    values.forEach((value, index) => { if (Math.abs(value) > Math.abs(values[at])) at = index; });
    return { row: Math.floor(at / columns), column: at % columns };
  }

  #pickLargest() {
    const { row, column } = this.#largestCell();
    this.#pick(row, column);
  }

  #pickRandom() {
    const { rows = 1, columns = 1 } = this.#numbers ?? {};
    this.#pick(Math.floor(Math.random() * rows), Math.floor(Math.random() * columns));
  }

  /** @param {number} position  of the slider */
  #drag(position) {
    if (!this.#numbers) return;
    this.#slider.value = String(position);
    this.#become(position / STEPS * this.#numbers.largest * REACH);
  }

  /** @param {number|null} value */
  #become(value) {
    this.#value = value;
    this.#draw();
    this.changeQuestion();
  }
}

/**
 * @param {BillEntry} entry
 * @param {import("../../state/words.js").Words} words
 */
function nameOf({ name, part, layer }, words) {
  const kind = name.match(/(\w+)\.weight$/)?.[1] ?? part;
  const where = layer === null || layer === undefined ? ""
    : words.say("dismantle.of_layer", { n: layer + 1 });
  return words.say(`dismantle.parameter.${kind}`) + where;
}

/**
 * @param {number} value
 * @param {import("../../state/words.js").Words} words
 */
function short(value, words) {
  return words.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
}
