// A failure in a sentence: its code has one in the words, and what its parameters name is named as the page
// names it.

import { listCharacters } from "./characters.js";

/** @typedef {import("../../api/messages.js").Failure} Failure */
/** @typedef {import("../state/words.js").Words} Words */

/**
 * @param {Failure} failure
 * @param {Words} words
 * @returns {string}
 */
export function failureSentence({ code, params }, words) {
  const key = `errors.${code}`;
  if (!words.has(key)) return words.say("errors.unknown", { code });
  const named = Object.entries(params).map(([name, value]) => [name, told(name, value, words)]);
  return words.say(key, Object.fromEntries(named));
}

/**
 * @param {string} name   of the parameter
 * @param {string|number|string[]} value
 * @param {Words} words
 */
function told(name, value, words) {
  if (name === "megabytes") return Math.ceil(Number(value) * 10) / 10;
  if (name === "characters" && typeof value !== "number") return listCharacters(value, words);
  return name === "name" ? settingLabel(String(value), words) : value;
}

/**
 * @param {string} name  of a setting
 * @param {Words} words
 * @returns {string} its label on the page; the name where it has none there
 */
export function settingLabel(name, words) {
  const key = `settings.${name}.label`;
  return words.has(key) ? words.say(key) : name;
}
