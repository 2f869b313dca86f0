// All that a training has shown so far: what it tells is added, and what it takes back is cut off.

/** @typedef {import("../../api/training.js").TrainingEvent} TrainingEvent */
/** @typedef {import("../../api/messages.js").StepReport} StepReport */

/**
 * The texts that the model of a step wrote, all from the same prompt. `ended`: by the model itself. `quality`
 * and `judgements` (of `prompt + text`, one a text, of tales alone) come once the page has judged them; null
 * where nothing can be said.
 * @typedef {object} Sample
 * @property {number} step
 * @property {string} prompt
 * @property {string[]|null} unreadable  of the reader's own prompt, where another took its place
 * @property {readonly {text: string, ended: boolean}[]} texts
 * @property {number} ms  that they took
 * @property {readonly import("./quality.js").Judgement[]|null} judgements
 * @property {import("./quality.js").Quality|null} [quality]
 */

/**
 * It stays on the page when the training fails.
 * @typedef {object} History
 * @property {readonly StepReport[]} steps
 * @property {readonly {step: number, validation_loss: number, examples: number}[]} evaluations
 *   with the number of windows that each judged by
 * @property {{step: number, validation_loss: number, examples: number}|null} final  of the model in use once
 *   the training has ended: judged once, on far more windows
 * @property {readonly Sample[]} samples
 * @property {{step: number, loss: number}|null} best  the model with the lowest validation loss, which is
 *   remembered
 * @property {"best"|"last"} used  which model writes and is looked at
 * @property {boolean} bestOffered  whether the best model once took the place of a last one that was clearly
 *   worse
 */

/** @type {Readonly<History>} */
export const EMPTY_HISTORY = Object.freeze({
  steps: [], evaluations: [], final: null, samples: [], best: null, used: "last", bestOffered: false,
});

/**
 * @param {History} history
 * @param {TrainingEvent} event
 * @returns {History} with what the event adds; the same where it adds nothing
 */
export function withEvent(history, event) {
  switch (event.type) {
    case "steps":
      return { ...history, steps: [...history.steps, ...event.reports], final: null };
    case "evaluation": {
      const { step, validation_loss, examples } = event;
      if (event.final) return { ...history, final: { step, validation_loss, examples } };
      return { ...history, evaluations: [...history.evaluations, { step, validation_loss, examples }] };
    }
    case "sample": {
      const { step, prompt, unreadable, texts, ms } = event;
      const sample = { step, prompt, unreadable, texts, ms, judgements: null };
      return { ...history, samples: [...history.samples, sample] };
    }
    case "best":
      return { ...history, best: { step: event.step, loss: event.loss } };
    case "used": {
      const { which, step } = event;
      // A training that goes further from its best model takes back the steps after it.
      if (which === "last") return { ...historyUntil(history, step), used: which };
      return { ...history, used: which, bestOffered: true, final: null };
    }
    default:
      return history;
  }
}

/**
 * @param {History} history
 * @param {Sample} judged
 * @returns {History} with this in place of the same sample, not judged yet
 */
export function withQuality(history, judged) {
  const samples = history.samples.map((sample) => (sample.texts === judged.texts ? judged : sample));
  return { ...history, samples };
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
    final: null,
  };
}

/**
 * @param {History} history
 * @returns {number} the step whose model writes and is looked at
 */
export function modelStep({ steps, best, used }) {
  return used === "best" && best ? best.step : steps.at(-1)?.step ?? 0;
}
