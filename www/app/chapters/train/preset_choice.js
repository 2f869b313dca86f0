// The three sizes of model, each with what it has and what it takes, before anything starts.

import { PRESET_NAMES, presetShape } from "../../../api/presets.js";
import { forecast } from "../../state/run_settings.js";
import { h, setText } from "../../parts/dom.js";
import { radioCards } from "../../parts/fields.js";
import { setWords } from "../../parts/terms.js";
import { View } from "../../parts/view.js";

export class PresetChoice extends View {
  #cards = radioCards("preset", PRESET_NAMES, (preset) => this.choices.change({ preset }));
  #parameters = h("strong", { id: "parameters" });
  #estimate = h("strong", { id: "estimate" });
  #shape = h("p", { class: "note" });

  build() {
    return [
      h("fieldset", {}, h("legend", { "data-words": "preset.choose" }), this.#cards.element),
      h("p", { class: "forecast" }, this.#parameters, " · ", this.#estimate),
      h("details", { id: "shape" }, h("summary", { "data-words": "preset.inside" }), this.#shape),
    ];
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update(state) {
    const forecasts = Object.fromEntries(PRESET_NAMES.map((name) => [name, forecast(state, name)]));
    this.#cards.update(state.settings.preset, (name, part) => {
      const { parameters, seconds, measured } = forecasts[name];
      return this.words.say(`preset.${name}.${part}`, {
        parameters: this.words.number(parameters, { maximumSignificantDigits: 2 }),
        time: this.#time(measured ? "preset.about_here" : "preset.about", seconds),
      });
    });
    const { parameters, exact, seconds, measured } = forecasts[state.settings.preset];
    const { n_layer, n_head, n_embd, block_size } = presetShape(state.settings).model;
    const shape = this.words.say("preset.shape", { n_layer, n_head, n_embd, block_size });
    setWords(this.#shape, shape, this.words);
    setText(this.#parameters, this.words.say(exact ? "preset.parameters" : "preset.parameters_about", {
      n: this.words.number(parameters, exact ? {} : { maximumSignificantDigits: 2 }),
    }));
    setText(this.#estimate, this.#time(measured ? "preset.estimate_here" : "preset.estimate", seconds));
  }

  /**
   * @param {string} key
   * @param {number} seconds
   */
  #time(key, seconds) {
    return this.words.say(key, { time: this.words.roughDuration(seconds) });
  }
}
