// Two moments of a model side by side: how far the weights moved between them, and the same sentence
// continued by both. Each is opened for it in a worker of its own.

import { beginningOf, compareWeights } from "../../api/files.js";
import { NO_TEXT } from "../../api/options.js";
import { Training } from "../../api/training.js";
import { firstOrigin } from "./app_state.js";
import { arrivalLanguage, fetchArrival, openArrival } from "./arrival.js";
import { readModel } from "./model_files.js";
import { drawingOf, talesLanguage } from "./run_settings.js";

/** @typedef {import("../../api/files.js").Comparison} Compared */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Origin} Origin */
/** @typedef {import("../../api/training.js").Checkpoint} Checkpoint */

/** Tokens that each continues the sentence with. */
const LENGTH = 60;

/**
 * What the model at hand is compared with. `origin`: where it is from; null where it is the first step's.
 * @typedef {{origin: Origin|null, step: number, checkpoint: Blob}} Other
 */

/**
 * Its step 0.
 * @param {AppState} state
 * @param {Checkpoint} checkpoint  of the model at hand
 * @returns {Promise<Other|null>} none where it began with the weights of a file
 */
export async function firstStep(state, { blob }) {
  if (firstOrigin(state.origin)?.kind === "arrival") return fromArrival(state);
  const checkpoint = await beginningOf(blob);
  return checkpoint && { origin: null, step: 0, checkpoint };
}

/**
 * @param {AppState} state
 * @param {readonly File[]} files
 * @returns {Promise<Other>}
 */
export async function fromFiles(state, files) {
  const { checkpoint: { blob, step }, origin } = await readModel(state, files);
  return { origin: origin ?? null, step, checkpoint: blob };
}

/**
 * The model on arrival: of the tales that the model at hand has learned, where it has.
 * @param {AppState} state
 * @returns {Promise<Other>}
 */
export async function fromArrival(state) {
  const { running } = state;
  const learned = running && talesLanguage(running.source);
  const arrival = await fetchArrival(learned ?? arrivalLanguage(state));
  const { checkpoint: { blob }, origin } = openArrival(state, arrival);
  return { origin: origin ?? null, step: 0, checkpoint: blob };
}

/**
 * @param {Pick<import("./keeping.js").Keeping, "read">} keeping
 * @param {string} id  of a training on the shelf
 * @returns {Promise<Other>}
 */
export async function fromShelf(keeping, id) {
  const { entry: { name, text, saved: date }, checkpoint: { blob, step } } = await keeping.read(id);
  return { origin: { kind: "shelf", name, text, date, step, before: null }, step, checkpoint: blob };
}

/**
 * From the other model to the one at hand.
 * @param {Other} other
 * @param {Checkpoint} checkpoint
 * @returns {Promise<Compared>}
 */
export function weightsMoved(other, { blob }) {
  return compareWeights(other.checkpoint, blob);
}

/**
 * The model of a checkpoint, opened by itself beside the one at hand, which is of the same sizes.
 * @param {Pick<Other, "checkpoint"|"step">} moment
 * @param {import("../../api/messages.js").RunSettings} running  settings of the model at hand
 * @param {AbortSignal} signal
 * @returns {Promise<Training>} to be closed
 */
export function openBeside({ checkpoint, step }, running, signal) {
  /** @type {import("../../api/messages.js").RunSettings} */
  const alone = { ...running, engine: "cpu", source: NO_TEXT, workers: 1 };
  return Training.create(alone, { checkpoint: { step, blob: checkpoint }, signal });
}

/**
 * Its step 0, drawn from its seed once more.
 * @param {Pick<AppState, "origin">} state
 * @param {Training} training  the model at hand
 * @returns {Promise<Other|null>} none where the training began with the weights of a file
 */
export async function drawnAgain({ origin }, training) {
  const first = firstOrigin(origin);
  // Its file is of a model alone; its card says from which seed it was raised.
  const seed = first?.kind === "arrival" ? first.card.seed : undefined;
  const checkpoint = await beginningOf(training.checkpoint?.blob ?? await training.model.save(), seed);
  return checkpoint && { origin: null, step: 0, checkpoint };
}

/**
 * The same sentence continued by a checkpoint's model, opened for it and ended with it.
 * @param {Pick<Other, "checkpoint"|"step">} moment
 * @param {AppState} state  whose prompt and way of drawing tokens are taken
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<{prompt: string, text: string}, void>} what is new of it
 */
export async function* continued(moment, { prompt, settings, running }, signal) {
  if (!running) return;
  const training = await openBeside(moment, running, signal);
  try {
    // One that has learned nothing ends a text anywhere.
    const options = { length: LENGTH, ...drawingOf(settings), stopAtEnd: false, signal };
    for await (const piece of training.model.write(prompt, options)) {
      yield { prompt: piece.prompt.text, text: piece.text };
    }
  } finally {
    training.close();
  }
}
