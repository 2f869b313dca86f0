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
/** Muon's learning rate beside AdamW's: one setting moves both. Found by trials (BENCHMARKS.md). */
const MUON_RATIO = 4;
/** A text read no more than this is best learned whole. */
const READINGS = 3;
/** Symbols of a usual text with its accents: counts parameters until the text itself is there. */
const USUAL_SYMBOLS = 75;

/**
 * The language of the chosen stories, or none where a text of the reader's own is chosen.
 * @param {Pick<AppState, "settings">} state
 * @returns {"fr"|"en"|null}
 */
export function contesLanguage({ settings }) {
  switch (settings.text) {
    case "contes-fr": return "fr";
    case "contes-en": return "en";
    case "own": return null;
  }
}

/**
 * The chosen stories, once what the page knows of them is there; none where a text of the reader's own is chosen.
 * @param {Pick<AppState, "settings"|"source">} state
 */
export function chosenContes(state) {
  const language = contesLanguage(state);
  return language && state.source.contes[language];
}

/**
 * What the chosen source will be learned as.
 * @param {Pick<AppState, "settings"|"source">} state
 * @returns {import("../engine/protocol.js").TextSource}
 */
function chosenSource(state) {
  const language = contesLanguage(state);
  return language ? { kind: "contes", language } : { kind: "text", text: state.source.own.text };
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
  const source = chosenSource(state);
  return {
    engine: settings.engine,
    source,
    tokenizer: settings.tokenizer === "bpe" ? { kind: "bpe", vocab_size: settings.vocab_size } : { kind: "chars" },
    model: modelConfig(settings),
    train: {
      batch_size: settings.batch_size,
      steps: settings.steps,
      learning_rate: settings.learning_rate,
      muon_learning_rate: settings.learning_rate * MUON_RATIO,
      warmup_steps: Math.min(WARMUP_STEPS, Math.floor(settings.steps / 2)),
      dropout: isReadAgain(settings, source) ? PRESETS[settings.preset].dropout : 0,
      seed: settings.seed,
    },
    sample: { prompt, length: SAMPLE_LENGTH, sampling: { temperature, top_k, top_p, seed: sampling_seed } },
  };
}

/**
 * Whether a text is read so often that it would be learned by heart. Stories never come again.
 * @param {Settings} settings
 * @param {import("../engine/protocol.js").TextSource} source
 */
function isReadAgain({ preset, steps, batch_size }, source) {
  const read = steps * batch_size * PRESETS[preset].model.block_size;
  return source.kind === "text" && read > READINGS * source.text.length;
}

/**
 * Whether the reader has since chosen something that the present run was not made with.
 * @param {AppState} state
 */
export function isOutdated(state) {
  if (!state.running) return false;
  const { sample: _running, source: read, ...running } = state.running;
  const { sample: _chosen, source, ...chosen } = runSettings(state);
  if (source.kind === "text" && read.kind === "text" ? source.text !== read.text : JSON.stringify(source) !== JSON.stringify(read)) {
    return source.kind !== "text" || source.text !== "";
  }
  return JSON.stringify(running) !== JSON.stringify(chosen);
}

/**
 * The entropy of the stories that are learned, or will be: the lowest loss that any model can reach.
 * @param {AppState} state
 * @returns {number|null}  nats a token; none for a text of the reader's own, or before its tokens are known
 */
export function floorLoss(state) {
  const { info, running, settings, source } = state;
  const learned = running?.source ?? chosenSource(state);
  if (learned.kind === "text") return null;
  const bits = source.contes[learned.language]?.floor.bits_per_character;
  const characters = info?.characters_per_token ?? (settings.tokenizer === "chars" ? 1 : undefined);
  return bits === undefined || characters === undefined ? null : bits * Math.LN2 * characters;
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
 * Names what a speed was measured for.
 * @param {Settings["engine"]} engine  as it was asked for
 * @param {ModelConfig} model
 */
export function speedKey(engine, model) {
  return [engine, ...Object.values(model)].join("/");
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
  const measured = state.measured[speedKey(state.settings.engine, model)];
  return {
    parameters: countParameters(model, vocabularySize(state)),
    exact: state.settings.tokenizer === "bpe" || state.source.facts !== null,
    seconds: trainingSeconds(model, train, measured ?? preset.reference_tokens_per_s),
    measured: measured !== undefined,
  };
}
