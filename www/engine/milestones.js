// The steps at which a run does more than train: evaluates, or continues its prompt. They are the same in
// every run of the same settings, however fast it is.

/** Some forty points on the validation curve, and not a large share of a short training. */
const EVALUATIONS = 40;
const LEAST_INTERVAL = 10;
/** Closer together while a model learns the most. */
const EARLY_SAMPLES = [0, 10, 30, 100, 200, 300, 500, 700, 1000];
const SAMPLE_INTERVAL = 500;
/** Until then a model ends hardly any text by itself, and its babble is told by so many tokens. */
const BABBLING_STEPS = 30;
const BABBLE = 60;
/** Texts of a sample, where the settings do not say: enough to count those without a mistake. */
export const SAMPLE_TEXTS = 10;

/** @param {number} steps  of the whole training @returns {number} steps from one evaluation to the next */
export function usualEvaluationInterval(steps) {
  return Math.max(LEAST_INTERVAL, Math.round(steps / EVALUATIONS));
}

/**
 * @param {number} step
 * @returns {boolean} whether the settings' prompt is continued there
 */
export function isSampleStep(step) {
  return EARLY_SAMPLES.includes(step) || (step > 1000 && step % SAMPLE_INTERVAL === 0);
}

/**
 * @param {number} step
 * @param {number} length  that the settings ask for
 * @returns {number} tokens of each text of that step's sample, at most
 */
export function sampleLength(step, length) {
  return step < BABBLING_STEPS ? Math.min(length, BABBLE) : length;
}

/**
 * @param {number} step      steps done
 * @param {number} interval  from one evaluation to the next
 * @param {number} end       the step at which something else happens at the latest
 * @returns {number} steps until then, or until the next evaluation or sample
 */
export function stepsToMilestone(step, interval, end) {
  let next = step + 1;
  while (next < end && next % interval !== 0 && !isSampleStep(next)) next++;
  return next - step;
}
