// What the page computes by itself: sizes and times that are shown before, or beside, what the engine says.

/** @typedef {import("../../api/messages.js").ModelConfig} ModelConfig */

/**
 * How many numbers a model learns, as `ModelConfig::n_parameters` of crates/core: the page needs it before
 * any engine is loaded. The embedding is tied (it is the output layer too), there are no biases, and the
 * feed-forward layer is gated: three matrices of `n_embd × hidden`.
 * @param {ModelConfig} model
 * @param {number} vocabSize
 * @returns {number}
 */
export function countParameters({ n_layer, n_head, n_embd, block_size, position }, vocabSize) {
  const hidden = Math.max(16, 16 * Math.floor((8 * n_embd) / 3 / 16));
  const block = 4 * n_embd ** 2 + 3 * n_embd * hidden + 2 * n_embd + 2 * (n_embd / n_head);
  const positions = position === "learned" ? block_size * n_embd : 0;
  return vocabSize * n_embd + positions + n_layer * block + n_embd;
}

/**
 * @param {Pick<ModelConfig, "block_size">} model
 * @param {{batch_size: number, steps: number}} train
 * @param {number} tokensPerSecond
 * @returns {number} seconds that all steps take
 */
export function trainingSeconds(model, train, tokensPerSecond) {
  return (train.steps * train.batch_size * model.block_size) / tokensPerSecond;
}

/**
 * @param {{model: Pick<ModelConfig, "block_size">, train: {batch_size: number}}} run
 * @param {number} steps  still to do
 * @param {number} tokensPerSecond  0 until measured
 * @returns {number|null} seconds; none where there is nothing left to do or no speed to tell by
 */
export function remainingSeconds({ model, train }, steps, tokensPerSecond) {
  if (steps <= 0 || tokensPerSecond <= 0) return null;
  return trainingSeconds(model, { ...train, steps }, tokensPerSecond);
}

/**
 * @param {readonly {ms: number}[]} steps
 * @returns {number} seconds of the steps alone; writing and evaluating in between do not count
 */
export function trainedSeconds(steps) {
  return steps.reduce((sum, { ms }) => sum + ms, 0) / 1000;
}

/**
 * The perplexity: how many equally likely choices are as uncertain as this.
 * @param {number} loss  nats a token
 */
export function perplexity(loss) {
  return Math.exp(loss);
}

/**
 * @param {number} done
 * @param {number} total
 * @returns {number} the share of the steps that is done, 0 to 1
 */
export function shareDone(done, total) {
  return total > 0 ? Math.min(1, done / total) : 0;
}

/**
 * @param {number} bits  a character
 * @param {number} charactersPerToken
 * @returns {number} nats a token
 */
export function natsPerToken(bits, charactersPerToken) {
  return bits * Math.LN2 * charactersPerToken;
}
