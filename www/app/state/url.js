// The settings in the page's address: read once at the start, written whenever one changes.

import { SETTINGS, completeSettings, findSetting, parseSetting } from "./settings.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./settings.js").Language} Language */

/**
 * @typedef {object} Address
 * @property {Language|null} language
 * @property {Partial<Settings>} settings
 * @property {{setting: import("./settings.js").Setting, raw: string}[]} refused  values out of type or range: the default holds
 */

/**
 * Reads the query and the hash; where both name a setting, the hash wins.
 * @param {Pick<Location, "search"|"hash">} location
 * @returns {Address}
 */
export function readAddress(location) {
  const given = new Map([...new URLSearchParams(location.search), ...readHash(location.hash)]);
  /** @type {Address} */
  const address = { language: null, settings: {}, refused: [] };
  for (const [name, raw] of given) {
    if (name === "lang") {
      if (raw === "fr" || raw === "en") address.language = raw;
      continue;
    }
    const setting = findSetting(name);
    if (!setting) {
      console.info(`petit-train: the address names an unknown setting "${name}"; it is ignored.`);
      continue;
    }
    const value = parseSetting(setting, raw);
    if (value === null) address.refused.push({ setting, raw });
    else Object.assign(address.settings, { [name]: value });
  }
  return address;
}

/**
 * Puts the settings that differ from their defaults into the hash, without a new entry in the history. Those that the
 * query names are written too, since the query would win over a default at the next visit.
 * @param {Settings} settings
 * @param {Language} language
 */
export function writeAddress(settings, language) {
  const defaults = completeSettings(language, { preset: settings.preset });
  defaults.preset = completeSettings(language).preset;
  const query = new URLSearchParams(location.search);
  const changed = SETTINGS.filter(({ name }) => settings[name] !== defaults[name] || query.has(name));
  const hash = new URLSearchParams(changed.map(({ name }) => [name, String(settings[name])])).toString();
  const isAnchor = location.hash !== "" && !location.hash.includes("=");
  if (hash === "" && (isAnchor || location.hash === "")) return;
  try {
    history.replaceState(history.state, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  } catch (error) {
    // Browsers limit how often an address changes, and some frames forbid it; the settings themselves are unharmed.
    console.info("petit-train: the address could not be updated.", error);
  }
}

/**
 * @param {string} hash
 * @returns {Iterable<[string, string]>}  nothing where the hash is the anchor of a chapter
 */
function readHash(hash) {
  return hash.includes("=") ? new URLSearchParams(hash.slice(1)) : [];
}
