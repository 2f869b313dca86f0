// What the page knows: one object, replaced piece by piece by the controller and shown by the views.

import { EMPTY_HISTORY } from "./run_history.js";
import { completeSettings } from "./settings.js";

/** @typedef {import("../../api/messages.js").RunInfo} RunInfo */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/messages.js").WordPair} WordPair */
/** @typedef {import("../../api/messages.js").FittedText} FittedText */
/** @typedef {import("./run_history.js").History} History */

/**
 * idle: no model yet. creating: being made. ready: made, not a step done. The model is gone after `failed`.
 * @typedef {"idle"|"creating"|"ready"|"training"|"paused"|"stopped"|"finished"|"failed"} Phase
 */

/**
 * A text that the model writes, or has written.
 * @typedef {object} Writing
 * @property {number} id        of this text alone
 * @property {number} step      of the model
 * @property {string} prompt    as the model read it
 * @property {FittedText["replaced"]} replaced  what the model could not read of the prompt, and read instead
 * @property {string} text      what follows the prompt
 * @property {readonly import("../../api/messages.js").WrittenToken[]} tokens  what the text consists of, and
 *   how each was drawn
 * @property {readonly string[]} labels  every token of the vocabulary as the page shows it, once they are
 *   known
 * @property {import("../../api/options.js").Drawing} drawing  how its tokens are drawn
 * @property {number|null} fork  where it leaves another text: the number of its first token of its own
 * @property {boolean} done
 * @property {boolean} ended    by the model itself
 * @property {(import("./quality.js").Judgement & {of: number})|null} judgement  of a model of tales: of so
 *   many UTF-16 units of `prompt + text`
 * @property {(import("../../api/messages.js").Copies & {of: number})|null} copies  what is copied of so many
 *   UTF-16 units of `prompt + text`, once it has been searched for
 */

/**
 * What the model's heads look at in a text.
 * @typedef {object} Seen
 * @property {number} step  of the model
 * @property {string} text  as the model read it
 * @property {FittedText["replaced"]} replaced
 * @property {WordPair[]} links
 * @property {import("../../api/messages.js").Inspection} inspection
 */

/**
 * What the page knows of the stories of a language before it tells any: `texts/contes-*.json`.
 * @typedef {object} Contes
 * @property {number} words      different ones
 * @property {string} alphabet   every character that a story may hold
 * @property {{bits_per_character: number, standard_error: number}} floor  their entropy: no model does better
 * @property {Story[]} stories   told so far, to read
 *
 * `links` are the words that refer to each other or agree.
 * @typedef {{text: string, links: ({kind: "refers_to"|"agrees_with"} & WordPair)[]}} Story
 */

/**
 * The reader's own text: what was taken of it is told in notes. `before` is the text that it took the place
 * of.
 * @typedef {{documents: string[], notes: readonly import("./files.js").Note[],
 *   before: OwnText|null}} OwnText
 */

/**
 * @typedef {object} Source
 * @property {Partial<Record<"fr"|"en", Contes>>} contes  those fetched so far
 * @property {OwnText} own
 * @property {import("./text.js").TextFacts|null} facts   of the chosen text, once it is there
 */

/**
 * How models are kept in this browser (keeping.js).
 * @typedef {object} Kept
 * @property {readonly import("./shelf.js").Entry[]|null} entries  newest first; null until the shelf was
 *   looked at
 * @property {string|null} current   the id of the model at hand, once it is on the shelf
 * @property {boolean} isForgotten   whether the reader has taken the model at hand off the shelf
 * @property {boolean} isCopy        whether the model at hand is a copy of one that another tab has
 * @property {boolean} withText      whether a text of the reader's own is kept with its model
 * @property {boolean} wasEmptied    whether something was kept, and is gone without the reader's doing here
 * @property {boolean|"refused"|null} isPersistent  whether the browser has promised to delete nothing, or has
 *   refused to; null where it cannot be asked
 * @property {string|null} refusal   the code of what keeps models from being kept
 */

/**
 * Where the model at hand comes from, rather than from a training begun here since the page was opened.
 * `date`: of that model, in milliseconds since 1970; `step`: of it, from which the page counts.
 * @typedef {FileOrigin|ShelfOrigin|ArrivalOrigin} Origin
 *
 * A file. `file`: its name; `step`: 0 where it does not say; `isTraining`: whether it holds a training that
 * goes on, rather than a model alone.
 * @typedef {{kind: "file", file: string, date: number, step: number, isTraining: boolean}} FileOrigin
 *
 * The shelf. `before`: where the training on it began, unless that was here.
 * @typedef {Pick<import("./shelf.js").Entry, "name"|"text"> & {kind: "shelf", date: number, step: number,
 *   before: FileOrigin|ArrivalOrigin|null}} ShelfOrigin
 *
 * The page itself, whose model on arrival it is.
 * @typedef {{kind: "arrival", language: "fr"|"en", card: import("./arrival.js").Card, date: number,
 *   step: 0}} ArrivalOrigin
 */

/**
 * The model on arrival, while it is on its way: bytes that have come, of so many; 0 where that is not known.
 * @typedef {{received: number, total: number}} Meeting
 */

/**
 * @typedef {object} AppState
 * @property {import("./settings.js").Language} language
 * @property {Partial<import("./settings.js").Settings>} given  the settings that the reader has chosen
 * @property {import("./settings.js").Settings} settings  all of them
 * @property {import("./url.js").Address["refused"]} refused  values in the address that could not be taken
 * @property {Source} source
 * @property {string} prompt            what the samples and the writer continue
 * @property {string} look              the text that the attention chapter looks at
 * @property {WordPair[]} links         words of it that belong together, where the grammar says so
 * @property {Phase} phase
 * @property {"loading"|"creating"|"compiling"|null} progress
 * @property {RunSettings|null} running the settings that the model at hand was made with
 * @property {RunInfo|null} info
 * @property {History} history
 * @property {number} tokens_per_s      0 until measured
 * @property {Record<string, number>} measured  tokens a second on this device, by `speedKey`
 * @property {Partial<Record<"auto"|"webgpu"|"cpu", "webgpu"|"cpu">>} engines  what each choice of an engine
 *   gave so far
 * @property {Writing|null} writing
 * @property {readonly Writing[]} paths  other texts, which begin as `writing` does and then go other ways
 * @property {Seen|null} seen
 * @property {{failure: import("../../api/messages.js").Failure, fatal: boolean}|null} failure  `fatal`: it
 *   ended the model at hand
 * @property {number|null} resumableStep  of the checkpoint that a model which failed can be taken up again
 *   from
 * @property {Kept} kept
 * @property {number|null} checkpointStep  of the last checkpoint of the model at hand
 * @property {readonly import("../../api/snapshots.js").Snapshot[]} snapshots  of the model at hand; none of
 *   steps that it took before the page was opened
 * @property {Origin|null} origin       of the model at hand; null where that was begun here
 * @property {Meeting|null} meeting     until the model on arrival, which the reader has asked for, is at hand
 * @property {"waiting"|"unknown"|null} turn  of a card (turn.js): it waits until another has trained, or
 *   cannot know of others
 */

/**
 * Whether the model at hand has failed and cannot be taken up again.
 * @param {Pick<AppState, "phase"|"resumableStep">} state
 */
export function isLost({ phase, resumableStep }) {
  return phase === "failed" && resumableStep === null;
}

/**
 * @param {Origin|null} origin
 * @returns {FileOrigin|ArrivalOrigin|null} where the training began; null where that was in this browser
 */
export function firstOrigin(origin) {
  return origin?.kind === "shelf" ? origin.before : origin;
}

/**
 * @param {Pick<AppState, "origin">} state
 * @returns {boolean} whether the model at hand is, or began with, one that had learned elsewhere without its
 *   training: the page has chosen neither its shape nor its tokenizer
 */
export function beganElsewhere({ origin }) {
  const first = firstOrigin(origin);
  return first?.kind === "arrival" || (first?.kind === "file" && !first.isTraining);
}

/**
 * @param {Pick<AppState, "origin"|"history">} state
 * @returns {import("./arrival.js").Card|null} of the model on arrival, where that is at hand as it came
 */
export function cardAtHand({ origin, history }) {
  return origin?.kind === "arrival" && history.steps.length === 0 ? origin.card : null;
}

/**
 * Whether the model on arrival is at hand as it came, or on its way.
 * @param {Pick<AppState, "origin"|"meeting"|"history"|"phase">} state
 */
export function isVisiting(state) {
  return state.meeting !== null || (cardAtHand(state) !== null && state.phase !== "creating");
}

/**
 * @param {Pick<AppState, "writing"|"paths">} state
 * @returns {readonly Writing[]} the texts that are shown side by side
 */
export function textsOf({ writing, paths }) {
  return writing ? [writing, ...paths] : [];
}

/**
 * @param {Pick<AppState, "writing"|"paths">} state
 * @param {number} id  of one of the texts
 * @param {Partial<Writing>} change  of it
 * @returns {Pick<AppState, "writing"|"paths">}
 */
export function withText({ writing, paths }, id, change) {
  const changed = (/** @type {Writing} */ text) => (text.id === id ? { ...text, ...change } : text);
  return { writing: writing && changed(writing), paths: paths.map(changed) };
}

/**
 * Whether something can be asked of a model: of the one at hand, or of one that will be made, or taken up
 * again, for it.
 * @param {Pick<AppState, "phase"|"resumableStep">} state
 */
export function canBeAsked(state) {
  return state.phase !== "creating" && !isLost(state);
}

/**
 * @param {Pick<AppState, "kept">} state
 * @returns {number|null} the step at which the model at hand is kept; null where it is not
 */
export function keptStep({ kept: { entries, current } }) {
  return entries?.find(({ id }) => id === current)?.step ?? null;
}

/**
 * The step at which the training ends, or will: taken further, it ends later.
 * @param {Pick<AppState, "info"|"settings">} state
 */
export function lastStep({ info, settings }) {
  return info?.last_step ?? settings.steps;
}

/**
 * How large the reader's own text is. Its length is told at once, whatever it is; its symbols once they are
 * counted, and until then those of the text before.
 * @param {Source} source
 * @returns {import("./settings.js").TextSize}
 */
export function textSize({ own, facts }) {
  const characters = own.documents.reduce((sum, { length }) => sum + length, 0);
  return { characters, symbols: facts?.symbols.length ?? 0 };
}

/**
 * What of the state follows when the reader has chosen these settings, or has another text.
 * @param {Pick<AppState, "language"|"source">} state
 * @param {Partial<import("./settings.js").Settings>} given
 * @returns {Pick<AppState, "given"|"settings">}
 */
export function withChoices({ language, source }, given) {
  return { given, settings: completeSettings(language, given, textSize(source)) };
}

/**
 * @param {import("./settings.js").Language} language
 * @param {Partial<import("./settings.js").Settings>} given  the settings that the reader has chosen
 * @param {import("./url.js").Address["refused"]} refused
 * @returns {AppState}
 */
export function initialState(language, given, refused) {
  return {
    language,
    given,
    settings: completeSettings(language, given),
    refused,
    source: { contes: {}, own: { documents: [], notes: [], before: null }, facts: null },
    prompt: "",
    look: "",
    links: [],
    phase: "idle",
    progress: null,
    running: null,
    info: null,
    history: EMPTY_HISTORY,
    tokens_per_s: 0,
    measured: {},
    engines: {},
    writing: null,
    paths: [],
    seen: null,
    failure: null,
    resumableStep: null,
    checkpointStep: null,
    snapshots: [],
    origin: null,
    meeting: null,
    turn: null,
    kept: {
      entries: null, current: null, isForgotten: false, isCopy: false, withText: true, wasEmptied: false,
      isPersistent: null, refusal: null,
    },
  };
}
