// The three sizes of model that the page offers, and what follows from a size: its parameters and its training time.

/** @typedef {import("../engine/protocol.js").ModelConfig} ModelConfig */
/** @typedef {"nano"|"petit"|"grand"} PresetName */

/**
 * @typedef {object} Preset
 * @property {Omit<ModelConfig, "position">} model
 * @property {{batch_size: number, steps: number, learning_rate: number}} train
 * @property {number} dropout  share of what a block adds that is left out of a step, on a text that is read many times
 * @property {number} reference_tokens_per_s  on two cores without a GPU (BENCHMARKS.md)
 */

/**
 * nano learns in the time of a coffee's first sip, petit is nanoGPT's "on a laptop" shape, grand is the size at which
 * stories start to hold together. A smaller model bears a larger learning rate.
 * @type {Record<PresetName, Preset>}
 */
export const PRESETS = {
  nano: {
    model: { n_layer: 2, n_head: 4, n_embd: 64, block_size: 32 },
    train: { batch_size: 8, steps: 1500, learning_rate: 0.007 },
    dropout: 0,
    reference_tokens_per_s: 40000,
  },
  petit: {
    model: { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64 },
    train: { batch_size: 12, steps: 2000, learning_rate: 0.007 },
    dropout: 0,
    reference_tokens_per_s: 10000,
  },
  grand: {
    model: { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256 },
    train: { batch_size: 8, steps: 3600, learning_rate: 0.005 },
    dropout: 0.2,
    reference_tokens_per_s: 2200,
  },
};

export const PRESET_NAMES = /** @type {PresetName[]} */ (Object.keys(PRESETS));

/**
 * How many numbers a model learns. The embedding is tied (it also reads the result out), there are no biases, and
 * the feed-forward layer is gated: three matrices of `n_embd × hidden`.
 * @param {ModelConfig} model
 * @param {number} vocabSize
 * @returns {number}
 */
export function countParameters({ n_layer, n_head, n_embd, block_size, position }, vocabSize) {
  const hidden = 16 * Math.floor((8 * n_embd) / 3 / 16);
  const block = 4 * n_embd ** 2 + 3 * n_embd * hidden + 2 * n_embd + 2 * (n_embd / n_head);
  const positions = position === "learned" ? block_size * n_embd : 0;
  return vocabSize * n_embd + positions + n_layer * block + n_embd;
}

/**
 * @param {ModelConfig} model
 * @param {{batch_size: number, steps: number}} train
 * @param {number} tokensPerSecond
 * @returns {number} seconds of training
 */
export function trainingSeconds(model, train, tokensPerSecond) {
  return (train.steps * train.batch_size * model.block_size) / tokensPerSecond;
}
