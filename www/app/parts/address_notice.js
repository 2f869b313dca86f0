// Says what in the page's address could not be taken, and what holds instead.

import { h } from "./dom.js";
import { describeRange } from "./fields.js";
import { settingLabel } from "./failure_sentence.js";
import { View } from "./view.js";

/** @typedef {import("../state/url.js").Refusal} Refusal */

export class AddressNotice extends View {
  #list = h("ul", { class: "notice", id: "address-notice" });
  #box = h("div", { role: "status" }, this.#list);
  #drawn = "";

  build() {
    return [this.#box];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    const sentences = state.refused.map((refusal) => this.#sentence(refusal, state));
    this.#list.hidden = sentences.length === 0;
    if (this.#drawn === sentences.join()) return;
    this.#drawn = sentences.join();
    this.#list.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }

  /**
   * @param {Refusal} refusal
   * @param {import("./view.js").AppState} state
   */
  #sentence({ name, raw, setting }, { settings, language }) {
    if (!setting) return this.words.say("settings.unknown_in_address", { name, raw });
    const params = { name, raw, range: describeRange(setting, this.words) };
    if (setting.name === "chapter") return this.words.say("settings.chapter_in_address", params);
    const value = setting.name === "lang" ? language : settings[setting.name];
    const label = settingLabel(name, this.words);
    return this.words.say("settings.refused_in_address", { ...params, label, value });
  }
}
