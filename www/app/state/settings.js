// Every setting of the page, in one table: its name (also in the address), type, range and default.

import { PRESETS, PRESET_NAMES } from "./presets.js";

/**
 * @typedef {object} Settings
 * @property {TextName} text
 * @property {"chars"|"bpe"} tokenizer
 * @property {number} vocab_size      of the bpe tokenizer
 * @property {import("./presets.js").PresetName} preset
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
 * @typedef {{language: Language, preset: import("./presets.js").PresetName}} Context  what defaults depend on
 */

/**
 * @typedef {{name: keyof Settings, type: "choice", choices: readonly string[], default: (context: Context) =>
 *   string}} ChoiceSetting
 * @typedef {{name: keyof Settings, type: "integer"|"number", min: number, max: number, empty?: number,
 *   default: (context: Context) => number}} NumberSetting  `empty`: what an empty field means
 * @typedef {ChoiceSetting | NumberSetting} Setting
 */

const LARGEST_SEED = 2 ** 32 - 1;
/** As many as the engine shares a batch between by itself (engine/team.js). */
const MOST_WORKERS = 8;
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
    default: ({ language }) => `contes-${language}`,
  },
  { name: "tokenizer", type: "choice", choices: ["chars", "bpe"], default: () => "chars" },
  { name: "vocab_size", type: "integer", min: 260, max: 4096, default: () => 512 },
  { name: "preset", type: "choice", choices: PRESET_NAMES, default: () => "nano" },
  {
    name: "position", type: "choice", choices: ["rotary", "learned", "sinusoidal", "none"],
    default: () => "rotary",
  },
  {
    name: "steps", type: "integer", min: 1, max: MAX_STEPS,
    default: ({ preset }) => PRESETS[preset].train.steps,
  },
  {
    name: "batch_size", type: "integer", min: 1, max: 512,
    default: ({ preset }) => PRESETS[preset].train.batch_size,
  },
  {
    name: "learning_rate", type: "number", min: 1e-6, max: 0.1,
    default: ({ preset }) => PRESETS[preset].train.learning_rate,
  },
  { name: "seed", type: "integer", min: 0, max: LARGEST_SEED, default: () => 42 },
  { name: "engine", type: "choice", choices: ["auto", "webgpu", "cpu"], default: () => "auto" },
  { name: "workers", type: "integer", min: 0, max: MOST_WORKERS, empty: 0, default: () => 0 },
  {
    name: "further_steps", type: "integer", min: 1, max: MAX_STEPS,
    default: ({ preset }) => PRESETS[preset].train.steps / 2,
  },
  { name: "length", type: "integer", min: 1, max: 2000, default: () => 200 },
  { name: "temperature", type: "number", min: 0, max: 3, default: () => 0.8 },
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

/**
 * All defaults, changed by `given`. Those that depend on the preset follow the given preset.
 * @param {Language} language
 * @param {Partial<Settings>} [given]
 * @returns {Settings}
 */
export function completeSettings(language, given = {}) {
  const context = { language, preset: given.preset ?? "nano" };
  const defaults = Object.fromEntries(SETTINGS.map((setting) => [setting.name, setting.default(context)]));
  return /** @type {Settings} */ ({ ...defaults, ...given });
}

/**
 * What `settings` become when one of them changes: another preset brings its own way of training.
 * @param {Settings} settings
 * @param {Partial<Settings>} change
 * @returns {Settings}
 */
export function changeSettings(settings, change) {
  const { train } = PRESETS[change.preset ?? settings.preset];
  const training = change.preset ? { ...train, further_steps: train.steps / 2 } : {};
  return { ...settings, ...training, ...change };
}
