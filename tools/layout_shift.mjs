// How much of what a reader sees moves without their doing, as the browser counts it.

/** @typedef {import("playwright-core").Page} Page */

/** Counts from the next page on, in the outermost one. @param {Page} page */
export async function watchShifts(page) {
  await page.addInitScript(() => {
    if (self !== top) return;
    const seen = Object.assign(/** @type {any} */ (globalThis), { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += /** @type {any} */ (entry).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** @param {Page} page @returns {Promise<number>} the sum so far */
export function shifted(page) {
  return page.evaluate(() => /** @type {any} */ (globalThis).shift);
}
