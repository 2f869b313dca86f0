// What an address says: settings, the language, a chapter, how a card looks (parameters.js). That of the page
// is `#chapter=write&lang=fr&preset=grand` or, as written by people, the same in the query; a plain anchor of
// a chapter too. That of a card is in card_address.js.

import { CHAPTERS } from "../chapters.js";
import { PAGE_PARAMETERS } from "./parameters.js";
import { SETTINGS, completeSettings, findSetting, follows, parseSetting } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./settings.js").Language} Language */
/** @typedef {import("./parameters.js").Parameter} Parameter */

/**
 * A value that the address asks for and that cannot be taken. Without a parameter, the name itself is
 * unknown.
 * @typedef {{name: string, raw: string, setting: Parameter|null}} Refusal
 */

/**
 * @typedef {object} Address
 * @property {Language|null} language
 * @property {string|null} chapter    by its name in the table of chapters
 * @property {"arrival"|null} model   to open with
 * @property {"auto"|"light"|"dark"} theme
 * @property {"paper"|"transparent"} ground  of a card
 * @property {readonly string[]} hide        what a card leaves out
 * @property {Partial<Settings>} settings
 * @property {Refusal[]} refused
 */

/**
 * What a card's address says besides its settings.
 * @typedef {Pick<Address, "theme"|"ground"|"hide"|"model">} Look
 */

/**
 * Reads the query and the hash of the page's address; where both name a setting, the hash wins.
 * @param {Pick<Location, "search"|"hash">} location
 * @returns {Address}
 */
export function readAddress(location) {
  // Queries carry what others add to links (utm_source and the like): those are nobody's mistake.
  const query = new URLSearchParams(location.search);
  return read(PAGE_PARAMETERS, location, (name, raw) => query.get(name) !== raw);
}

/**
 * @param {readonly Parameter[]} table
 * @param {Pick<Location, "search"|"hash">} location
 * @param {(name: string, raw: string) => boolean} isMistake  what is not in the table
 * @returns {Address}
 */
export function read(table, { search, hash }, isMistake) {
  const query = new URLSearchParams(search);
  /** @type {Address} */
  const address = {
    language: null, chapter: chapterOfAnchor(hash), model: null, theme: "auto", ground: "paper", hide: [],
    settings: {}, refused: [],
  };
  for (const [name, raw] of new Map([...query, ...hashParameters(hash)])) {
    const parameter = table.find((candidate) => candidate.name === name);
    if (parameter) take(address, parameter, raw);
    else if (isMistake(name, raw)) address.refused.push({ name, raw, setting: null });
  }
  return address;
}

/**
 * Takes one value, or notes that it cannot be.
 * @param {Address} address
 * @param {Parameter} parameter
 * @param {string} raw
 */
function take(address, parameter, raw) {
  const { name } = parameter;
  const refuse = (/** @type {string} */ value) =>
    address.refused.push({ name, raw: value, setting: parameter });
  if ("several" in parameter) {
    const items = raw.split(",").filter((item) => item !== "");
    address.hide = items.filter((item) => parameter.choices.includes(item));
    for (const item of items) if (!parameter.choices.includes(item)) refuse(item);
    return;
  }
  const setting = findSetting(name);
  const value = parseSetting(/** @type {import("./settings.js").Setting} */ (parameter), raw);
  if (value === null) refuse(raw);
  else if (setting) Object.assign(address.settings, { [name]: value });
  else Object.assign(address, { [name === "lang" ? "language" : name]: value });
}

/**
 * @param {Partial<Settings>} given  what the reader has chosen
 * @param {Language} language
 * @param {string|null} chapter
 * @param {string} search  the query: what it names is written too, since it would win over a default
 * @param {Address["theme"]} [theme]
 * @returns {string} the hash that says all of it, without what is as usual; a choice that would else follow
 *   the text or the preset is always said
 */
export function addressHash(given, language, chapter, search, theme = "auto") {
  const query = new URLSearchParams(search);
  const parameters = new URLSearchParams(chapter === null ? [] : [["chapter", chapter]]);
  parameters.set("lang", language);
  if (theme !== "auto") parameters.set("theme", theme);
  addSettings(parameters, given, language, (name) => query.has(name));
  return `#${parameters}`;
}

/**
 * @param {URLSearchParams} parameters  gets the settings that are not as usual
 * @param {Partial<Settings>} given
 * @param {Language} language
 * @param {(name: string) => boolean} isAlways  said though it be as usual
 */
export function addSettings(parameters, given, language, isAlways) {
  const settings = completeSettings(language, given);
  const defaults = completeSettings(language);
  for (const { name } of SETTINGS) {
    const isOwn = name in given && (given[name] !== defaults[name] || follows(name));
    if (isOwn || isAlways(name)) parameters.set(name, String(settings[name]));
  }
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
