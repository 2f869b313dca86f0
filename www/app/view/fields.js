// The page's form fields: radio cards, and number and choice fields that check themselves by the table of settings.

import { findSetting, parseSetting } from "../state/settings.js";
import { h, setAttributes, setText } from "./dom.js";
import { View } from "./view.js";

/** @typedef {import("../state/settings.js").Settings} Settings */
/** @typedef {import("../state/words.js").Words} Words */

/**
 * A row of radio buttons drawn as cards, each with a name and a line of description.
 * @template {string} Value
 * @param {string} name  of the radio group
 * @param {readonly Value[]} values
 * @param {(value: Value) => void} choose
 */
export function radioCards(name, values, choose) {
  const cards = values.map((value) => {
    const input = h("input", { type: "radio", name, value, id: `${name}-${value}`, change: () => choose(value), "aria-describedby": `${name}-${value}-about` });
    const title = h("span", { class: "card-title" });
    const about = h("span", { class: "card-about", id: `${name}-${value}-about` });
    return { value, input, title, about, element: h("label", { class: "card" }, input, title, about) };
  });
  return {
    element: h("div", { class: "cards" }, ...cards.map((card) => card.element)),
    /**
     * @param {Value} chosen
     * @param {(value: Value, part: "name"|"about") => string} describe
     */
    update(chosen, describe) {
      for (const { value, input, title, about } of cards) {
        input.checked = value === chosen;
        setText(title, describe(value, "name"));
        setText(about, describe(value, "about"));
      }
    },
  };
}

/** The field of one setting: its label, the control, a line of help, and a sentence where the value cannot be taken. */
export class SettingField {
  /** @type {HTMLInputElement|HTMLSelectElement} */
  #control;
  #problem;
  #setting;
  #refused = false;

  /**
   * @param {keyof Settings} name
   * @param {...Node} beside  put next to the control
   */
  constructor(name, ...beside) {
    const setting = findSetting(name);
    if (!setting) throw new Error(`no setting is called ${name}`);
    this.#setting = setting;
    const described = `${name}-problem ${name}-help`;
    this.#control = setting.type === "choice"
      ? h("select", { id: name, "aria-describedby": described, change: () => this.#changed() },
        ...setting.choices.map((choice) => h("option", { value: choice, "data-words": `settings.${name}.${choice}` })))
      : h("input", {
        id: name, type: "number", min: setting.min, max: setting.max, step: setting.type === "integer" ? 1 : "any",
        inputmode: setting.type === "integer" ? "numeric" : "decimal", "aria-describedby": described, change: () => this.#changed(),
      });
    this.#problem = h("p", { class: "problem", id: `${name}-problem`, role: "alert" });
    this.element = h("div", { class: "field" },
      h("label", { for: name, "data-words": `settings.${name}.label` }),
      h("div", { class: "row" }, this.#control, ...beside),
      h("p", { class: "help", id: `${name}-help`, "data-words": `settings.${name}.help` }),
      this.#problem);
  }

  /** @param {import("./view.js").AppState} state */
  update({ settings }) {
    if (this.#refused) {
      this.#complain();
    } else {
      const value = String(settings[this.#setting.name]);
      if (document.activeElement !== this.#control && this.#control.value !== value) this.#control.value = value;
    }
  }

  #changed() {
    const value = parseSetting(this.#setting, this.#control.value);
    this.#refused = value === null;
    if (value === null) {
      this.#complain();
    } else {
      setText(this.#problem, "");
      setAttributes(this.#control, { "aria-invalid": null });
      View.app.controller.change({ [this.#setting.name]: value });
    }
  }

  #complain() {
    const { words, store } = View.app;
    setText(this.#problem, words.say("settings.refused", {
      raw: this.#control.value, range: describeRange(this.#setting, words), value: store.state.settings[this.#setting.name],
    }));
    setAttributes(this.#control, { "aria-invalid": "true" });
  }
}

/**
 * @param {import("../state/settings.js").Setting} setting
 * @param {Words} words
 * @returns {string} what the setting takes, in words
 */
export function describeRange(setting, words) {
  if (setting.type === "choice") return setting.choices.join(", ");
  return words.say(`settings.range_${setting.type}`, { min: setting.min, max: setting.max });
}
