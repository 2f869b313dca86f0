// Three sliders for how a token is drawn. They change what is shown of one token, and how the text goes on
// from it another way; the settings of the chapter stay.

import { button, h, setAttributes, setText } from "../../parts/dom.js";

/** @typedef {import("../../state/words.js").Words} Words */
/** @typedef {import("../../../api/options.js").Drawing} Drawing */
/** @typedef {{temperature: number, topK: number, topP: number}} Turned  what the sliders stand at */

/** What a slider for the number of candidates stops at; the last stop keeps all. */
const COUNTS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500];
const LARGEST_TEMPERATURE = 2;

export class DrawingSliders {
  /** As the token was drawn. @type {Turned} */
  #usual = { temperature: 1, topK: 0, topP: 1 };
  #turned = this.#usual;
  #counts = [...COUNTS, 0];
  #temperature;
  #topK;
  #topP;
  #back;

  /** @param {() => void} changed */
  constructor(changed) {
    const turn = () => {
      this.#turned = {
        temperature: Number(this.#temperature.input.value),
        topK: this.#counts[Number(this.#topK.input.value)],
        topP: Number(this.#topP.input.value),
      };
      changed();
    };
    this.#temperature = slider("temperature", { min: 0, step: 0.01 }, turn);
    this.#topK = slider("top_k", { min: 0, step: 1 }, turn);
    this.#topP = slider("top_p", { min: 0.01, max: 1, step: 0.01 }, turn);
    this.#back = button({ class: "quiet", id: "draw-back", "data-words": "token.back" }, () => {
      this.#place(this.#usual);
      changed();
    });
    this.element = h("div", { class: "draw-sliders" },
      this.#temperature.element, this.#topK.element, this.#topP.element, this.#back);
  }

  /** What the sliders stand at. @returns {Turned} */
  get drawing() {
    return this.#turned;
  }

  /** Whether they stand as when the token was drawn. */
  get isUsual() {
    const { temperature, topK, topP } = this.#usual;
    const turned = this.#turned;
    return turned.temperature === temperature && turned.topK === topK && turned.topP === topP;
  }

  /** Puts them where they stood when a token was drawn. @param {Drawing} drawing */
  begin({ temperature = 1, topK = 0, topP = 1 }) {
    this.#usual = { temperature, topK, topP };
    const counts = new Set(topK === 0 ? COUNTS : [...COUNTS, topK]);
    this.#counts = [...[...counts].sort((a, b) => a - b), 0];
    setAttributes(this.#temperature.input, { max: Math.max(LARGEST_TEMPERATURE, temperature) });
    setAttributes(this.#topK.input, { max: this.#counts.length - 1 });
    this.#place(this.#usual);
  }

  /** Writes the values beside them. @param {Words} words */
  update(words) {
    const { temperature, topK, topP } = this.#turned;
    tell(this.#temperature, words.plainNumber(temperature));
    tell(this.#topK, topK === 0 ? words.say("token.all") : words.number(topK));
    tell(this.#topP, words.percent(topP));
    setAttributes(this.#back, { "aria-disabled": this.isUsual ? "true" : null });
  }

  /** @param {Turned} turned */
  #place(turned) {
    this.#turned = turned;
    this.#temperature.input.value = String(turned.temperature);
    this.#topK.input.value = String(this.#counts.indexOf(turned.topK));
    this.#topP.input.value = String(turned.topP);
  }
}

/**
 * @param {"temperature"|"top_k"|"top_p"} name
 * @param {import("../../parts/dom.js").Attributes} range
 * @param {() => void} turn
 */
function slider(name, range, turn) {
  const id = `turn-${name}`;
  const input = h("input", { type: "range", id, ...range, input: turn });
  const value = h("output", { for: id });
  const label = h("label", { for: id, "data-words": `token.${name}` });
  return { input, value, element: h("div", { class: "draw-slider" }, label, input, value) };
}

/**
 * @param {ReturnType<typeof slider>} slider
 * @param {string} text
 */
function tell({ input, value }, text) {
  setText(value, text);
  setAttributes(input, { "aria-valuetext": text });
}
