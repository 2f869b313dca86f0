// The text in which pairs of letters are counted: the chosen one.

import { talesToCount } from "../../state/counted_tales.js";
import { contesLanguage } from "../../state/run_settings.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

/** Tales to count in, in bytes. */
const TALES = 60_000;

/**
 * @param {AppState} state
 * @returns {unknown} another for another text; nothing where there is none yet
 */
export function chosenText({ settings, source }) {
  const language = contesLanguage({ settings });
  if (language !== null) return source.contes[language] ? language : null;
  return source.own.documents.length > 0 ? source.own.documents : null;
}

/**
 * @param {AppState} state  with a chosen text
 * @returns {Promise<readonly string[]>} its documents; of tales without end so many
 */
export async function documentsOf({ settings, source }) {
  const language = contesLanguage({ settings });
  if (language === null) return source.own.documents;
  try {
    return await talesToCount(language, TALES);
  } catch (error) {
    console.warn("petit-train: pairs are counted in the tales at hand.", error);
    return source.contes[language]?.stories.map(({ text }) => text) ?? [];
  }
}
