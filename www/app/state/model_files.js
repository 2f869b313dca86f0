// The model at hand as a file or a folder, and files and folders taken up in its place. Loaded when the
// reader keeps or opens one.

import { exportFolder, openFiles, tokenizerConfigOf, writeFile } from "../../api/files.js";
import { EngineFailure } from "../../api/failure.js";
import { cardAtHand } from "./app_state.js";
import { trainedSeconds } from "./figures.js";
import { readRecord, recordOf, talesOfRecord } from "./file_record.js";
import { EMPTY_HISTORY, modelStep } from "./run_history.js";
import { runSettings } from "./run_settings.js";
import { smooth } from "./smooth.js";

/** @typedef {import("../../api/files.js").Facts} Facts */
/** @typedef {import("../../api/files.js").OpenedModel} OpenedModel */
/** @typedef {import("../../api/training.js").Checkpoint} Checkpoint */
/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Origin} Origin */
/** @typedef {import("./saved_training.js").OpenedTraining} OpenedTraining */

/**
 * The file with everything: it goes on elsewhere as here.
 * @param {AppState} state
 * @param {Training} training
 * @param {Checkpoint} checkpoint  of the training
 * @returns {Promise<Blob>}
 */
export function packTraining(state, training, checkpoint) {
  return writeFile(checkpoint.blob, recordOf(state, training, checkpoint));
}

/**
 * The folder that `transformers` loads, zipped.
 * @param {AppState} state
 * @param {Training} training
 * @param {Checkpoint} checkpoint  of the training
 * @param {import("./shelf.js").KeptText|null} kept  what it learned; none where it was opened without a text
 * @param {Pick<Facts, "language"|"name"|"text">} named
 * @returns {Promise<Blob>}
 */
export function packFolder(state, training, checkpoint, kept, named) {
  const fingerprint = kept?.kind === "own" ? `length-fnv1a:${kept.fingerprint}` : undefined;
  return exportFolder(checkpoint.blob, defined({ ...factsOf(state, training), ...named, fingerprint }));
}

/** @typedef {Omit<Facts, "language"|"name"|"text">} Measured */

/**
 * What was measured of the model at hand. What is not known is left out: the card says that it is missing.
 * @param {AppState} state
 * @param {Training} training
 * @returns {Measured}
 */
function factsOf(state, { info, settings }) {
  const { history } = state;
  const card = cardAtHand(state);
  if (card) return factsOfCard(card);
  const step = modelStep(history);
  const steps = history.steps.filter((report) => report.step <= step);
  const evaluation = history.final ?? history.evaluations.findLast((found) => found.step === step);
  const quality = history.samples.findLast((sample) => sample.step === step)?.quality;
  const { source } = settings;
  const hasText = info.train_tokens > 0;
  const characters = source.kind === "text" && hasText
    ? source.documents.reduce((sum, document) => sum + [...document].length, 0) : undefined;
  return {
    characters,
    characters_per_token: hasText ? info.characters_per_token : undefined,
    steps: steps.length > 0 ? step : undefined,
    tokens: steps.at(-1)?.tokens,
    seed: steps.length > 0 ? info.train.seed : undefined,
    seconds: steps.length > 0 ? trainedSeconds(steps) : undefined,
    training_loss: smooth(steps).at(-1),
    validation_loss: evaluation?.validation_loss,
    validation_examples: evaluation?.examples,
    tales: quality?.kind === "tales"
      ? { whole: quality.whole, of: quality.of, temperature: settings.sample.sampling.temperature ?? 0.8 }
      : undefined,
  };
}

/**
 * What was measured of the model on arrival when it was trained.
 * @param {import("./arrival.js").Card} card
 * @returns {Measured}
 */
function factsOfCard({ characters_per_token, steps, tokens, seed, validation_loss, tales }) {
  return { characters_per_token, steps, tokens, seed, validation_loss, tales };
}

/**
 * @template {object} T
 * @param {T} object
 * @returns {T} without what is undefined
 */
function defined(object) {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return /** @type {T} */ (Object.fromEntries(entries));
}

/**
 * Reads what a reader has chosen or dropped; nothing of the page has changed.
 * @param {AppState} state
 * @param {readonly File[]} files
 * @returns {Promise<OpenedTraining>} to be taken up
 * @throws {EngineFailure|import("./saved_training.js").SavedTrainingRefused}
 */
export async function readModel(state, files) {
  const model = await openFiles(files);
  const { header, page } = model;
  const checkpoint = { step: header.train?.step ?? 0, blob: model.checkpoint };
  const origin = originOf(files, model, checkpoint.step);
  if (page && header.train) {
    const { opened, saved } = readRecord(page, header, checkpoint);
    return { ...opened, origin: { ...origin, date: saved } };
  }
  return openedAlone(state, model, checkpoint, origin);
}

/**
 * A model of which the page knows nothing but what it is: it writes and is looked at, and is trained once a
 * text is given to it.
 * @param {AppState} state
 * @param {OpenedModel} model
 * @param {Checkpoint} checkpoint
 * @param {Origin} origin
 * @returns {OpenedTraining}
 */
function openedAlone(state, { header, page }, checkpoint, origin) {
  const settings = runSettings(state);
  return {
    settings: {
      ...settings,
      model: header.model,
      tokenizer: tokenizerConfigOf(header),
      source: { kind: "none", tales: talesOfRecord(page) },
    },
    checkpoint,
    page: null,
    own: null,
    history: EMPTY_HISTORY,
    origin,
  };
}

/**
 * @param {readonly File[]} files
 * @param {OpenedModel} model
 * @param {number} step
 * @returns {import("./app_state.js").FileOrigin}
 */
function originOf(files, { header }, step) {
  const main = files.length === 1 ? files[0] : files.find(({ name }) => name === "model.safetensors");
  return {
    kind: "file", file: main?.name ?? "", date: main?.lastModified ?? 0, step,
    isTraining: header.train !== undefined,
  };
}
