// In which language a text is, as far as the page knows: for screen readers, hyphenation and translators.

import { contesLanguage, talesLanguage } from "../state/run_settings.js";

/** @typedef {import("../state/app_state.js").AppState} AppState */

/**
 * Of the chosen text and of what the reader writes to a model of it.
 * @param {AppState} state
 * @returns {string} a language tag; empty where it is not known
 */
export function languageOfText(state) {
  return contesLanguage(state) ?? "";
}

/**
 * Of what the present model writes.
 * @param {Pick<AppState, "running">} state
 * @returns {string} a language tag; empty where it is not known
 */
export function languageOfModel({ running }) {
  return running ? talesLanguage(running.source) ?? "" : "";
}
