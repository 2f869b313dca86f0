// Sentences to look at: those of the newsletters in which attention was explained, with the words of them
// that belong together.

import { FIRST_WORDS } from "../../state/library.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {{text: string, links: import("../../state/app_state.js").WordPair[]}} Passage */

/** @type {Record<"fr"|"en", readonly Passage[]>} */
const SENTENCES = {
  fr: [
    { text: FIRST_WORDS.fr.look, links: FIRST_WORDS.fr.links },
    {
      text: "Le chat s'est assis sur le tapis.",
      links: [{ from: { start: 14, end: 19 }, to: { start: 3, end: 7 } }],
    },
  ],
  en: [
    { text: FIRST_WORDS.en.look, links: FIRST_WORDS.en.links },
    {
      text: "The cat sat on the mat.",
      links: [{ from: { start: 8, end: 11 }, to: { start: 4, end: 7 } }],
    },
  ],
};

/**
 * @param {AppState} state
 * @returns {readonly Passage[]} in the language of the model at hand, or of its text, or else of the page;
 *   those alone whose every character stands in a text of the reader's own
 */
export function sentencesFor(state) {
  const language = languageOfModel(state) || languageOfText(state);
  if (language === "fr" || language === "en") return SENTENCES[language];
  const symbols = state.source.facts && new Set(state.source.facts.symbols);
  return SENTENCES[state.language].filter(({ text }) => [...text].every((character) => (
    !symbols || symbols.has(character) || (character === "'" && symbols.has("’")))));
}
