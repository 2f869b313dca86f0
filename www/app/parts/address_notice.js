// Says what in the page's address could not be taken, and what holds instead.

import { findSetting } from "../state/settings.js";
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
    const sentences = state.refused.map((refusal) => refusalSentence(refusal, state, this.words));
    this.#list.hidden = sentences.length === 0;
    if (this.#drawn === sentences.join()) return;
    this.#drawn = sentences.join();
    this.#list.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }
}

/**
 * @param {Refusal} refusal
 * @param {Pick<import("./view.js").AppState, "settings"|"language">} state
 * @param {import("../state/words.js").Words} words
 * @returns {string}
 */
export function refusalSentence({ name, raw, setting }, { settings, language }, words) {
  if (!setting) return words.say("settings.unknown_in_address", { name, raw });
  const params = { name, raw, range: describeRange(setting, words) };
  const known = findSetting(name);
  if (!known && name !== "lang") return words.say("settings.option_in_address", params);
  const value = known ? settings[known.name] : language;
  const label = settingLabel(name, words);
  return words.say("settings.refused_in_address", { ...params, label, value });
}
