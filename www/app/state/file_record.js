// What the page keeps in the file of a training: all that the shelf keeps of it (saved_training.js), as JSON.
// A file may come from anywhere, so every value is looked at before it is believed.

import { SavedTrainingRefused, VERSION, openTraining, snapshotOf } from "./saved_training.js";
import { LANGUAGES, MOST_WORKERS } from "./settings.js";

/** @typedef {import("../../api/files.js").Header} Header */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/training.js").Checkpoint} Checkpoint */
/** @typedef {import("../../api/training.js").Training} Training */
/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./saved_training.js").OpenedTraining} OpenedTraining */
/** @typedef {(value: any) => boolean} Test */

/** Tokens of a text of a sample at most. */
const LONGEST_SAMPLE = 4_096;

/**
 * @param {AppState} state  of the page, whose model at hand is
 * @param {Pick<Training, "settings"|"state"|"info">} training
 * @param {Checkpoint} checkpoint
 * @returns {string}
 */
export function recordOf(state, training, checkpoint) {
  const { saved: { version, running, page, history }, documents } = snapshotOf(state, training, checkpoint);
  const columns = Object.entries(history.steps).map(([name, column]) => [name, [...column]]);
  const steps = Object.fromEntries(columns);
  return JSON.stringify({
    version, saved: Date.now(), running, page, documents, history: { ...history, steps },
  });
}

/**
 * @param {string} record
 * @param {Header} header   of the same file, which says what the model is
 * @param {Checkpoint} checkpoint
 * @returns {{opened: ReturnType<typeof openTraining>, saved: number}} `saved`: when, in milliseconds since
 *   1970
 * @throws {SavedTrainingRefused}
 */
export function readRecord(record, header, checkpoint) {
  const read = parsed(record);
  if (read?.version > VERSION) throw new SavedTrainingRefused("checkpoint_too_new");
  if (!isRecord(read) || !header.train) throw new SavedTrainingRefused("checkpoint_unreadable");
  if (read.version < VERSION) throw new SavedTrainingRefused("checkpoint_too_old", { version: read.version });
  const { version, saved, page, documents, history } = read;
  const running = runningOf(read.running, header);
  const columns = Object.entries(history.steps).map(([name, column]) => [name, Float64Array.from(column)]);
  const steps = Object.fromEntries(columns);
  const { given, prompt, look, links } = page;
  const own = { notes: [] };
  const opened = openTraining({
    version, checkpoint, running, page: { given, prompt, look, links }, own,
    history: { ...pick(history, HISTORY), steps },
  }, running.source.kind === "text" ? documents : null);
  return { opened, saved };
}

/**
 * @param {string|null} record  of a model alone
 * @returns {"fr"|"en"|null} the language of the tales that it was trained on, where the record says so
 */
export function talesOfRecord(record) {
  const source = parsed(record ?? "")?.running?.source;
  return source?.kind === "none" && LANGUAGES.includes(source.tales) ? source.tales : null;
}

/** @param {string} json @returns {any} null where it is none */
function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/**
 * The settings of a training: what it is and how it is trained stands in the header, where an engine reads
 * it.
 * @param {any} running
 * @param {Header} header
 * @returns {RunSettings}
 */
function runningOf({ engine, source, tokenizer, model, train, sample, workers }, header) {
  const { prompt, instead, length, sampling } = sample;
  return {
    engine,
    source: sourceOf(source),
    tokenizer: tokenizer.kind === "bpe" ? pick(tokenizer, ["kind", "vocab_size"]) : { kind: "chars" },
    // In the order of the record; all of it, whatever that says.
    model: { ...from(header.model, model), ...header.model },
    train: from(header.train?.config ?? {}, train),
    sample: { prompt, ...(instead === undefined ? {} : { instead }), length, sampling },
    ...(isWithin(1, MOST_WORKERS)(workers) ? { workers } : {}),
  };
}

/** @param {any} source @returns {RunSettings["source"]} without its documents */
function sourceOf(source) {
  if (source.kind === "text") return { kind: "text", documents: [] };
  return pick(source, ["kind", source.kind === "contes" ? "language" : "tales"]);
}

/**
 * Those entries of `known` that `asked` has too, in its order, by which settings are compared.
 * @param {object} known
 * @param {object} asked
 */
function from(known, asked) {
  const entries = new Map(Object.entries(known));
  return Object.fromEntries(Object.keys(asked).filter((name) => entries.has(name))
    .map((name) => [name, entries.get(name)]));
}

/**
 * @param {any} object
 * @param {readonly string[]} names
 * @returns {any}
 */
function pick(object, names) {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}

// ---- What a record looks like -----------------------------------------------------------------------------

/** @type {Test} */
const isNumber = (value) => Number.isFinite(value);
/** @type {Test} */
const isText = (value) => typeof value === "string";
/** @type {Test} */
const isFlag = (value) => typeof value === "boolean";
/** @param {...unknown} choices @returns {Test} */
const isOneOf = (...choices) => (value) => choices.includes(value);
/** @param {number} min @param {number} max @returns {Test} */
const isWithin = (min, max) => (value) => Number.isInteger(value) && value >= min && value <= max;
/** @param {Test} test @returns {Test} */
const isList = (test) => (value) => Array.isArray(value) && value.every(test);
/** @param {Test} test @returns {Test} */
const orNull = (test) => (value) => value === null || test(value);
/** @param {Test} test @returns {Test} */
const orNothing = (test) => (value) => value === undefined || test(value);
/** @param {Record<string, Test>} fields @returns {Test} */
const has = (fields) => (value) => typeof value === "object" && value !== null
  && Object.entries(fields).every(([name, test]) => test(value[name]));

const isRange = has({ start: isNumber, end: isNumber });
const isEvaluation = has({ step: isNumber, validation_loss: isNumber, examples: isNumber });
const isSample = has({
  step: isNumber, prompt: isText, unreadable: orNull(isList(isText)), ms: isNumber,
  texts: isList(has({ text: isText, ended: isFlag })),
});
const isNumbers = isList(isNumber);

/** The parts of a history that are taken. */
const HISTORY = ["steps", "evaluations", "final", "samples", "best", "used", "bestOffered"];

const isRecord = has({
  version: isNumber,
  saved: isNumber,
  running: has({
    engine: isOneOf("auto", "webgpu", "cpu"),
    source: (value) => has({ kind: isOneOf("text") })(value)
      || has({ kind: isOneOf("contes"), language: isOneOf(...LANGUAGES) })(value)
      || has({ kind: isOneOf("none"), tales: isOneOf(...LANGUAGES, null) })(value),
    tokenizer: (value) => has({ kind: isOneOf("chars") })(value)
      || has({ kind: isOneOf("bpe"), vocab_size: isNumber })(value),
    model: has({}),
    train: has({}),
    sample: has({
      prompt: isText, instead: orNothing(isText), length: isWithin(1, LONGEST_SAMPLE),
      sampling: has({ temperature: isNumber, top_k: isNumber, top_p: isNumber, seed: isNumber }),
    }),
  }),
  page: has({
    given: has({}), prompt: isText, look: isText, links: isList(has({ from: isRange, to: isRange })),
  }),
  documents: orNull(isList(isText)),
  history: has({
    steps: has({
      step: isNumbers, loss: isNumbers, learning_rate: isNumbers, tokens: isNumbers, ms: isNumbers,
      compiling: isNumbers,
    }),
    evaluations: isList(isEvaluation),
    final: orNull(isEvaluation),
    samples: isList(isSample),
    best: orNull(has({ step: isNumber, loss: isNumber })),
    used: isOneOf("best", "last"),
    bestOffered: isFlag,
  }),
});
