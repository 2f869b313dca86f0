// The three sizes of model that the page offers. Each has a shape for letters and one for pieces of words.

/** @typedef {import("./messages.js").ModelConfig} ModelConfig */
/** @typedef {"nano"|"petit"|"grand"} PresetName */

/**
 * @typedef {object} Preset
 * @property {Omit<ModelConfig, "position">} model
 * @property {{batch_size: number, steps: number, learning_rate: number}} train
 * @property {number} dropout  share of what a block adds that is left out of a step, on a text that is read
 *   many times
 * @property {number} reference_tokens_per_s  on two cores without a GPU (BENCHMARKS.md)
 * @property {number} [tokens_to_tales]  read until 98 of 100 words that the model writes are words of the
 *   tales (BENCHMARKS.md)
 */

const NANO = {
  model: { n_layer: 2, n_head: 4, n_embd: 64, block_size: 32 },
  train: { batch_size: 8, steps: 1500, learning_rate: 0.007 },
  dropout: 0,
  reference_tokens_per_s: 40000,
};

const PETIT = {
  model: { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64 },
  train: { batch_size: 12, steps: 2000, learning_rate: 0.007 },
  dropout: 0,
  reference_tokens_per_s: 10000,
};

/** The context holds a whole tale. */
const PETIT_OF_PIECES = {
  model: { ...PETIT.model, block_size: 256 },
  train: { ...PETIT.train, batch_size: 4, steps: 1200 },
  dropout: 0,
  reference_tokens_per_s: 4760,
  tokens_to_tales: 512_000,
};

const GRAND = {
  model: { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256 },
  train: { batch_size: 8, steps: 3600, learning_rate: 0.005 },
  dropout: 0.2,
  reference_tokens_per_s: 2200,
};

/**
 * nano comes from babble to words in 15 seconds, petit is nanoGPT's "on a laptop" shape, grand is the
 * workshop's hour. A smaller model bears a larger learning rate.
 * @type {Record<PresetName, {letters: Preset, pieces: Preset}>}
 */
export const PRESETS = {
  nano: { letters: NANO, pieces: NANO },
  petit: { letters: PETIT, pieces: PETIT_OF_PIECES },
  grand: { letters: GRAND, pieces: GRAND },
};

/** Of a reader who has chosen none: tells tales after some minutes. @type {PresetName} */
export const DEFAULT_PRESET = "petit";

export const PRESET_NAMES = /** @type {PresetName[]} */ (Object.keys(PRESETS));

/**
 * @param {{preset: PresetName, tokenizer: "chars"|"bpe"}} chosen
 * @returns {Preset} the preset's shape for that tokenizer
 */
export function presetShape({ preset, tokenizer }) {
  return PRESETS[preset][tokenizer === "bpe" ? "pieces" : "letters"];
}
