// What the whole model and an altered one make of the passage, which most elements of the chapter show.

import { passage } from "./passage.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("../../../api/questions.js").Consequences} Consequences */
/** @typedef {import("../../../api/messages.js").Interventions} Interventions */

/**
 * @typedef {object} Comparison
 * @property {import("../../../api/messages.js").FittedText} fitted  the passage as the model reads it
 * @property {Consequences} whole
 * @property {Consequences} changed  the same where nothing was done
 */

/**
 * How long texts go on: about a line and a half of letters.
 * @param {Pick<AppState, "running">} state
 */
export function continuationLength({ running }) {
  return running?.tokenizer.kind === "bpe" ? 24 : 60;
}

/**
 * @param {Model} model
 * @param {AppState} state
 * @param {Interventions|null} interventions
 * @returns {Promise<Comparison>}
 * @throws {import("../../../api/failure.js").EngineFailure}
 */
export async function compare(model, state, interventions) {
  const fitted = await passage.fitted(model, state);
  const length = continuationLength(state);
  const asked = interventions ? [{}, interventions] : [{}];
  const [whole, changed = whole] = await model.consequences(fitted.text, asked, { length });
  return { fitted, whole, changed };
}
