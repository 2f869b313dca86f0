// How many workers share a batch on this device: as its cores and its memory allow.

/** Each worker holds a whole model, so a device that does not say that it has much memory gets fewer. */
export const MOST_WORKERS = 8;
const MOST_WORKERS_OF_SMALL_DEVICES = 4;
const MUCH_MEMORY_GB = 8;
/** Bytes that all workers together may take: a telephone ends a tab that takes more. */
const MEMORY = 2.5e9;
const MEMORY_OF_SMALL_DEVICES = 8e8;

/**
 * @param {number} batchSize  windows a step, of which each worker takes at least one
 * @param {(workers: number) => number} bytesOf  that so many workers take together
 * @returns {number} at most so many, at least one
 */
export function workersFor(batchSize, bytesOf) {
  const { hardwareConcurrency: cores = 1, deviceMemory = 0 } =
    /** @type {Navigator & {deviceMemory?: number}} */ (navigator);
  const large = deviceMemory >= MUCH_MEMORY_GB;
  let workers = Math.min(cores, large ? MOST_WORKERS : MOST_WORKERS_OF_SMALL_DEVICES, batchSize);
  while (workers > 1 && bytesOf(workers) > (large ? MEMORY : MEMORY_OF_SMALL_DEVICES)) workers--;
  return Math.max(1, workers);
}
