// From what a caller says of a training to all that the engine is told: the one place where defaults are
// filled in, for the page as for any program.
//
// What the engine's own types define (sizes of a model, how it is trained, a tokenizer) has their names,
// which are those of the field: n_layer, learning_rate. What JavaScript adds is in camelCase, and translated
// here.

import { chooseTokenizer } from "./choose_tokenizer.js";
import { refusal } from "./failure.js";
import { DEFAULT_PRESET, PRESETS, presetShape } from "./presets.js";

/**
 * @typedef {import("./messages.js").RunSettings} RunSettings
 * @typedef {import("./messages.js").TextSource} TextSource
 * @typedef {import("./messages.js").TokenizerConfig} TokenizerConfig
 * @typedef {import("./messages.js").ModelConfig} ModelConfig
 * @typedef {import("./messages.js").TrainConfig} TrainConfig
 * @typedef {import("./messages.js").SamplingConfig} SamplingConfig
 * @typedef {import("./presets.js").PresetName} PresetName
 */

/**
 * What is learned: a text, several documents, or tales without end in French or English.
 * @typedef {string|readonly string[]|"contes-fr"|"contes-en"|TextSource} Text
 *
 * How tokens are drawn from the model's probabilities.
 * @typedef {object} Drawing
 * @property {number} [temperature]  below 1 bolder choices become rarer; 0 always takes the likeliest token
 * @property {number} [topK]  keeps so many of the likeliest tokens; 0, all
 * @property {number} [topP]  keeps the likeliest that make up this share of the probability; 1, all
 * @property {number} [seed]  the same seed writes the same text
 *
 * What a training is to be. Everything but the text has a default.
 * @typedef {object} TrainingOptions
 * @property {Text} text
 * @property {"chars"|"bpe"|TokenizerConfig} [tokenizer]  letters, or pieces of words that are learned from
 *   the text; without it, what suits the text and the model
 * @property {PresetName|Partial<ModelConfig> & {preset?: PresetName}} [model]  "petit" where it is not said;
 *   sizes that are not given are those of the preset
 * @property {Partial<TrainConfig>} [train]  what is not given is the preset's
 * @property {number} [seed]       of the weights and of the order of the text; 42
 * @property {"auto"|"webgpu"|"cpu"} [engine]  "auto": WebGPU where there is one that is of use
 * @property {number} [workers]    that share each batch on the CPU engine; without it, as many as are
 *   fastest. The same number gives the same weights for a seed, bit for bit
 * @property {Drawing & {prompt?: string, length?: number}} [sample]  is continued now and then while the
 *   model learns, which is told by `sample` events; without it, nothing is
 * @property {RunSettings["evaluation"]} [evaluation]
 */

/** What a model learns that is only written with and looked at. @type {TextSource} */
export const NO_TEXT = { kind: "none", tales: null };
/** Of whoever names no seed. */
export const DEFAULT_SEED = 42;
/** Tokens of a sample's texts at most: two or three lines, or as many as the context holds, a whole tale. */
const SAMPLE_LENGTH = 120;
/**
 * Steps in which the learning rate climbs to its peak; a run too short for them climbs for half its length.
 */
const WARMUP_STEPS = 50;
/** Muon's learning rate beside AdamW's: one setting moves both. Found by trials (BENCHMARKS.md). */
const MUON_RATIO = 4;
/** A text read no more than this is best learned whole. */
const READINGS = 3;
/** Tokens to write: some lines of letters; of pieces of words, a whole tale. */
const LENGTH = { chars: 200, bpe: 300 };
/** Lower for tales in pieces of words: what is drawn among them is right or wrong as a whole word. */
const TEMPERATURE = { usual: 0.8, tales: 0.5 };

/**
 * @param {TrainingOptions} options
 * @returns {RunSettings}
 * @throws {import("./failure.js").EngineFailure} `argument_unreadable`
 */
export function runSettingsOf(options) {
  const { text, model: chosen = DEFAULT_PRESET, engine = "auto", workers, sample, evaluation } = options;
  const source = sourceOf(text);
  const { preset = DEFAULT_PRESET, ...sizes } = typeof chosen === "string" ? { preset: chosen } : chosen;
  if (!Object.hasOwn(PRESETS, preset)) throw refusal("argument_unreadable", `there is no preset "${preset}"`);
  const tokenizer = tokenizerOf(options.tokenizer, source, preset);
  const shape = presetShape({ preset, tokenizer: tokenizer.kind });
  const model = { ...shape.model, position: /** @type {const} */ ("rotary"), ...sizes };
  return {
    engine,
    source,
    tokenizer,
    model,
    train: trainOf(options, shape, model, source),
    sample: sampleOf(sample, model, tokenizer, source),
    ...(workers ? { workers } : {}),
    ...(evaluation || !sample ? { evaluation: { ...evaluation, ...(sample ? {} : { texts: 0 }) } } : {}),
  };
}

/** @param {number} rate  AdamW's @returns {number} Muon's beside it */
export function muonRate(rate) {
  return rate * MUON_RATIO;
}

/** @param {TokenizerConfig["kind"]} tokenizer @returns {number} tokens that a text has at most */
export function usualLength(tokenizer) {
  return LENGTH[tokenizer];
}

/**
 * @param {boolean} tellsTales  whether the model learns tales
 * @param {TokenizerConfig["kind"]} tokenizer
 */
export function usualTemperature(tellsTales, tokenizer) {
  return TEMPERATURE[tellsTales && tokenizer === "bpe" ? "tales" : "usual"];
}

/**
 * @param {Drawing} drawing
 * @returns {Partial<SamplingConfig>}
 */
export function samplingOf({ temperature, topK, topP, seed }) {
  const given = Object.entries({ temperature, top_k: topK, top_p: topP, seed });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/**
 * @param {Text} text
 * @returns {TextSource}
 * @throws {import("./failure.js").EngineFailure} `argument_unreadable`
 */
export function sourceOf(text) {
  if (text === "contes-fr") return { kind: "contes", language: "fr" };
  if (text === "contes-en") return { kind: "contes", language: "en" };
  if (typeof text === "string") return { kind: "text", documents: [text] };
  if (Array.isArray(text)) return { kind: "text", documents: [...text] };
  if (text && typeof text === "object" && "kind" in text) return text;
  throw refusal("argument_unreadable", "`text` is no text");
}

/**
 * @param {TrainingOptions["tokenizer"]} given
 * @param {TextSource} source
 * @param {PresetName} preset
 * @returns {TokenizerConfig}
 */
function tokenizerOf(given, source, preset) {
  if (given && typeof given === "object") return given;
  const documents = source.kind === "text" ? source.documents : [];
  const characters = documents.reduce((sum, document) => sum + document.length, 0);
  const symbols = new Set(documents.flatMap((document) => [...new Set(document)])).size;
  const kind = source.kind === "contes" ? "contes" : "text";
  const { tokenizer, vocab_size } = chooseTokenizer({ kind, characters, symbols, preset });
  return (given ?? tokenizer) === "bpe" ? { kind: "bpe", vocab_size } : { kind: "chars" };
}

/**
 * @param {TrainingOptions} options
 * @param {import("./presets.js").Preset} shape
 * @param {ModelConfig} model
 * @param {TextSource} source
 * @returns {Partial<TrainConfig>}
 */
function trainOf({ train = {}, seed = DEFAULT_SEED }, shape, model, source) {
  const { batch_size, steps, learning_rate } = { ...shape.train, ...train };
  return {
    batch_size,
    steps,
    learning_rate,
    muon_learning_rate: muonRate(learning_rate),
    warmup_steps: Math.min(WARMUP_STEPS, Math.floor(steps / 2)),
    dropout: isReadAgain(steps * batch_size * model.block_size, source) ? shape.dropout : 0,
    seed,
    ...train,
  };
}

/**
 * Whether a text is read so often that it would be learned by heart. Tales never come again.
 * @param {number} read  tokens
 * @param {TextSource} source
 */
function isReadAgain(read, source) {
  if (source.kind !== "text") return false;
  return read > READINGS * source.documents.reduce((sum, { length }) => sum + length, 0);
}

/**
 * @param {TrainingOptions["sample"]} sample
 * @param {ModelConfig} model
 * @param {TokenizerConfig} tokenizer
 * @param {TextSource} source
 * @returns {import("./messages.js").SampleSettings}
 */
function sampleOf(sample, model, tokenizer, source) {
  const temperature = usualTemperature(source.kind === "contes", tokenizer.kind);
  const { prompt = "", length = Math.max(SAMPLE_LENGTH, model.block_size), ...drawing } = sample ?? {};
  return { prompt, length, sampling: samplingOf({ temperature, ...drawing }) };
}
