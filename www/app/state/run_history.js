// All that a training has shown so far: what it tells is added, and what it takes back is cut off.

/** @typedef {import("../../api/training.js").TrainingEvent} TrainingEvent */
/** @typedef {import("../../api/messages.js").StepReport} StepReport */

/**
 * It stays on the page when the training fails.
 * @typedef {object} History
 * @property {readonly StepReport[]} steps
 * @property {readonly {step: number, validation_loss: number, examples: number}[]} evaluations
 *   with the number of windows that each judged by
 * @property {readonly {step: number, prompt: string, text: string}[]} samples
 * @property {{step: number, loss: number}|null} best  the model with the lowest validation loss, which is
 *   remembered
 * @property {"best"|"last"} used  which model writes and is looked at
 * @property {boolean} bestOffered  whether the best model once took the place of a last one that was clearly
 *   worse
 */

/** @type {Readonly<History>} */
export const EMPTY_HISTORY = Object.freeze({
  steps: [], evaluations: [], samples: [], best: null, used: "last", bestOffered: false,
});

/**
 * @param {History} history
 * @param {TrainingEvent} event
 * @returns {History} with what the event adds; the same where it adds nothing
 */
export function withEvent(history, event) {
  switch (event.type) {
    case "steps":
      return { ...history, steps: [...history.steps, ...event.reports] };
    case "evaluation": {
      const { step, validation_loss, examples } = event;
      return { ...history, evaluations: [...history.evaluations, { step, validation_loss, examples }] };
    }
    case "sample": {
      const { step, prompt, texts: [{ text }] } = event;
      return { ...history, samples: [...history.samples, { step, prompt, text }] };
    }
    case "best":
      return { ...history, best: { step: event.step, loss: event.loss } };
    case "used": {
      const { which, step } = event;
      // A training that goes further from its best model takes back the steps after it.
      if (which === "last") return { ...historyUntil(history, step), used: which };
      return { ...history, used: which, bestOffered: true };
    }
    default:
      return history;
  }
}

/**
 * What had been shown when so many steps were done.
 * @param {History} history
 * @param {number} step
 * @returns {History}
 */
export function historyUntil({ steps, evaluations, samples, best, ...rest }, step) {
  const until = (/** @type {{step: number}} */ entry) => entry.step <= step;
  return {
    steps: steps.filter(until),
    evaluations: evaluations.filter(until),
    samples: samples.filter(until),
    best: best && until(best) ? best : null,
    ...rest,
  };
}

/**
 * @param {History} history
 * @returns {number} the step whose model writes and is looked at
 */
export function modelStep({ steps, best, used }) {
  return used === "best" && best ? best.step : steps.at(-1)?.step ?? 0;
}
