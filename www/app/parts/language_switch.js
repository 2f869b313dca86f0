// French or English, each named in its own language.

import { chooseLanguage } from "../state/language.js";
import { remember } from "../state/storage.js";
import { h, setAttributes } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("../state/settings.js").Language} Language */

const NAMES = /** @type {const} */ ([["fr", "Français"], ["en", "English"]]);

export class LanguageSwitch extends View {
  /** @type {Map<Language, HTMLButtonElement>} */
  #buttons = new Map();

  build() {
    for (const [language, name] of NAMES) {
      const choose = () => this.#choose(language);
      this.#buttons.set(language, h("button", { type: "button", lang: language, click: choose }, name));
    }
    return [h("div", { class: "language-switch", role: "group", "data-label": "header.language" },
      ...this.#buttons.values())];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    for (const [language, button] of this.#buttons) {
      setAttributes(button, { "aria-pressed": String(language === state.language) });
    }
  }

  /** @param {Language} language */
  async #choose(language) {
    await chooseLanguage(View.app, language);
    if (this.words.language === language) remember("language", language);
  }
}
