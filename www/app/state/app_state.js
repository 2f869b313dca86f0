// What the page knows: one object, replaced piece by piece by the controller and shown by the views.

/** @typedef {import("../engine/protocol.js").StepReport} StepReport */
/** @typedef {import("../engine/protocol.js").RunInfo} RunInfo */
/** @typedef {import("../engine/protocol.js").RunSettings} RunSettings */
/** @typedef {import("../engine/protocol.js").Link} Link */

/**
 * idle: no model yet. creating: being made. ready: made, not a step done. The model is gone after `failed`.
 * @typedef {"idle"|"creating"|"ready"|"training"|"paused"|"stopped"|"finished"|"failed"} Phase
 */

/**
 * All that a run has shown so far; it stays on the page when the run fails.
 * @typedef {object} History
 * @property {StepReport[]} steps
 * @property {{step: number, validation_loss: number}[]} evaluations
 * @property {{step: number, prompt: string, text: string}[]} samples
 * @property {number|null} kept  the step whose model is used after the end, where that is not the last
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
 * @typedef {{text: string, links: ({kind: "refers_to"|"agrees_with"} & Link)[]}} Story
 */

/**
 * @typedef {object} Source
 * @property {Partial<Record<"fr"|"en", Contes>>} contes  those fetched so far
 * @property {{text: string, files: string}} own          the reader's text and the names of its files, if any
 * @property {import("./text.js").TextFacts|null} facts   of the chosen text, once it is there
 */

/**
 * @typedef {object} AppState
 * @property {import("./settings.js").Language} language
 * @property {import("./settings.js").Settings} settings
 * @property {import("./url.js").Address["refused"]} refused  values in the address that could not be taken
 * @property {Source} source
 * @property {string} prompt            what the samples and the writer continue
 * @property {string} look              the text that the attention chapter looks at
 * @property {Link[]} links             words of it that belong together, where the grammar says so
 * @property {Phase} phase
 * @property {"loading"|"creating"|"compiling"|null} progress
 * @property {RunSettings|null} running the settings that the present run was made with
 * @property {RunInfo|null} info
 * @property {History} history
 * @property {number} tokens_per_s      0 until measured
 * @property {Record<string, number>} measured  tokens a second on this device, by `speedKey`
 * @property {{id: number, prompt: string, text: string, done: boolean}|null} writing
 * @property {{step: number, text: string, links: Link[], inspection: import("../engine/protocol.js").Inspection}|null} seen
 * @property {{failure: import("../engine/protocol.js").Failure, fatal: boolean}|null} failure
 * @property {number|null} left         the step at which a run that failed can be taken up again
 */

/**
 * Whether something can be asked of a model: of the one at hand, or of one that will be made, or taken up again, for it.
 * @param {Pick<AppState, "phase"|"left">} state
 */
export function canBeAsked({ phase, left }) {
  return phase !== "creating" && (phase !== "failed" || left !== null);
}

/** @type {Readonly<History>} */
export const EMPTY_HISTORY = Object.freeze({ steps: [], evaluations: [], samples: [], kept: null });

/**
 * @param {import("./settings.js").Language} language
 * @param {import("./settings.js").Settings} settings
 * @param {import("./url.js").Address["refused"]} refused
 * @returns {AppState}
 */
export function initialState(language, settings, refused) {
  return {
    language,
    settings,
    refused,
    source: { contes: {}, own: { text: "", files: "" }, facts: null },
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
    writing: null,
    seen: null,
    failure: null,
    left: null,
  };
}
