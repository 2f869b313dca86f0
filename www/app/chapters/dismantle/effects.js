// What the loss of parts means for one prediction, from the log-probabilities that the engine tells.

/** @typedef {import("../../../api/messages.js").Causes} Causes */
/** @typedef {Causes["parts"][number]} Cause */
/** @typedef {Causes["pairs"][number]} PairCause */

/** Bits; what costs less has no part in a prediction. */
export const NOTHING = 0.01;

/**
 * @param {Cause} cause
 * @returns {import("./parts_off.js").PartName}
 */
export function partOf({ layer, head }) {
  return head === null || head === undefined ? `mlp ${layer}` : `head ${layer} ${head}`;
}

/**
 * @param {Pick<Causes, "log_prob">} causes
 * @param {{log_prob: number}} without
 * @returns {number} bits that the prediction loses without it; negative where it is better off
 */
export function effectOf({ log_prob }, without) {
  return (log_prob - without.log_prob) / Math.LN2;
}

/**
 * @param {Causes} causes
 * @param {PairCause} pair
 * @returns {number} bits that losing both costs beyond what each alone does: positive where one can stand in
 *   for the other, negative where they serve the same end one after the other
 */
export function interactionOf(causes, pair) {
  const alone = pair.parts.map((place) => effectOf(causes, causes.parts[place]));
  return effectOf(causes, pair) - alone[0] - alone[1];
}

/**
 * @param {Causes} causes
 * @param {number} count
 * @returns {PairCause[]} those whose loss together is most unlike that of each alone, where that is clear
 */
export function strongestPairs(causes, count) {
  const largest = Math.max(...causes.parts.map((part) => Math.abs(effectOf(causes, part))));
  const size = (/** @type {PairCause} */ pair) => Math.abs(interactionOf(causes, pair));
  const clear = causes.pairs.filter((pair) => size(pair) > Math.max(0.1, largest / 5));
  return clear.toSorted((a, b) => size(b) - size(a)).slice(0, count);
}
