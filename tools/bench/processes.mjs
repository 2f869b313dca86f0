// What a browser's processes hold of memory.

import { readFile } from "node:fs/promises";
import { rounded } from "./report.mjs";

/**
 * Megabytes that the largest process of a type holds of its own, as Linux counts it. The largest renderer is
 * the tab's: another one waits for the next tab.
 * @param {import("playwright-core").Browser} browser
 * @param {"renderer"|"GPU"} type
 */
export async function anonymousMegabytes(browser, type) {
  const ids = await processIds(browser, type);
  const sizes = await Promise.all(ids.map(async (id) => {
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => {
      console.error("This benchmark reads /proc, which is Linux's.");
      process.exit(1);
    });
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }));
  return rounded(Math.max(...sizes));
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {"renderer"|"GPU"} type
 * @returns {Promise<number[]>} the operating system's numbers of the browser's processes of a type
 */
export async function processIds(browser, type) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter((process) => process.type === type).map(({ id }) => id);
}
