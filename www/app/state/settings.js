// Every setting of the page, in one table: its name (also in the address), type, range and default.

import { chooseTokenizer } from "../../api/choose_tokenizer.js";
import { DEFAULT_SEED, usualLength, usualTemperature } from "../../api/options.js";
import { DEFAULT_PRESET, PRESET_NAMES, presetShape } from "../../api/presets.js";

/**
 * @typedef {object} Settings
 * @property {TextName} text
 * @property {"chars"|"bpe"} tokenizer
 * @property {number} vocab_size      of the bpe tokenizer
 * @property {import("../../api/presets.js").PresetName} preset
 * @property {import("../../api/messages.js").ModelConfig["position"]} position
 * @property {number} steps
 * @property {number} batch_size
 * @property {number} learning_rate
 * @property {number} seed            of the training
 * @property {"auto"|"webgpu"|"cpu"} engine
 * @property {number} workers         of the CPU engine; 0: as many as are fastest
 * @property {number} further_steps   that a training which has ended can be taken further by
 * @property {number} length          tokens to write
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} sampling_seed
 *
 * @typedef {"contes-fr"|"contes-en"|"own"} TextName
 * @typedef {"fr"|"en"} Language
 *
 * @typedef {Pick<Settings, "text"|"preset"|"tokenizer"|"vocab_size">} Context  what defaults depend on: the
 *   reader's choice or, where they have made none, the page's own
 * @typedef {{characters: number, symbols: number}} TextSize  of a text of the reader's own: how many, and how
 *   many different ones; 0 where they are not counted yet
 */

/**
 * @typedef {{name: keyof Settings, type: "choice", choices: readonly string[], default: (context: Context) =>
 *   string}} ChoiceSetting
 * @typedef {{name: keyof Settings, type: "integer"|"number", min: number, max: number, empty?: number,
 *   default: (context: Context) => number}} NumberSetting  `empty`: what an empty field means
 * @typedef {ChoiceSetting | NumberSetting} Setting
 */

const LARGEST_SEED = 2 ** 32 - 1;
/** As many as the engine shares a batch between by itself (engine/workers.js). */
export const MOST_WORKERS = 8;
/** The page keeps a report of every step for its chart; core, which does not, takes ten times as many. */
const MAX_STEPS = 100_000;

/** The languages that the page speaks. @type {readonly Language[]} */
export const LANGUAGES = ["fr", "en"];

/**
 * Ranges of what core also checks are core's (config.rs), unless it is said why not.
 * @type {readonly Setting[]}
 */
export const SETTINGS = [
  {
    name: "text", type: "choice", choices: ["contes-fr", "contes-en", "own"],
    default: ({ text }) => text,
  },
  {
    name: "tokenizer", type: "choice", choices: ["chars", "bpe"],
    default: ({ tokenizer }) => tokenizer,
  },
  {
    name: "vocab_size", type: "integer", min: 260, max: 4096,
    default: ({ vocab_size }) => vocab_size,
  },
  { name: "preset", type: "choice", choices: PRESET_NAMES, default: () => DEFAULT_PRESET },
  {
    name: "position", type: "choice", choices: ["rotary", "learned", "sinusoidal", "none"],
    default: () => "rotary",
  },
  {
    name: "steps", type: "integer", min: 1, max: MAX_STEPS,
    default: (context) => presetShape(context).train.steps,
  },
  {
    name: "batch_size", type: "integer", min: 1, max: 512,
    default: (context) => presetShape(context).train.batch_size,
  },
  {
    name: "learning_rate", type: "number", min: 1e-6, max: 0.1,
    default: (context) => presetShape(context).train.learning_rate,
  },
  { name: "seed", type: "integer", min: 0, max: LARGEST_SEED, default: () => DEFAULT_SEED },
  { name: "engine", type: "choice", choices: ["auto", "webgpu", "cpu"], default: () => "auto" },
  { name: "workers", type: "integer", min: 0, max: MOST_WORKERS, empty: 0, default: () => 0 },
  {
    name: "further_steps", type: "integer", min: 1, max: MAX_STEPS,
    default: (context) => presetShape(context).train.steps / 2,
  },
  { name: "length", type: "integer", min: 1, max: 2000, default: ({ tokenizer }) => usualLength(tokenizer) },
  {
    name: "temperature", type: "number", min: 0, max: 3,
    default: ({ text, tokenizer }) => usualTemperature(text !== "own", tokenizer),
  },
  { name: "top_k", type: "integer", min: 0, max: 1000, default: () => 0 },
  { name: "top_p", type: "number", min: 0.01, max: 1, default: () => 1 },
  { name: "sampling_seed", type: "integer", min: 0, max: LARGEST_SEED, default: () => 1 },
];

/**
 * @param {string} name
 * @returns {Setting|undefined}
 */
export function findSetting(name) {
  return SETTINGS.find((setting) => setting.name === name);
}

/** A number, with a dot or a comma before its decimals. */
const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
/** A whole number in groups of three digits, as either language writes it: 1,500 or 1 500. */
const GROUPED = /^\d{1,3}([ ,.\u00a0\u202f\u2009'\u2019]\d{3})+$/;

/**
 * Reads one value as typed by a person or carried by an address.
 * @param {Setting} setting
 * @param {string} raw
 * @returns {string|number|null}  null where it is not of the type or out of range
 */
export function parseSetting(setting, raw) {
  const trimmed = raw.trim();
  if (setting.type === "choice") return setting.choices.includes(trimmed) ? trimmed : null;
  if (trimmed === "" && setting.empty !== undefined) return setting.empty;
  const value = parseNumber(trimmed.replace("\u2212", "-"), setting.type === "integer");
  if (!Number.isFinite(value) || value < setting.min || value > setting.max) return null;
  return setting.type === "integer" && !Number.isInteger(value) ? null : value;
}

/**
 * @param {string} text
 * @param {boolean} isWhole  whether a comma or a dot can only part groups of digits
 * @returns {number} NaN where it is none
 */
function parseNumber(text, isWhole) {
  if (isWhole && GROUPED.test(text)) return Number(text.replace(/\D/g, ""));
  return NUMBER.test(text) ? Number(text.replace(",", ".")) : NaN;
}

/** @type {TextSize} */
const NO_TEXT = { characters: 0, symbols: 0 };
/** What follows the text. */
const OF_THE_TEXT = ["tokenizer", "vocab_size", "length", "temperature"];
/** What a preset, with its tokenizer, brings along. */
const OF_THE_PRESET = /** @type {const} */ (["steps", "batch_size", "learning_rate", "further_steps"]);

/**
 * @param {keyof Settings} name
 * @returns {boolean} whether its default follows the text or the preset
 */
export function follows(name) {
  return [...OF_THE_TEXT, ...OF_THE_PRESET].includes(name);
}

/**
 * All settings: what the reader has chosen, and for the rest the defaults, which follow what they depend on.
 * @param {Language} language
 * @param {Partial<Settings>} [given]  what the reader has chosen
 * @param {TextSize} [own]             the reader's own text
 * @returns {Settings}
 */
export function completeSettings(language, given = {}, own = NO_TEXT) {
  const { preset = DEFAULT_PRESET, text = /** @type {const} */ (`contes-${language}`) } = given;
  const { tokenizer, vocab_size } = automaticTokenizer({ text, preset }, own);
  const context = { text, preset, tokenizer: given.tokenizer ?? tokenizer, vocab_size };
  const defaults = Object.fromEntries(SETTINGS.map((setting) => [setting.name, setting.default(context)]));
  return /** @type {Settings} */ ({ ...defaults, ...given });
}

/**
 * @param {Record<string, unknown>} given  choices of any origin
 * @returns {Partial<Settings>} those of them that this page knows and can take
 */
export function validChoices(given) {
  const valid = SETTINGS.flatMap((setting) => {
    const value = setting.name in given ? parseSetting(setting, String(given[setting.name])) : null;
    return value === null ? [] : [[setting.name, value]];
  });
  return Object.fromEntries(valid);
}

/**
 * The tokenizer that the page chooses, where the reader does not.
 * @param {Pick<Settings, "text"|"preset">} settings
 * @param {TextSize} own  the reader's own text
 */
export function automaticTokenizer({ text, preset }, own) {
  return chooseTokenizer({ kind: text === "own" ? "text" : "contes", preset, ...own });
}

/**
 * What the reader has chosen, once they choose something more: another preset brings its own way of training.
 * @param {Partial<Settings>} given
 * @param {Partial<Settings>} change
 * @returns {Partial<Settings>}
 */
export function changeChoices(given, change) {
  const kept = { ...given };
  if (change.preset) for (const name of OF_THE_PRESET) delete kept[name];
  return { ...kept, ...change };
}
