// What it costs to keep a model: *grand* trains on the CPU engine with two workers, its best model with it,
// and is saved again and again or not at all, by turns of equal length. A save is asked for as the page does
// when it is hidden. Told are the steps a second of both, the training time that a save takes, which share
// that is of the hundred seconds between two saves, and the tasks of the page's main thread over 50 ms.

import { shelf } from "../../tests/browser/support/shelf.mjs";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { median, report, rounded } from "./report.mjs";

const TURNS = 6;
const TURN_S = 40;
/** Seconds from one save to the next, while it is saved. */
const EVERY_S = 8;
/** Seconds from one save to the next in the page (CHECKPOINT_MS in www/engine/run.js). */
const USUALLY_S = 100;
/** Evaluated once, at the tenth step: from then on there is a best model. */
const ADDRESS = "#preset=grand&engine=cpu&workers=2&steps=400&lang=en";

const site = await serve("dist");
const browser = await launchChromium();
const page = await browser.newPage({ locale: "en-GB" });
await page.addInitScript(() => {
  const seen = { steps: /** @type {number[]} */ ([]), saves: 0, tasks: /** @type {number[]} */ ([]) };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: "longtask" });
  const Real = globalThis.Worker;
  globalThis.Worker = class extends Real {
    /** @param {string|URL} address @param {WorkerOptions} [options] */
    constructor(address, options) {
      super(address, options);
      this.addEventListener("message", ({ data }) => {
        if (data.type === "steps") seen.steps.push(...data.reports.map(() => performance.now()));
        if (data.type === "checkpoint") seen.saves += 1;
      });
    }
  };
});
await page.goto(site.url + ADDRESS);
await page.locator("#train").click();
await page.waitForFunction(() => Number(document.getElementById("status")?.dataset.step) >= 12, null, {
  timeout: 300_000,
});
await page.locator("#kept-now[data-step]").waitFor({ timeout: 60_000 });

/** Steps a second of each turn. */
const turns = { with: /** @type {number[]} */ ([]), without: /** @type {number[]} */ ([]) };
/** Tasks of the page over 50 ms in all of them, in milliseconds. */
const tasks = { with: /** @type {number[]} */ ([]), without: /** @type {number[]} */ ([]) };
let saves = 0;
// What the page did until here is not asked about.
await page.evaluate(() => { /** @type {any} */ (globalThis).seen.tasks.length = 0; });
for (let turn = 0; turn < TURNS; turn++) {
  const kind = turn % 2 === 0 ? "with" : "without";
  const { rate, saved, long } = await page.evaluate(async ([seconds, every]) => {
    const { seen } = /** @type {any} */ (globalThis);
    const show = (/** @type {string} */ state) => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    };
    const [begin, saves] = [performance.now(), seen.saves];
    const save = () => { show("hidden"); show("visible"); };
    if (every > 0) save();
    const timer = every > 0 ? setInterval(save, every * 1000) : undefined;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    clearInterval(timer);
    const done = seen.steps.filter((/** @type {number} */ at) => at >= begin).length;
    return { rate: done / seconds, saved: seen.saves - saves, long: seen.tasks.splice(0) };
  }, [TURN_S, kind === "with" ? EVERY_S : 0]);
  turns[kind].push(rate);
  tasks[kind].push(...long);
  if (kind === "with") saves += saved;
}
const [{ bytes }] = await shelf(page);
await browser.close();
await site.close();

const [saving, not] = [median(turns.with), median(turns.without)];
const savesATurn = saves / turns.with.length;
const ms = (1 - saving / not) * TURN_S / savesATurn * 1000;
const share = ms / 1000 / USUALLY_S;
const longest = (/** @type {number[]} */ ms) => rounded(Math.max(0, ...ms));
report(`Keeping grand (${rounded(bytes / 1e6)} MB) while it trains, ${TURNS} turns of ${TURN_S} s`, [
  ["steps a second, not saved", rounded(not, 3), turns.without.map((rate) => rounded(rate, 2)).join(" ")],
  ["steps a second, saved again and again", rounded(saving, 3),
    turns.with.map((rate) => rounded(rate, 2)).join(" ")],
  ["saves", saves, ""],
  ["a save takes from the training", rounded(ms), "ms"],
  [`of the ${USUALLY_S} s between two saves`, rounded(100 * share, 2), "% (5 allowed)"],
  ["tasks of the page over 50 ms, while it is saved", tasks.with.length, "(none allowed)"],
  ["  the longest", longest(tasks.with), "ms"],
  ["  while it is not", tasks.without.length, "(what else the machine does)"],
  ["  the longest", longest(tasks.without), "ms"],
], {
  bytes, saves, save_ms: rounded(ms), slower_percent: rounded(100 * share, 2),
  long_tasks: tasks.with.length, longest_task_ms: longest(tasks.with),
  long_tasks_unsaved: tasks.without.length,
});
