// French or English, each named in its own language.

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
      this.#buttons.set(language, h("button", { type: "button", lang: language, click: () => this.#choose(language) }, name));
    }
    return [h("div", { class: "language-switch", role: "group", "data-label": "header.language" }, ...this.#buttons.values())];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    for (const [language, button] of this.#buttons) {
      setAttributes(button, { "aria-pressed": String(language === state.language) });
    }
  }

  /** @param {Language} language */
  async #choose(language) {
    const { language: earlier, settings, phase } = this.state;
    try {
      await this.words.load(language);
    } catch (error) {
      this.controller.fail({ code: "not_found", params: {}, cause: String(error) });
      return;
    }
    remember("language", language);
    View.app.store.set({ language });
    // The stories follow the language, unless the reader has chosen them or a model has.
    if (phase === "idle" && settings.text === `contes-${earlier}`) this.controller.change({ text: `contes-${language}` });
  }
}
