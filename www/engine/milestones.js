// The steps at which a run does more than train: evaluates, or continues its prompt. They are the same in
// every run of the same settings, however fast it is.

/** Some forty points on the validation curve, and not a large share of a short training. */
const EVALUATIONS = 40;
const LEAST_INTERVAL = 10;
/** Texts of a sample, where the settings do not say: enough to count those without a mistake. */
export const SAMPLE_TEXTS = 10;

/** @param {number} steps  of the whole training @returns {number} steps from one evaluation to the next */
export function usualEvaluationInterval(steps) {
  return Math.max(LEAST_INTERVAL, Math.round(steps / EVALUATIONS));
}

/**
 * Steps at which the settings' prompt is continued: 0, 10, 30, 100, 300, 500, and every 500 beyond.
 * @param {number} step
 */
export function isSampleStep(step) {
  return step >= 500 ? step % 500 === 0 : [0, 10, 30, 100, 300].includes(step);
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
