// From what the reader chose to what the engine is given, and to what can be said before it starts.

import { runSettingsOf } from "../../api/options.js";
import { presetShape } from "../../api/presets.js";
import { countParameters, natsPerToken, trainingSeconds } from "./figures.js";
import { beganElsewhere, withChoices } from "./app_state.js";
import { changeChoices } from "./settings.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/messages.js").ModelConfig} ModelConfig */
/** @typedef {import("./settings.js").Settings} Settings */

/** Symbols of a usual text with its accents: counts parameters until the text itself is there. */
const USUAL_SYMBOLS = 75;
/**
 * That every vocabulary holds before those of its text: the ends of texts and of turns of a dialogue.
 * Characters follow, in the order of their code points.
 */
export const SPECIAL_TOKENS = 4;
/** Vocabularies up to this size make no difference to the speed. */
const SMALL_VOCABULARY = 256;

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
 * The chosen stories, once what the page knows of them is there; none where a text of the reader's own is
 * chosen.
 * @param {Pick<AppState, "settings"|"source">} state
 */
export function chosenContes(state) {
  const language = contesLanguage(state);
  return language && state.source.contes[language];
}

/**
 * What the chosen source will be learned as.
 * @param {Pick<AppState, "settings"|"source">} state
 * @returns {import("../../api/messages.js").TextSource}
 */
function chosenSource(state) {
  const language = contesLanguage(state);
  if (language) return { kind: "contes", language };
  return { kind: "text", documents: [...state.source.own.documents] };
}

/**
 * @param {Settings} settings
 * @returns {ModelConfig}
 */
export function modelConfig(settings) {
  return { ...presetShape(settings).model, position: settings.position };
}

/**
 * How the reader wants tokens to be drawn.
 * @param {Settings} settings
 */
export function drawingOf({ temperature, top_k, top_p, sampling_seed }) {
  return { temperature, topK: top_k, topP: top_p, seed: sampling_seed };
}

/**
 * @param {AppState} state
 * @returns {RunSettings}
 */
export function runSettings(state) {
  const { settings, prompt } = state;
  const { tokenizer: kind, vocab_size, preset, position } = settings;
  const { batch_size, steps, learning_rate, seed, engine, workers } = settings;
  return runSettingsOf({
    text: chosenSource(state),
    tokenizer: kind === "bpe" ? { kind, vocab_size } : { kind },
    model: { preset, position },
    train: { batch_size, steps, learning_rate },
    seed,
    engine,
    workers,
    sample: { prompt, ...drawingOf(settings) },
  });
}

/**
 * Whether there is a model whose text is not here: it writes and is looked at, and cannot be trained so.
 * @param {Pick<RunSettings, "source">|null} settings
 */
export function isWithoutText(settings) {
  return settings?.source.kind === "none";
}

/**
 * The language of the tales that a model learns, or has learned.
 * @param {import("../../api/messages.js").TextSource} source
 * @returns {"fr"|"en"|null} none where it learns something else, or what it has learned is not known
 */
export function talesLanguage(source) {
  switch (source.kind) {
    case "contes": return source.language;
    case "none": return source.tales;
    case "text": return null;
  }
}

/**
 * Characters a token of the model at hand, on its text or, where that is not here, as the model's card says.
 * @param {Pick<AppState, "info"|"running"|"origin">} state
 * @returns {number|null} none where it is not known
 */
export function charactersPerToken({ info, running, origin }) {
  if (!isWithoutText(running)) return info?.characters_per_token ?? null;
  return origin?.kind === "arrival" ? origin.card.characters_per_token : null;
}

/**
 * Whether the reader has since chosen something that the present run was not made with.
 * @param {AppState} state
 */
export function isOutdated(state) {
  if (!state.running || isWithoutText(state.running)) return false;
  const { sample: _running, source: read, ...running } = state.running;
  const { sample: _chosen, source, ...choices } = runSettings(state);
  const { model, tokenizer } = running;
  // Those are given with its weights, whatever the reader chooses.
  const chosen = beganElsewhere(state) ? { ...choices, model, tokenizer } : choices;
  if (!isSameSource(source, read)) return source.kind !== "text" || source.documents.length > 0;
  return JSON.stringify(running) !== JSON.stringify(chosen);
}

/**
 * @param {import("../../api/messages.js").TextSource} a
 * @param {import("../../api/messages.js").TextSource} b
 */
function isSameSource(a, b) {
  if (a.kind !== "text" || b.kind !== "text") return JSON.stringify(a) === JSON.stringify(b);
  if (a.documents.length !== b.documents.length) return false;
  return a.documents.every((document, index) => document === b.documents[index]);
}

/**
 * The entropy of the stories that are learned, or will be: the lowest loss that any model can reach.
 * @param {AppState} state
 * @returns {number|null}  nats a token; none for a text of the reader's own, or before its tokens are known
 */
export function floorLoss(state) {
  const { running, settings, source } = state;
  const language = running ? talesLanguage(running.source) : contesLanguage(state);
  const bits = language && source.contes[language]?.floor.bits_per_character;
  const characters = charactersPerToken(state) ?? (!running && settings.tokenizer === "chars" ? 1 : null);
  return bits && characters ? natsPerToken(bits, characters) : null;
}

/**
 * @param {Pick<AppState, "settings"|"source">} state
 * @returns {number}
 */
export function vocabularySize({ settings, source }) {
  if (settings.tokenizer === "bpe") return settings.vocab_size;
  return SPECIAL_TOKENS + (source.facts?.symbols.length ?? USUAL_SYMBOLS);
}

/**
 * Names what a speed was measured for.
 * @param {"webgpu"|"cpu"} engine  that was timed
 * @param {ModelConfig} model
 * @param {number} vocabSize  a large one is most of a small model's work
 * @param {number} workers  of the CPU engine, as they were asked for; 0: as many as are fastest
 */
export function speedKey(engine, { n_layer, n_head, n_embd, block_size, position }, vocabSize, workers) {
  const vocabulary = Math.max(SMALL_VOCABULARY, 2 ** Math.ceil(Math.log2(vocabSize)));
  const shape = [n_layer, n_head, n_embd, block_size, position, vocabulary];
  return [engine, ...shape, engine === "cpu" ? workers : 0].join("/");
}

/**
 * @typedef {object} Forecast
 * @property {number} parameters
 * @property {boolean} exact     false while the text, and so the vocabulary, is not there
 * @property {number} seconds
 * @property {number|null} secondsToTales  until the first tales that can be read, where it will tell any
 * @property {boolean} measured  on this device, rather than taken from the reference machine
 */

/**
 * The settings that a preset would bring, with the reader's own steps where it is the chosen one.
 * @param {Pick<AppState, "settings"|"given"|"language"|"source">} state
 * @param {import("../../api/presets.js").PresetName} preset
 * @returns {Settings}
 */
export function settingsOfPreset(state, preset) {
  if (preset === state.settings.preset) return state.settings;
  return withChoices(state, changeChoices(state.given, { preset })).settings;
}

/**
 * Steps from which on a model tells tales that can be read.
 * @param {Settings} settings
 * @returns {number|null} none where it learns no tales, or it is not known, or its training ends before
 */
export function stepOfTales(settings) {
  const { model, tokens_to_tales = Infinity } = presetShape(settings);
  const step = Math.ceil(tokens_to_tales / (settings.batch_size * model.block_size));
  const isUsual = settings.text !== "own" && settings.position === "rotary";
  return isUsual && step <= settings.steps ? step : null;
}

/**
 * What a preset would be and take.
 * @param {AppState} state
 * @param {import("../../api/presets.js").PresetName} name
 * @returns {Forecast}
 */
export function forecast(state, name) {
  const settings = settingsOfPreset(state, name);
  const model = modelConfig(settings);
  const vocabulary = vocabularySize({ settings, source: state.source });
  const engine = state.engines[settings.engine];
  const measured = engine && state.measured[speedKey(engine, model, vocabulary, settings.workers)];
  const speed = measured ?? presetShape(settings).reference_tokens_per_s;
  const toTales = stepOfTales(settings);
  return {
    parameters: countParameters(model, vocabulary),
    exact: settings.tokenizer === "bpe" || state.source.facts !== null,
    seconds: trainingSeconds(model, settings, speed),
    secondsToTales: toTales && trainingSeconds(model, { ...settings, steps: toTales }, speed),
    measured: measured !== undefined,
  };
}
