// The page's words in the reader's language, and numbers and durations as that language writes them.

import { recall } from "./storage.js";

/** @typedef {import("./settings.js").Language} Language */
/** @typedef {Record<string, string|number>} Params */

export class Words {
  /** @type {Language} */
  language;
  /** @type {Record<string, string>} */
  #table = {};
  /**
   * Where words come from: addresses, relative to this file, without their `<language>.json`.
   * @type {string[]}
   */
  #sources = ["../words/"];
  /** Those that are on their way. @type {Map<string, Promise<void>>} */
  #including = new Map();
  /** The language asked for last. */
  #wanted;
  /** Ends with the last `load`, whatever came of it. @type {Promise<unknown>} */
  #loading = Promise.resolve();
  /**
   * Formats by what they were asked for: each costs more to make than to use a hundred times.
   * @type {Map<string, Intl.NumberFormat>}
   */
  #formats = new Map();
  /** Those of dates, likewise. @type {Map<string, Intl.DateTimeFormat>} */
  #dateFormats = new Map();

  /** @param {Language} language */
  constructor(language) {
    this.language = this.#wanted = language;
  }

  /**
   * Fetches a language; the words of the earlier one hold until it is there.
   * @param {Language} language
   * @returns {Promise<boolean>} whether it is now the language: another may have been asked for meanwhile
   */
  load(language) {
    this.#wanted = language;
    const loading = this.#load(language);
    this.#loading = loading.catch(() => false);
    return loading;
  }

  /** @param {Language} language */
  async #load(language) {
    /** @type {string[]} */
    let sources = [];
    /** @type {Record<string, string>[]} */
    let tables = [];
    // A chapter may come in while the words do.
    while (sources.length < this.#sources.length) {
      sources = [...this.#sources];
      tables = await Promise.all(sources.map((source) => fetchWords(source, language)));
    }
    if (this.#wanted !== language) return false;
    this.#table = Object.assign({}, ...tables);
    this.language = language;
    return true;
  }

  /**
   * Adds words to the page's own, in whatever language that is now or will be.
   * @param {string} source  address, relative to this file, without its `<language>.json`
   * @returns {Promise<void>}
   */
  async include(source) {
    if (this.#sources.includes(source)) return;
    const including = this.#including.get(source) ?? this.#include(source);
    this.#including.set(source, including);
    try {
      await including;
    } finally {
      this.#including.delete(source);
    }
  }

  /** @param {string} source @returns {Promise<void>} */
  async #include(source) {
    const { language } = this;
    const [words] = await Promise.all([fetchWords(source, language), this.#loading]);
    if (language !== this.language) return this.#include(source);
    this.#sources.push(source);
    Object.assign(this.#table, words);
  }

  /** @param {string} key */
  has(key) {
    return key in this.#table || `${key}.other` in this.#table;
  }

  /**
   * The words of `key`, with `{name}` replaced by `params.name`; numbers are written as the language does.
   * Where the words are given in several numbers (`{ "one": …, "other": … }`), the first number of `params`
   * decides.
   * @param {string} key  dotted, as in "train.stop"
   * @param {Params} [params]
   */
  say(key, params = {}) {
    const template = this.#table[key]
      ?? this.#table[`${key}.${this.#numberOf(params)}`]
      ?? this.#table[`${key}.other`];
    if (template === undefined) {
      console.error(`petit-train: no words for "${key}" in ${this.language}.`);
      return key;
    }
    return template.replace(/\{(\w+)\}/g, (_, name) => {
      const value = params[name];
      return typeof value === "number" ? this.number(value) : String(value ?? "");
    });
  }

  /**
   * @param {Params} params
   * @returns {Intl.LDMLPluralRule} the grammatical number that goes with the first number among them
   */
  #numberOf(params) {
    const first = Object.values(params).find((value) => typeof value === "number");
    return new Intl.PluralRules(this.language).select(Number(first ?? 2));
  }

  /**
   * @param {readonly string[]} items
   * @param {"conjunction"|"disjunction"} [type]
   * @returns {string} "a, b and c", or "or"
   */
  list(items, type = "conjunction") {
    return new Intl.ListFormat(this.language, { type }).format(items);
  }

  /**
   * @param {number} value
   * @param {Intl.NumberFormatOptions} [options]
   */
  number(value, options = { maximumFractionDigits: 6 }) {
    const key = this.language + JSON.stringify(options);
    let format = this.#formats.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this.language, options);
      this.#formats.set(key, format);
    }
    return format.format(value);
  }

  /**
   * @param {number} time  in milliseconds since 1970
   * @param {Intl.DateTimeFormatOptions} options
   */
  date(time, options) {
    const key = this.language + JSON.stringify(options);
    let format = this.#dateFormats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(this.language, options);
      this.#dateFormats.set(key, format);
    }
    return format.format(time);
  }

  /**
   * @param {number} value
   * @returns {string} the number as it is typed: without groups of digits
   */
  plainNumber(value) {
    return this.number(value, { useGrouping: false, maximumFractionDigits: 10 });
  }

  /** @param {number} share  of 1 */
  percent(share) {
    const digits = share > 0 && share < 0.0095 ? 1 : 0;
    return this.number(share, { style: "percent", maximumFractionDigits: digits });
  }

  /** @param {number} seconds */
  duration(seconds) {
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60) return this.say("time.seconds", { s: whole });
    const tens = Math.round(whole / 10) * 10;
    const [m, s] = [Math.floor(tens / 60), tens % 60];
    if (tens < 600 && s > 0) return this.say("time.minutes_seconds", { m, s });
    return this.#minutes(Math.round(tens / 60));
  }

  /**
   * For estimates, where seconds beyond the minute would promise too much.
   * @param {number} seconds
   */
  roughDuration(seconds) {
    if (seconds < 50) return this.say("time.seconds", { s: Math.max(5, Math.round(seconds / 5) * 5) });
    const minutes = Math.max(1, Math.round(seconds / 60));
    return this.#minutes(minutes < 60 ? minutes : Math.round(minutes / 15) * 15);
  }

  /** @param {number} minutes  whole */
  #minutes(minutes) {
    if (minutes < 60) return this.say("time.minutes", { m: minutes });
    const [h, m] = [Math.floor(minutes / 60), minutes % 60];
    return m === 0 ? this.say("time.hours", { h }) : this.say("time.hours_minutes", { h, m });
  }
}

/**
 * @param {string} source
 * @param {Language} language
 */
async function fetchWords(source, language) {
  const address = new URL(`${source}${language}.json`, import.meta.url);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return flatten(await response.json());
}

/**
 * @param {Record<string, unknown>} tree
 * @param {string} [prefix]
 * @returns {Record<string, string>}
 */
function flatten(tree, prefix = "") {
  return Object.assign({}, ...Object.entries(tree).map(([name, value]) => typeof value === "string"
    ? { [prefix + name]: value }
    : flatten(/** @type {Record<string, unknown>} */ (value), `${prefix}${name}.`)));
}

/**
 * The first of the reader's languages that the page speaks; English for everybody else.
 * @param {readonly string[]} preferred  as in `navigator.languages`
 * @returns {Language}
 */
export function preferredLanguage(preferred) {
  for (const tag of preferred) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === "fr" || language === "en") return language;
  }
  return "en";
}

/** @returns {Language} the one that the reader has chosen here before, else what the browser prefers */
export function readersLanguage() {
  return preferredLanguage([recall("language") ?? "", ...navigator.languages]);
}
