// What of a card's address could not be taken, in sentences.

import { refusalSentence } from "../parts/address_notice.js";
import { completeSettings } from "../state/settings.js";

/**
 * @param {import("../state/url.js").Address} address
 * @param {import("../state/words.js").Words} words
 * @returns {Promise<string[]>}
 */
export async function refusalSentences({ refused, settings }, words) {
  const { language } = words;
  await words.load(language);
  const state = { language, settings: completeSettings(language, settings) };
  return refused.map((refusal) => refusalSentence(refusal, state, words));
}
