// The three sizes of model that the page offers. Each has a shape for letters and one for pieces of words.

/** @typedef {import("../../api/messages.js").ModelConfig} ModelConfig */
/** @typedef {"nano"|"petit"|"grand"} PresetName */

/**
 * @typedef {object} Preset
 * @property {Omit<ModelConfig, "position">} model
 * @property {{batch_size: number, steps: number, learning_rate: number}} train
 * @property {number} dropout  share of what a block adds that is left out of a step, on a text that is read
 *   many times
 * @property {number} reference_tokens_per_s  on two cores without a GPU (BENCHMARKS.md)
 */

const NANO = {
  model: { n_layer: 2, n_head: 4, n_embd: 64, block_size: 32 },
  train: { batch_size: 8, steps: 1500, learning_rate: 0.007 },
  dropout: 0,
  reference_tokens_per_s: 40000,
};

/**
 * nano learns in the time of a coffee's first sip, petit is nanoGPT's "on a laptop" shape, grand is the size
 * at which stories start to hold together. A smaller model bears a larger learning rate. With pieces of words
 * the context holds a whole tale.
 * @type {Record<PresetName, {letters: Preset, pieces: Preset}>}
 */
export const PRESETS = {
  nano: { letters: NANO, pieces: NANO },
  petit: {
    letters: {
      model: { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64 },
      train: { batch_size: 12, steps: 2000, learning_rate: 0.007 },
      dropout: 0,
      reference_tokens_per_s: 10000,
    },
    pieces: {
      model: { n_layer: 4, n_head: 4, n_embd: 128, block_size: 256 },
      train: { batch_size: 4, steps: 2000, learning_rate: 0.007 },
      dropout: 0,
      reference_tokens_per_s: 10000,
    },
  },
  grand: {
    letters: {
      model: { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256 },
      train: { batch_size: 8, steps: 3600, learning_rate: 0.005 },
      dropout: 0.2,
      reference_tokens_per_s: 2200,
    },
    pieces: {
      model: { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256 },
      train: { batch_size: 8, steps: 3600, learning_rate: 0.005 },
      dropout: 0.2,
      reference_tokens_per_s: 2200,
    },
  },
};

export const PRESET_NAMES = /** @type {PresetName[]} */ (Object.keys(PRESETS));

/**
 * @param {{preset: PresetName, tokenizer: "chars"|"bpe"}} chosen
 * @returns {Preset} the preset's shape for that tokenizer
 */
export function presetShape({ preset, tokenizer }) {
  return PRESETS[preset][tokenizer === "bpe" ? "pieces" : "letters"];
}
