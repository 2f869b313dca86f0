// How far the model on arrival has come.

/** @typedef {import("../state/words.js").Words} Words */

const MEGABYTE = 1e6;
const ONE_DECIMAL = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/**
 * @param {import("../state/app_state.js").Meeting} meeting
 * @param {Words} words
 */
export function meetingSentence({ received, total }, words) {
  if (total > 0 && received >= total) return words.say("header.meeting_begins");
  const [done, all] = [received, total].map((bytes) => words.number(bytes / MEGABYTE, ONE_DECIMAL));
  return words.say(total > 0 ? "header.meeting_of" : "header.meeting", { done, all });
}
