// A direction: what tells some sentences from others inside the model, added to everything it reads.

import { h, setAttributes, setText } from "../../parts/dom.js";
import { AskingView } from "./asking_view.js";
import { compare } from "./comparison.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";
import { Outcomes } from "./outcomes.js";
import { passage } from "./passage.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */

/** Sentences that the model reads of each kind. */
const MOST = 20;

export class DismantleDirection extends AskingView {
  #toward = this.#sentences("toward");
  #away = this.#sentences("away");
  #layer = h("select", { id: "direction-layer", change: () => this.changeQuestion() });
  #slider = h("input", {
    id: "direction-strength", type: "range", min: -3, max: 3, step: 0.25, value: 0,
    input: () => this.#slid(),
  });
  #strength = h("output", { class: "strength", for: "direction-strength" });
  #outcomes = new Outcomes("dismantle.steered");
  #panel = h("div", {},
    h("div", { class: "direction-desk" },
      field("direction-away", "dismantle.away", this.#away),
      field("direction-toward", "dismantle.toward", this.#toward)),
    h("div", { class: "field" },
      h("label", { for: "direction-strength", "data-words": "dismantle.strength" }),
      h("div", { class: "strength-row" },
        h("span", { "data-words": "dismantle.end_away", "aria-hidden": "true" }), this.#slider,
        h("span", { "data-words": "dismantle.end_toward", "aria-hidden": "true" }), this.#strength)),
    h("div", { class: "field layer-field" },
      h("label", { for: "direction-layer", "data-words": "dismantle.where" }), this.#layer),
    this.#outcomes.element,
    h("p", { class: "takeaway", "data-words": "dismantle.direction_lesson" }));
  #empty = h("p", { class: "empty", "data-words": "dismantle.no_model" });
  /** The sentences that the page suggests, in the language of the text. */
  #suggested = "";

  build() {
    passage.addEventListener("change", () => this.changeQuestion());
    return [this.problem, this.#empty, this.#panel];
  }

  /** @param {AppState} state */
  update(state) {
    this.#suggest(languageOfText(state) || this.words.language);
    this.#offerLayers(state.info?.model.n_layer ?? 0);
    this.#empty.hidden = state.info !== null;
    this.#panel.hidden = state.info === null;
    this.#say();
    super.update(state);
  }

  /** @param {Model} model */
  async ask(model) {
    const layer = this.#layer.selectedIndex;
    const strength = Number(this.#slider.value);
    const areas = [this.#toward, this.#away];
    const [toward, away] = await Promise.all(areas.map(({ value }) => fit(model, value)));
    const { answer } = await model.direction(toward, away, layer);
    const steering = [{ layer, direction: [...answer], strength }];
    const { whole, changed } = await compare(model, this.state, strength === 0 ? null : { steering });
    this.#outcomes.draw(whole, changed, languageOfModel(this.state), this.words);
    setAttributes(this.#outcomes.element, { "data-strength": strength, "data-layer": layer });
  }

  /** @param {"toward"|"away"} name */
  #sentences(name) {
    return h("textarea", {
      id: `direction-${name}`, rows: 4, maxlength: 2000, spellcheck: "false", translate: "no", dir: "auto",
      input: () => this.changeQuestion(),
    });
  }

  #slid() {
    this.#say();
    this.changeQuestion();
  }

  #say() {
    const strength = this.words.number(Number(this.#slider.value), { signDisplay: "exceptZero" });
    setText(this.#strength, strength);
    setAttributes(this.#slider, { "aria-valuetext": strength });
  }

  /** Puts sentences of a language there, unless the reader has written others. @param {string} language */
  #suggest(language) {
    if (language === this.#suggested) return;
    const before = this.#suggested;
    this.#suggested = language;
    for (const [name, area] of /** @type {const} */ ([["toward", this.#toward], ["away", this.#away]])) {
      const of = (/** @type {string} */ lang) => this.words.say(`dismantle.sentences.${lang}.${name}`);
      if (before === "" || area.value === of(before)) area.value = of(language);
    }
  }

  /** @param {number} layers */
  #offerLayers(layers) {
    const key = `${layers} ${this.words.language}`;
    if (this.#layer.dataset.offered === key) return;
    const isAnother = this.#layer.options.length !== layers;
    const chosen = isAnother ? (layers - 1) >> 1 : this.#layer.selectedIndex;
    this.#layer.dataset.offered = key;
    this.#layer.replaceChildren(...Array.from({ length: layers }, (_, layer) => (
      h("option", { value: layer, selected: layer === chosen },
        this.words.say("dismantle.after_layer", { n: layer + 1 })))));
  }
}

/**
 * @param {Model} model
 * @param {string} text  a sentence a line
 * @returns {Promise<string[]>} as the model can read them
 */
async function fit(model, text) {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(0, MOST);
  return Promise.all(lines.map(async (line) => (await model.fit(line)).answer.text));
}

/**
 * @param {string} id
 * @param {string} label
 * @param {HTMLElement} control
 */
function field(id, label, control) {
  return h("div", { class: "field" }, h("label", { for: id, "data-words": label }), control);
}
