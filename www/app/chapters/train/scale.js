// The scales of the loss chart: from numbers to pixels and ticks, for any numbers at all. It draws nothing.

/** Ends of the step axis: it grows in a few calm leaps rather than with every step. */
const LEAPS = [20, 40, 100, 200, 300, 400, 600, 800, 1000, 1500, 2000, 3000, 4000, 6000, 8000];
/** More points than this cannot be told apart on any screen, and each costs time. */
export const MAX_POINTS = 1500;
export const MAX_TICKS = 8;
/**
 * The axis ends at so many times the loss of chance: a training that derails must not flatten all that came
 * before.
 */
const WORST = 3;
/** No vocabulary is so large that chance would cost more nats. */
const LARGEST_CHANCE = 100;

/** @typedef {{step: number, loss: number}} Point */
/** @typedef {{left: number, top: number, width: number, height: number}} Frame  of the curves, in pixels */

/**
 * @typedef {object} Scale
 * @property {number} xEnd                 the last step on the axis
 * @property {number} yEnd                 the largest loss on the axis
 * @property {(step: number) => number} x  pixels
 * @property {(loss: number) => number} y  pixels; what is too large for the axis is at its end
 * @property {(x: number) => number} stepAt  the step at a pixel
 */

/**
 * @param {object} numbers
 * @param {number} numbers.lastStep
 * @param {number} numbers.total      steps of the whole schedule
 * @param {number} numbers.chance     ln V
 * @param {readonly Point[]} numbers.validation
 * @param {readonly number[]} numbers.smoothed  running means of the training losses
 * @param {Frame} frame
 * @returns {Scale}
 */
export function chartScale({ lastStep, total, chance, validation, smoothed }, { left, top, width, height }) {
  const xEnd = stepAxisEnd(lastStep, total);
  const least = Math.min(LARGEST_CHANCE, largest([1, chance]));
  const most = largest([...smoothed.slice(0, 3), ...validation.map(({ loss }) => loss)]);
  const yEnd = 1.12 * Math.max(least, Math.min(most, WORST * least));
  return {
    xEnd,
    yEnd,
    x: (step) => left + (step / xEnd) * width,
    y: (loss) => top + height - Math.min(1, Math.max(0, loss / yEnd)) * height,
    stepAt: (x) => Math.round(((x - left) / width) * xEnd),
  };
}

/**
 * @param {number} lastStep
 * @param {number} total  steps of the whole schedule
 * @returns {number} the last step on the axis
 */
export function stepAxisEnd(lastStep, total) {
  const leap = LEAPS.find((end) => end >= lastStep) ?? Math.ceil(lastStep / 4000) * 4000;
  return Math.max(Math.min(total, leap), lastStep, 10);
}

/**
 * At least 0, whatever is among them; one by one, since a call takes no hundred thousand arguments.
 * @param {readonly number[]} losses
 */
function largest(losses) {
  return losses.reduce((most, loss) => (loss > most ? loss : most), 0);
}

/**
 * Round numbers from 0 to at most `end`, whole ones, at most `MAX_TICKS` of them above 0.
 * @param {number} end
 * @returns {number[]}
 */
export function ticks(end) {
  if (!Number.isFinite(end) || end < 0) return [0];
  const least = Math.max(1, end / MAX_TICKS);
  const power = 10 ** Math.floor(Math.log10(least));
  const apart = power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
  return Array.from({ length: Math.floor(end / apart) + 1 }, (_, index) => index * apart);
}

/**
 * Which of `count` points are drawn: evenly spread, the last among them.
 * @param {number} count
 * @returns {number[]} at most `MAX_POINTS` indices
 */
export function shownPoints(count) {
  const shown = Math.min(count, MAX_POINTS);
  const last = Math.max(1, shown - 1);
  return Array.from({ length: shown }, (_, index) => Math.round((index * (count - 1)) / last));
}
