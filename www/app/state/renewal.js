// When what a model was asked is asked again: once it has learned more, and not at every step.

import { modelStep } from "./run_history.js";

/** While training goes on, nothing is asked again sooner than after this. */
const PAUSE_MS = 1500;

/**
 * @param {Pick<import("./app_state.js").AppState, "history"|"phase">} state
 * @param {number|null|undefined} step  of the model that has answered
 * @param {number} askedAt  on the clock of `performance.now`
 * @param {number} [longer]  a pause in milliseconds, where that is longer than usual
 * @returns {boolean} whether it is to be asked again now
 */
export function isDue({ history, phase }, step, askedAt, longer = 0) {
  if (step === modelStep(history)) return false;
  return phase !== "training" || performance.now() - askedAt >= Math.max(PAUSE_MS, longer);
}
