// Batches differ, so the loss of single steps jumps about; its running mean shows where it goes.

/** Steps that the mean looks back on: few while the loss still falls fast, more when only noise is left to take out. */
const FIRST_WINDOW = 3;
const LAST_WINDOW = 25;
const STEPS_A_WIDENING = 15;

/**
 * Exponential running mean over a window that widens.
 * @param {readonly {loss: number}[]} steps
 * @returns {number[]} one mean a step
 */
export function smooth(steps) {
  let mean = steps[0]?.loss ?? 0;
  return steps.map(({ loss }, index) => {
    mean += (loss - mean) / Math.min(LAST_WINDOW, FIRST_WINDOW + index / STEPS_A_WIDENING);
    return mean;
  });
}
