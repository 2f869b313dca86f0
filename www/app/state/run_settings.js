// From what the reader chose to what the engine is given, and to what can be said before it starts.

import { PRESETS, countParameters, trainingSeconds } from "./presets.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("../engine/protocol.js").RunSettings} RunSettings */
/** @typedef {import("../engine/protocol.js").ModelConfig} ModelConfig */
/** @typedef {import("./settings.js").Settings} Settings */

/** Tokens that each sample adds to its prompt: two or three lines, in well under a second. */
const SAMPLE_LENGTH = 120;
/** Steps in which the learning rate climbs to its peak; a run too short for them climbs for half its length. */
const WARMUP_STEPS = 50;
/** Symbols of a usual text with its accents: counts parameters until the text itself is there. */
const USUAL_SYMBOLS = 75;

/**
 * The chosen text as it will be learned; empty while it is not there.
 * @param {Pick<AppState, "settings"|"source">} state
 * @returns {string}
 */
export function chosenText({ settings, source }) {
  switch (settings.text) {
    case "contes-fr": return source.contes.fr ?? "";
    case "contes-en": return source.contes.en ?? "";
    case "own": return source.own.text;
  }
}

/**
 * @param {Settings} settings
 * @returns {ModelConfig}
 */
export function modelConfig(settings) {
  return { ...PRESETS[settings.preset].model, position: settings.position };
}

/**
 * @param {AppState} state
 * @returns {RunSettings}
 */
export function runSettings(state) {
  const { settings, prompt } = state;
  const { temperature, top_k, top_p, sampling_seed } = settings;
  return {
    engine: settings.engine,
    text: chosenText(state),
    tokenizer: settings.tokenizer === "bpe" ? { kind: "bpe", vocab_size: settings.vocab_size } : { kind: "chars" },
    model: modelConfig(settings),
    train: {
      batch_size: settings.batch_size,
      steps: settings.steps,
      learning_rate: settings.learning_rate,
      warmup_steps: Math.min(WARMUP_STEPS, Math.floor(settings.steps / 2)),
      seed: settings.seed,
    },
    sample: { prompt, length: SAMPLE_LENGTH, sampling: { temperature, top_k, top_p, seed: sampling_seed } },
  };
}

/**
 * Whether the reader has since chosen something that the present run was not made with.
 * @param {AppState} state
 */
export function isOutdated(state) {
  if (!state.running) return false;
  const { sample: _running, ...running } = state.running;
  const { sample: _chosen, ...chosen } = runSettings(state);
  if (chosen.text === "" || running.text !== chosen.text) return chosen.text !== "";
  return JSON.stringify({ ...running, text: "" }) !== JSON.stringify({ ...chosen, text: "" });
}

/**
 * @param {Pick<AppState, "settings"|"source">} state
 * @returns {number}
 */
export function vocabularySize({ settings, source }) {
  if (settings.tokenizer === "bpe") return settings.vocab_size;
  return source.facts?.symbols.length ?? USUAL_SYMBOLS;
}

/**
 * Names the shape that a speed was measured for.
 * @param {ModelConfig} model
 */
export function shapeKey(model) {
  return Object.values(model).join("/");
}

/**
 * @typedef {object} Forecast
 * @property {number} parameters
 * @property {boolean} exact     false while the text, and so the vocabulary, is not there
 * @property {number} seconds
 * @property {boolean} measured  on this device, rather than taken from the reference machine
 */

/**
 * What a preset would be and take, with the reader's own steps where it is the chosen one.
 * @param {AppState} state
 * @param {import("./presets.js").PresetName} name
 * @returns {Forecast}
 */
export function forecast(state, name) {
  const preset = PRESETS[name];
  const model = { ...preset.model, position: state.settings.position };
  const train = name === state.settings.preset ? state.settings : preset.train;
  const measured = state.measured[shapeKey(model)];
  return {
    parameters: countParameters(model, vocabularySize(state)),
    exact: state.settings.tokenizer === "bpe" || state.source.facts !== null,
    seconds: trainingSeconds(model, train, measured ?? preset.reference_tokens_per_s),
    measured: measured !== undefined,
  };
}
