// The numbers that workers of a team hand to each other, and how each makes its own. A worker gives away as
// many arrays as there are parts, one for the worker of each part, and gets as many: of gradients a slice
// each, whose sum is then given to all; of updates a copy each. The memory of those that came is that of the
// next to go.

/**
 * @typedef {Float32Array<ArrayBuffer>} Numbers
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 * @typedef {{result: number, values: Numbers[]}} Share  `result` is the loss, of gradients
 */

/** The worker of the first part carries all messages: of a larger team than this it sums nothing. */
const LARGE_TEAM = 3;

/**
 * The gradients of one part of a batch, in as many slices as there are parts.
 * @param {Training} training
 * @param {number} parameters  numbers of a gradient
 * @param {{part: number, parts: number}} which
 * @param {Numbers[]} memory
 * @returns {Promise<Share>}
 */
export async function gradientShare(training, parameters, { part, parts }, memory) {
  const idle = parts > LARGE_TEAM ? 1 : 0;
  const bound = (/** @type {number} */ slice) => (
    Math.floor((parameters * Math.max(0, slice - idle)) / (parts - idle)));
  const values = Array.from({ length: parts }, (_, slice) => (
    numbers(bound(slice + 1) - bound(slice), memory[slice])));
  return { result: await training.partialGradients(part, parts, values), values };
}

/**
 * Sums one slice over all parts, in their order: each of the arrays then holds the sum.
 * @param {Numbers[]} slices  by part
 */
export function sumShares(slices) {
  const [sum, ...others] = slices;
  for (const slice of others) for (let i = 0; i < sum.length; i++) sum[i] += slice[i];
  for (const slice of others) slice.set(sum);
  return slices;
}

/**
 * The updates of one part of Muon's matrices in the step begun, once for each part.
 * @param {Training} training
 * @param {{part: number, parts: number}} which
 * @param {Numbers[]} memory
 * @returns {Promise<Share>}
 */
export async function updateShare(training, { part, parts }, memory) {
  const updates = await training.partialUpdates(part, parts);
  const values = Array.from({ length: parts }, (_, to) => {
    const copy = numbers(updates.length, memory[to]);
    copy.set(updates);
    return copy;
  });
  return { result: 0, values };
}

/**
 * What each part gave to each, by who gets it.
 * @param {Numbers[][]} given  by who gave it
 * @returns {Numbers[][]}
 */
export function exchanged(given) {
  return given.map((_, to) => given.map((values) => values[to]));
}

/**
 * The memory of these arrays, to be transferred.
 * @param {Numbers[]} values
 */
export function buffersOf(values) {
  return values.map(({ buffer }) => buffer);
}

/**
 * @param {number} length
 * @param {Numbers} [memory]  where they are put if there is room
 * @returns {Numbers}
 */
function numbers(length, memory) {
  const fits = memory && memory.buffer.byteLength >= length * Float32Array.BYTES_PER_ELEMENT;
  return fits ? new Float32Array(memory.buffer, 0, length) : new Float32Array(length);
}
