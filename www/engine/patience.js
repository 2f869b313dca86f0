// How long something is waited for. Time is counted in ticks, and a late one as two: while the device slept,
// or this thread computed, nothing was waited for. It stands still while the page is hidden, since a browser
// may then hold back the GPU and other workers.

const TICK_MS = 500;

let hidden = false;

/** @param {boolean} value  whether the page is hidden */
export function setHidden(value) {
  hidden = value;
}

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} ms  that it may take
 * @param {() => Error} late  what is thrown where it takes longer
 * @returns {Promise<T>}
 */
export async function withPatience(work, ms, late) {
  let remaining = ms;
  let last = performance.now();
  /** @type {ReturnType<typeof setInterval>|undefined} */
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setInterval(() => {
      const now = performance.now();
      if (!hidden) remaining -= Math.min(now - last, 2 * TICK_MS);
      last = now;
      if (remaining < 0) reject(late());
    }, TICK_MS);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([work, expired]));
  } finally {
    clearInterval(timer);
  }
}
