// Every setting of the page, in one table: its name (also in the address), type, range and default.

import { PRESETS, PRESET_NAMES } from "./presets.js";

/**
 * @typedef {object} Settings
 * @property {TextName} text
 * @property {"chars"|"bpe"} tokenizer
 * @property {number} vocab_size      of the bpe tokenizer
 * @property {import("./presets.js").PresetName} preset
 * @property {import("../engine/protocol.js").ModelConfig["position"]} position
 * @property {number} steps
 * @property {number} batch_size
 * @property {number} learning_rate
 * @property {number} seed            of the training
 * @property {"auto"|"webgpu"|"cpu"} engine
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
 * @typedef {{name: keyof Settings, type: "choice", choices: readonly string[], default: (context: Context) => string}} ChoiceSetting
 * @typedef {{name: keyof Settings, type: "integer"|"number", min: number, max: number, default: (context: Context) => number}} NumberSetting
 * @typedef {ChoiceSetting | NumberSetting} Setting
 */

const LARGEST_SEED = 2 ** 32 - 1;

/** @type {readonly Setting[]} */
export const SETTINGS = [
  { name: "text", type: "choice", choices: ["contes-fr", "contes-en", "own"], default: ({ language }) => `contes-${language}` },
  { name: "tokenizer", type: "choice", choices: ["chars", "bpe"], default: () => "chars" },
  { name: "vocab_size", type: "integer", min: 260, max: 4096, default: () => 512 },
  { name: "preset", type: "choice", choices: PRESET_NAMES, default: () => "nano" },
  { name: "position", type: "choice", choices: ["rotary", "learned", "sinusoidal", "none"], default: () => "rotary" },
  { name: "steps", type: "integer", min: 1, max: 100_000, default: ({ preset }) => PRESETS[preset].train.steps },
  { name: "batch_size", type: "integer", min: 1, max: 256, default: ({ preset }) => PRESETS[preset].train.batch_size },
  { name: "learning_rate", type: "number", min: 1e-6, max: 0.1, default: ({ preset }) => PRESETS[preset].train.learning_rate },
  { name: "seed", type: "integer", min: 0, max: LARGEST_SEED, default: () => 42 },
  { name: "engine", type: "choice", choices: ["auto", "webgpu", "cpu"], default: () => "auto" },
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

/**
 * Reads one value as typed by a person or carried by an address.
 * @param {Setting} setting
 * @param {string} raw
 * @returns {string|number|null}  null where it is not of the type or out of range
 */
export function parseSetting(setting, raw) {
  const trimmed = raw.trim();
  if (setting.type === "choice") return setting.choices.includes(trimmed) ? trimmed : null;
  const value = trimmed === "" ? NaN : Number(trimmed);
  if (!Number.isFinite(value) || value < setting.min || value > setting.max) return null;
  return setting.type === "integer" && !Number.isInteger(value) ? null : value;
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
  const training = change.preset ? PRESETS[change.preset].train : {};
  return { ...settings, ...training, ...change };
}
