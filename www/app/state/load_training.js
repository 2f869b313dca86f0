// What makes trainings, and asks their models, is no part of the first view, in which nothing trains: it
// comes once the reader is there.

import { EngineFailure } from "../../api/failure.js";

/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/training.js").CreateOptions} CreateOptions */
/** @typedef {import("../../api/training.js").Training} Made */
/** @typedef {typeof import("./asking.js").Asking} AskingClass */

/** Once it is loaded. @type {typeof import("../../api/training.js").Training|null} */
let Training = null;
/** The same. @type {AskingClass|null} */
let Asking = null;

/** @throws {EngineFailure} `not_found` */
export async function loadTraining() {
  try {
    [{ Training }, { Asking }] = await Promise.all([
      import("../../api/training.js"), import("./asking.js"),
    ]);
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

/**
 * @param {ConstructorParameters<AskingClass>} args
 * @returns what asks the models of trainings: not before one was made
 */
export function makeAsking(...args) {
  if (!Asking) throw new Error("no training was made yet");
  return new Asking(...args);
}
