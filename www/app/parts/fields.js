// The page's form fields: radio cards, and number and choice fields that check themselves by the table of
// settings.

import { findSetting, parseSetting } from "../state/settings.js";
import { h, setAttributes, setText } from "./dom.js";

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
    const id = `${name}-${value}`;
    const input = h("input", {
      type: "radio", name, value, id, "aria-describedby": `${id}-about`, change: () => choose(value),
    });
    const title = h("span", { class: "card-title" });
    const about = h("span", { class: "card-about", id: `${id}-about` });
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

/**
 * The field of one setting: its label, the control, a line of help, and a sentence where the value cannot be
 * taken.
 */
export class SettingField {
  /** @type {HTMLInputElement|HTMLSelectElement} */
  #control;
  #problem;
  #setting;
  #change;
  /**
   * What was typed and cannot be taken, and what the setting was then.
   * @type {{raw: string, value: string|number}|null}
   */
  #refused = null;
  /** What the field shows, as of the last update. @type {{value: string|number, words: Words}|null} */
  #shown = null;
  /** The language in which the value was written. */
  #language = "";

  /**
   * @param {keyof Settings} name
   * @param {(change: Partial<Settings>) => void} change  told a value that can be taken
   * @param {...Node} beside  put next to the control
   */
  constructor(name, change, ...beside) {
    const setting = findSetting(name);
    if (!setting) throw new Error(`no setting is called ${name}`);
    this.#setting = setting;
    this.#change = change;
    const attributes = {
      id: name, "aria-describedby": `${name}-problem ${name}-help`, change: () => this.#changed(),
    };
    this.#control = setting.type === "choice"
      ? h("select", attributes,
        ...setting.choices.map((choice) =>
          h("option", { value: choice, "data-words": `settings.${name}.${choice}` })))
      // Not of the type "number": its decimals follow the browser's language, and what it cannot read it
      // hands out as "".
      : h("input", {
        ...attributes, type: "text", autocomplete: "off",
        inputmode: setting.type === "integer" ? "numeric" : "decimal",
      });
    this.#problem = h("p", { class: "problem", id: `${name}-problem`, role: "alert" });
    this.element = h("div", { class: "field" },
      h("label", { for: name, "data-words": `settings.${name}.label` }),
      h("div", { class: "row" }, this.#control, ...beside),
      h("p", { class: "help", id: `${name}-help`, "data-words": `settings.${name}.help` }),
      this.#problem);
  }

  /**
   * @param {Settings} settings
   * @param {Words} words
   */
  update(settings, words) {
    const value = settings[this.#setting.name];
    // A value that was refused stays until it is mended, or the setting changes by other means.
    if (this.#refused?.value !== value) this.#refused = null;
    this.#shown = { value, words };
    this.#complain();
    if (!this.#refused) this.#write(value, words);
  }

  /**
   * @param {string|number} value
   * @param {Words} words
   */
  #write(value, words) {
    const isBeingTyped = document.activeElement === this.#control && this.#language === words.language;
    this.#language = words.language;
    const written = typeof value === "number" ? words.plainNumber(value) : value;
    if (!isBeingTyped && this.#control.value !== written) this.#control.value = written;
  }

  #changed() {
    if (!this.#shown) return;
    const raw = this.#control.value;
    const value = parseSetting(this.#setting, raw);
    this.#refused = value === null ? { raw, value: this.#shown.value } : null;
    this.#complain();
    if (value !== null) this.#change({ [this.#setting.name]: value });
  }

  /** Says why what was typed is refused, if it is. */
  #complain() {
    if (!this.#shown) return;
    const { value, words } = this.#shown;
    setAttributes(this.#control, { "aria-invalid": this.#refused ? "true" : null });
    if (!this.#refused) return setText(this.#problem, "");
    const { raw } = this.#refused;
    const key = raw.trim() === "" ? "settings.missing" : "settings.refused";
    setText(this.#problem, words.say(key, { raw, range: describeRange(this.#setting, words), value }));
  }
}

/**
 * @param {{type: "choice", choices: readonly string[]}
 *   | {type: "integer"|"number", min: number, max: number}} setting
 * @param {Words} words
 * @returns {string} what the setting takes, in words
 */
export function describeRange(setting, words) {
  if (setting.type === "choice") return words.list(setting.choices, "disjunction");
  return words.say(`settings.range_${setting.type}`, { min: setting.min, max: setting.max });
}
