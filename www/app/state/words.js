// The page's words in the reader's language, and numbers and durations as that language writes them.

/** @typedef {import("./settings.js").Language} Language */
/** @typedef {Record<string, string|number>} Params */

export class Words {
  /** @type {Language} */
  language = "fr";
  /** @type {Record<string, string>} */
  #table = {};
  /** Formats by what they were asked for: each costs more to make than to use a hundred times. @type {Map<string, Intl.NumberFormat>} */
  #formats = new Map();

  /**
   * Fetches a language; the words of the earlier one hold until it is there.
   * @param {Language} language
   */
  async load(language) {
    const response = await fetch(new URL(`../words/${language}.json`, import.meta.url));
    if (!response.ok) throw new Error(`words/${language}.json: ${response.status}`);
    this.#table = flatten(await response.json());
    this.language = language;
  }

  /** @param {string} key */
  has(key) {
    return key in this.#table;
  }

  /**
   * The words of `key`, with `{name}` replaced by `params.name`; numbers are written as the language does.
   * @param {string} key  dotted, as in "train.stop"
   * @param {Params} [params]
   */
  say(key, params = {}) {
    const template = this.#table[key];
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
    if (whole < 600) return this.say("time.minutes_seconds", { m: Math.floor(tens / 60), s: tens % 60 });
    const minutes = Math.round(whole / 60);
    if (minutes < 60) return this.say("time.minutes", { m: minutes });
    return this.say("time.hours_minutes", { h: Math.floor(minutes / 60), m: minutes % 60 });
  }

  /**
   * For estimates, where seconds beyond the minute would promise too much.
   * @param {number} seconds
   */
  roughDuration(seconds) {
    if (seconds < 50) return this.say("time.seconds", { s: Math.max(5, Math.round(seconds / 5) * 5) });
    const minutes = Math.max(1, Math.round(seconds / 60));
    if (minutes < 60) return this.say("time.minutes", { m: minutes });
    const quarters = Math.round(minutes / 15) * 15;
    return quarters % 60 === 0
      ? this.say("time.hours", { h: quarters / 60 })
      : this.say("time.hours_minutes", { h: Math.floor(quarters / 60), m: quarters % 60 });
  }
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
