// The three sizes of model, each with what it has and what it takes, before anything starts.

import { PRESETS, PRESET_NAMES } from "../state/presets.js";
import { forecast } from "../state/run_settings.js";
import { h, setText } from "./dom.js";
import { radioCards } from "./fields.js";
import { View } from "./view.js";

export class PresetChoice extends View {
  #cards = radioCards("preset", PRESET_NAMES, (preset) => this.controller.change({ preset }));
  #parameters = h("strong", { id: "parameters" });
  #estimate = h("strong", { id: "estimate" });
  #shape = h("span");

  build() {
    return [
      h("fieldset", {}, h("legend", { "data-words": "preset.choose" }), this.#cards.element),
      h("p", { class: "forecast" }, this.#shape, " ", this.#parameters, " · ", this.#estimate),
    ];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    this.#cards.update(state.settings.preset, (name, part) => {
      const { parameters, seconds, measured } = forecast(state, name);
      return this.words.say(`preset.${name}.${part}`, {
        parameters: this.words.number(parameters, { maximumSignificantDigits: 2 }),
        time: this.words.say(measured ? "preset.about_here" : "preset.about", { time: this.words.roughDuration(seconds) }),
      });
    });
    const { parameters, exact, seconds, measured } = forecast(state, state.settings.preset);
    const { n_layer, n_head, n_embd, block_size } = PRESETS[state.settings.preset].model;
    setText(this.#shape, this.words.say("preset.shape", { n_layer, n_head, n_embd, block_size }));
    setText(this.#parameters, this.words.say(exact ? "preset.parameters" : "preset.parameters_about", {
      n: exact ? this.words.number(parameters) : this.words.number(parameters, { maximumSignificantDigits: 2 }),
    }));
    setText(this.#estimate, this.words.say(measured ? "preset.estimate_here" : "preset.estimate", { time: this.words.roughDuration(seconds) }));
  }
}
