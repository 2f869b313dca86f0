// What the page's address says: settings, the language, a chapter. `#chapter=write&lang=fr&preset=grand`, or,
// as written by people, the same in the query; a plain anchor of a chapter too.

import { CHAPTERS } from "../chapters.js";
import { LANGUAGES, SETTINGS, completeSettings, findSetting, follows, parseSetting } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./settings.js").Language} Language */

/**
 * A value that the address asks for and that cannot be taken. Without `choices` or a range, the name itself
 * is unknown.
 * @typedef {{name: string, raw: string, setting: import("./settings.js").Setting|PageOption|null}} Refusal
 */

/**
 * What an address may say besides the settings.
 * @typedef {{name: "lang"|"chapter", type: "choice", choices: readonly string[]}} PageOption
 */

/**
 * @typedef {object} Address
 * @property {Language|null} language
 * @property {string|null} chapter    by its name in the table of chapters
 * @property {Partial<Settings>} settings
 * @property {Refusal[]} refused
 */

/** @type {readonly PageOption[]} */
const PAGE_OPTIONS = [
  { name: "lang", type: "choice", choices: LANGUAGES },
  { name: "chapter", type: "choice", choices: CHAPTERS.map(({ name }) => name) },
];

/**
 * Reads the query and the hash; where both name a setting, the hash wins.
 * @param {Pick<Location, "search"|"hash">} location
 * @returns {Address}
 */
export function readAddress({ search, hash }) {
  const query = new URLSearchParams(search);
  /** @type {Address} */
  const address = { language: null, chapter: chapterOfAnchor(hash), settings: {}, refused: [] };
  for (const [name, raw] of new Map([...query, ...hashParameters(hash)])) {
    const option = PAGE_OPTIONS.find((candidate) => candidate.name === name);
    const setting = findSetting(name);
    if (option) {
      if (!option.choices.includes(raw)) address.refused.push({ name, raw, setting: option });
      else if (name === "lang") address.language = /** @type {Language} */ (raw);
      else address.chapter = raw;
    } else if (setting) {
      const value = parseSetting(setting, raw);
      if (value === null) address.refused.push({ name, raw, setting });
      else Object.assign(address.settings, { [name]: value });
    } else if (query.get(name) !== raw) {
      // Queries carry what others add to links (utm_source and the like): those are nobody's mistake.
      address.refused.push({ name, raw, setting: null });
    }
  }
  return address;
}

/**
 * @param {Partial<Settings>} given  what the reader has chosen
 * @param {Language} language
 * @param {string|null} chapter
 * @param {string} search  the query: what it names is written too, since it would win over a default
 * @returns {string} the hash that says all of it, without what is as usual; a choice that would else follow
 *   the
 *   text or the preset is always said
 */
export function addressHash(given, language, chapter, search) {
  const settings = completeSettings(language, given);
  const defaults = completeSettings(language);
  const query = new URLSearchParams(search);
  const parameters = new URLSearchParams(chapter === null ? [] : [["chapter", chapter]]);
  parameters.set("lang", language);
  for (const { name } of SETTINGS) {
    const isOwn = name in given && (given[name] !== defaults[name] || follows(name));
    if (isOwn || query.has(name)) parameters.set(name, String(settings[name]));
  }
  return `#${parameters}`;
}

/**
 * @param {string} hash
 * @returns {boolean} whether it is an anchor, rather than settings
 */
export function isAnchor(hash) {
  return hash.length > 1 && !hash.includes("=");
}

/** @param {string} hash */
function hashParameters(hash) {
  return isAnchor(hash) ? new URLSearchParams() : new URLSearchParams(hash.slice(1));
}

/** @param {string} hash */
function chapterOfAnchor(hash) {
  const name = isAnchor(hash) ? hash.slice(1).replace(/-chapter$/, "") : "";
  return CHAPTERS.some((chapter) => chapter.name === name) ? name : null;
}
