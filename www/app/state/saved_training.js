// A training as the shelf keeps it: the engine's checkpoint, and what the page shows and has chosen.

import { NO_TEXT } from "../../api/options.js";
import { firstOrigin } from "./app_state.js";
import { historyUntil } from "./run_history.js";
import { talesLanguage } from "./run_settings.js";
import { validChoices } from "./settings.js";
import { joinDocuments, nextTask, opening, tidyDocuments } from "./text.js";

/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/messages.js").StepReport} StepReport */
/** @typedef {import("../../api/training.js").Checkpoint} Checkpoint */
/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./run_history.js").History} History */
/** @typedef {import("./run_history.js").Sample} Sample */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("./shelf.js").KeptText} KeptText */

/** The version of `SavedTraining` that this page writes, and the latest that it reads. */
export const VERSION = 1;
/** Characters of a text of the reader's own by which the shelf names it. */
const TITLE_LENGTH = 40;
/** Characters that are hashed without a pause. */
const SLICE = 1_000_000;

/**
 * Reports of steps, a column for each of their numbers: as objects, those of a long training would hold up
 * the page while they are stored.
 * @typedef {Record<keyof StepReport, Float64Array>} StepColumns
 */

/** @type {readonly (keyof StepReport)[]} */
const COLUMNS = ["step", "loss", "learning_rate", "tokens", "ms", "compiling"];

/**
 * @typedef {object} SavedTraining
 * @property {number} version
 * @property {Checkpoint} checkpoint
 * @property {RunSettings} running  without the documents of the reader's own text
 * @property {Pick<AppState, "given"|"prompt"|"look"|"links">} page
 * @property {Pick<AppState["source"]["own"], "notes">} own
 * @property {ReturnType<typeof firstOrigin>} [origin]  where it began, unless that was in this browser
 * @property {Omit<History, "steps"|"samples"> & {steps: StepColumns, samples: Omit<Sample, "quality">[]}}
 *   history  until the step of the checkpoint
 */

/**
 * What is saved of a training, and what its line on the shelf says of it.
 * @typedef {object} Snapshot
 * @property {SavedTraining} saved
 * @property {string[]|null} documents  of the reader's own text, where that is learned and kept
 * @property {Pick<Entry, "parameters"|"step"|"last_step"|"training"|"loss">} figures
 */

/**
 * @param {AppState} state  of the page, whose model at hand is
 * @param {Pick<Training, "settings"|"state"|"info">} training
 * @param {Checkpoint} checkpoint
 * @returns {Snapshot}
 */
export function snapshotOf(state, training, checkpoint) {
  const { given, settings, prompt, look, links, source: { own } } = state;
  const shown = historyUntil(state.history, checkpoint.step);
  const { steps, samples, ...history } = shown;
  const running = state.running ?? training.settings;
  const { source } = training.settings;
  const { parameters, last_step } = training.info;
  return {
    saved: {
      version: VERSION,
      checkpoint,
      running: { ...running, source: source.kind === "text" ? { ...source, documents: [] } : source },
      // Without it, the text would follow the page's language.
      page: { given: { text: settings.text, ...given }, prompt, look, links },
      own: { notes: own.notes },
      origin: firstOrigin(state.origin),
      history: { ...history, steps: columnsOf(steps), samples: samples.map(unjudged) },
    },
    documents: source.kind === "text" && state.kept.withText ? source.documents : null,
    figures: {
      parameters, step: checkpoint.step, last_step, training: training.state === "training",
      loss: shown.evaluations.at(-1)?.validation_loss ?? steps.at(-1)?.loss ?? null,
    },
  };
}

/**
 * @typedef {object} OpenedTraining
 * @property {RunSettings} settings
 * @property {Checkpoint} checkpoint
 * @property {SavedTraining["page"]|null} page  null of a model of which nothing else is known: what the page
 *   shows stays as it is
 * @property {AppState["source"]["own"]|null} own  the reader's own text, where the training learned one
 * @property {History} history
 * @property {import("./app_state.js").Origin|null} [origin]
 */

/**
 * @param {SavedTraining} saved
 * @param {string[]|null} documents  that the training learned; none of tales
 * @returns {OpenedTraining & Pick<SavedTraining, "page">}
 * @throws {SavedTrainingRefused}
 */
export function openTraining(saved, documents) {
  if (saved.version > VERSION) throw new SavedTrainingRefused("checkpoint_too_new");
  if (!isReadable(saved)) throw new SavedTrainingRefused("checkpoint_unreadable");
  const { running, checkpoint, page, own, history } = saved;
  const { source } = running;
  return {
    settings: source.kind === "text" ? { ...running, source: sourceOf(documents) } : running,
    checkpoint,
    page: { ...page, given: validChoices(page.given) },
    own: documents && { documents, notes: own.notes, before: null },
    history: {
      ...history, steps: reportsOf(history.steps),
      samples: history.samples.map((sample) => ({ ...sample, judgements: null })),
    },
  };
}

/**
 * @param {string[]|null} documents  of a training that has learned a text of the reader's own
 * @returns {RunSettings["source"]} without them there is no text to learn
 */
function sourceOf(documents) {
  return documents ? { kind: "text", documents } : NO_TEXT;
}

/**
 * Whether all that is looked into is there: a browser's storage is open to whatever runs at this origin. The
 * engine looks into the rest.
 * @param {SavedTraining} saved
 */
function isReadable({ version, running, checkpoint, page, own, history }) {
  const columns = COLUMNS.map((name) => history?.steps?.[name]);
  return version === VERSION
    && checkpoint?.blob instanceof Blob && Number.isInteger(checkpoint.step)
    && ["text", "contes", "none"].includes(running?.source?.kind)
    && [page?.given, own?.notes, page?.links].every((value) => typeof value === "object" && value !== null)
    && [page.prompt, page.look].every((value) => typeof value === "string")
    && [history?.evaluations, history?.samples].every(Array.isArray)
    && columns.every((column) => column instanceof Float64Array && column.length === columns[0].length);
}

/** Why a saved training cannot be opened; nothing is changed by it. */
export class SavedTrainingRefused extends Error {
  /**
   * @param {string} code
   * @param {Record<string, string|number>} [params]
   */
  constructor(code, params = {}) {
    super(code);
    /** @type {import("../../api/messages.js").Failure} */
    this.failure = { code, params, cause: `the page refused a saved training: ${code}` };
  }
}

/**
 * @param {RunSettings["source"]} source
 * @returns {Promise<KeptText|null>} none where it is not known what was learned
 */
export async function keptText(source) {
  const language = talesLanguage(source);
  if (language) return { kind: "contes", language };
  if (source.kind !== "text") return null;
  const [first = ""] = source.documents;
  const fingerprint = await fingerprintOf(source.documents);
  const words = opening(first, TITLE_LENGTH).replace(/[\s.,;:…]+$/, "");
  return { kind: "own", opening: words, fingerprint, isKept: false };
}

/**
 * The text of a training that was kept without it, where the reader has given it again.
 * @param {KeptText} text
 * @param {readonly string[]} documents  of the reader's own text
 * @returns {Promise<string[]|null>} none of tales
 * @throws {SavedTrainingRefused} `text_not_kept`
 */
export async function textGivenAgain(text, documents) {
  if (text.kind === "contes") return null;
  const given = tidyDocuments(documents);
  if (await fingerprintOf(given) === text.fingerprint) return given;
  throw new SavedTrainingRefused("text_not_kept", { opening: text.opening });
}

/**
 * Tells texts apart, so that one which was not kept is known when it is given again. In slices, so that a
 * large text never holds up the page; FNV-1a of 32 bits, since `crypto.subtle` is not there over http.
 * @param {readonly string[]} documents
 * @returns {Promise<string>}
 */
async function fingerprintOf(documents) {
  const text = joinDocuments(documents);
  let hash = 0x811c9dc5;
  for (let start = 0; start < text.length; start += SLICE) {
    if (start > 0) await nextTask();
    const end = Math.min(text.length, start + SLICE);
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}

/** @param {Sample} sample @returns {Omit<Sample, "quality">} it is judged again when it is shown */
function unjudged({ quality: _quality, ...sample }) {
  return { ...sample, judgements: null };
}

/** @param {readonly StepReport[]} reports @returns {StepColumns} */
function columnsOf(reports) {
  const columns = COLUMNS.map((name) => {
    // `Float64Array.from` takes ten times as long.
    const column = new Float64Array(reports.length);
    for (let index = 0; index < column.length; index++) column[index] = Number(reports[index][name]);
    return [name, column];
  });
  return Object.fromEntries(columns);
}

/** @param {StepColumns} columns @returns {StepReport[]} */
function reportsOf({ step, loss, learning_rate, tokens, ms, compiling }) {
  return Array.from(step, (number, index) => ({
    step: number, loss: loss[index], learning_rate: learning_rate[index], tokens: tokens[index],
    ms: ms[index], compiling: compiling[index] === 1,
  }));
}
