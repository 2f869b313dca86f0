// What a browser's processes hold of memory.

import { readFile } from "node:fs/promises";
import { rounded } from "./report.mjs";

/**
 * Megabytes that the largest process of a type holds of its own, as Linux counts it. The largest renderer is
 * the tab's: another
 * one waits for the next tab.
 * @param {import("playwright-core").Browser} browser
 * @param {"renderer"|"GPU"} type
 */
export async function anonymousMegabytes(browser, type) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = await Promise.all(
    processInfo
      .filter((process) => process.type === type)
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => {
          console.error("This benchmark reads /proc, which is Linux's.");
          process.exit(1);
        });
        return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
      }),
  );
  return rounded(Math.max(...sizes));
}
