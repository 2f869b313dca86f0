// Batches differ, so the loss of single steps jumps about; its running mean shows where it goes.

/**
 * Steps that the mean looks back on: few while the loss still falls fast, more when only noise is left to
 * remove.
 */
const FIRST_WINDOW = 3;
const LAST_WINDOW = 25;
const STEPS_A_WIDENING = 15;

/** Of lists of steps, which are replaced and never changed. @type {WeakMap<object, readonly number[]>} */
const known = new WeakMap();

/**
 * Exponential running mean over a window that widens. A loss that is not finite leaves it as it was.
 * @param {readonly {loss: number}[]} steps
 * @returns {readonly number[]} one mean a step
 */
export function smooth(steps) {
  const means = known.get(steps) ?? meansOf(steps);
  known.set(steps, means);
  return means;
}

/** @param {readonly {loss: number}[]} steps */
function meansOf(steps) {
  let mean = steps.find(({ loss }) => Number.isFinite(loss))?.loss ?? NaN;
  return steps.map(({ loss }, index) => {
    const window = Math.min(LAST_WINDOW, FIRST_WINDOW + index / STEPS_A_WIDENING);
    if (Number.isFinite(loss)) mean += (loss - mean) / window;
    return mean;
  });
}
