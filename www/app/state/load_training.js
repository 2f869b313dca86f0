// What makes trainings is no part of the first view, in which nothing trains: it comes once the reader is
// there.

import { EngineFailure } from "../../api/failure.js";

/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/training.js").CreateOptions} CreateOptions */
/** @typedef {import("../../api/training.js").Training} Made */

/** Once it is loaded. @type {typeof import("../../api/training.js").Training|null} */
let Training = null;

/** @throws {EngineFailure} `not_found` */
export async function loadTraining() {
  try {
    ({ Training } = await import("../../api/training.js"));
  } catch (error) {
    throw new EngineFailure({ code: "not_found", params: {}, cause: `api/training.js: ${error}` });
  }
}

/**
 * @param {RunSettings} settings
 * @param {CreateOptions} options
 * @returns {Promise<Made>}
 */
export function createTraining(settings, options) {
  return Training
    ? Training.create(settings, options) : loadTraining().then(() => createTraining(settings, options));
}
