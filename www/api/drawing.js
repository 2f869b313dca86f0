// What the scores that a token was drawn from say of all candidates, and what temperature, top-k and top-p
// make of them, as core does when it draws (crates/core/src/generate/sampler.rs): for whoever asks
// afterwards, of scores that are known already, with whatever settings.

/** @typedef {import("./options.js").Drawing} Drawing */

/**
 * All candidates for a token, likeliest first.
 * @typedef {object} Ranked
 * @property {Uint32Array} ids
 * @property {Float64Array} logits
 * @property {Float64Array} probabilities  at temperature 1
 */

/**
 * @param {Float32Array} scores  of the whole vocabulary
 * @param {number} id  of a token
 * @returns {{probability: number, rank: number}} what the model gave it at temperature 1, and its place among
 *   the candidates: 1 is the likeliest
 */
export function standing(scores, id) {
  const own = scores[id];
  let [total, rank] = [0, 1];
  scores.forEach((score, other) => {
    total += Math.exp(score - own);
    if (score > own || (score === own && other < id)) rank++;
  });
  return { probability: 1 / total, rank };
}

/**
 * @param {Float32Array} scores  of the whole vocabulary
 * @returns {Ranked}  ties go to the smaller id
 */
export function rank(scores) {
  const ids = Uint32Array.from(scores, (_, id) => id).sort((a, b) => scores[b] - scores[a] || a - b);
  const logits = Float64Array.from(ids, (id) => scores[id]);
  return { ids, logits, probabilities: normalised(logits.map((logit) => Math.exp(logit - logits[0]))) };
}

/**
 * @param {Ranked} ranked
 * @param {Drawing} drawing
 * @returns {Float64Array} what each candidate's probability becomes: 0 where it is left out
 */
export function withSettings({ logits }, { temperature = 1, topK = 0, topP = 1 }) {
  // At 0 the likeliest is taken.
  const kept = temperature === 0 ? 1 : topK || logits.length;
  const scale = temperature || 1;
  const weights = logits.map((logit, index) => (index < kept ? Math.exp((logit - logits[0]) / scale) : 0));
  const total = sum(weights);
  let mass = 0;
  return normalised(weights.map((weight) => {
    // The smallest set whose share reaches topP: one stays if those before it have not reached it.
    const isInside = mass < topP * total;
    mass += weight;
    return isInside ? weight : 0;
  }));
}

/**
 * @param {Float64Array} probabilities
 * @param {number} number  at least 0 and below 1
 * @returns {number} the place of the candidate into whose part the number falls, where the parts stand one
 *   after the other
 */
export function placeOf(probabilities, number) {
  let remaining = number;
  const place = probabilities.findIndex((probability) => (remaining -= probability) < 0);
  // Rounding may leave a sliver beyond the last one.
  return place >= 0 ? place : probabilities.findLastIndex((probability) => probability > 0);
}

/** @param {Float64Array} weights */
function normalised(weights) {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

/** @param {Float64Array} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
