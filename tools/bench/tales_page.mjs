// A training of tales in the built page, as a reader makes it, timed from the click; and what its model is
// worth afterwards.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { readFile } from "node:fs/promises";

/** @typedef {import("./tales_judge.js").Judged} Judged */

const JUDGE = "bench_judge.js";
/** The longest training of the page on a slow machine, and what follows it. */
const PATIENCE_MS = 3 * 60 * 60_000;

/**
 * @param {object} options
 * @param {"fr"|"en"} options.language
 * @param {string} options.preset
 * @param {number} options.steps
 * @param {number} options.seed
 * @param {boolean} options.judge  whether the model is judged
 * @returns {Promise<{seconds: number, judged: Judged|null}>} from the click until the training has ended
 */
export async function trainInPage({ language, preset, steps, seed, judge }) {
  const more = { [JUDGE]: await readFile(`${import.meta.dirname}/tales_judge.js`, "utf8") };
  const site = await serve("dist", { more });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ locale: language === "fr" ? "fr-FR" : "en-GB" });
    page.on("pageerror", (error) => console.error(`page: ${error.message}`));
    await page.addInitScript(hearEngine);
    const settings = {
      preset,
      engine: "cpu",
      text: `contes-${language}`,
      steps: String(steps),
      seed: String(seed),
    };
    await page.goto(`${site.url}#${new URLSearchParams(settings)}`);
    await page.locator("#train").click();
    const timeout = PATIENCE_MS;
    await page.locator('#status[data-phase="finished"]').waitFor({ timeout });
    const { clicked, finished } = await page.evaluate(() => /** @type {any} */ (globalThis).heard);
    const seconds = (finished - clicked) / 1000;
    if (!judge) return { seconds, judged: null };
    // The last checkpoint comes after the last samples.
    await page.waitForFunction(() => /** @type {any} */ (globalThis).heard.lastCheckpoint !== null, null, {
      timeout,
    });
    const judged = await page.evaluate(async ([address, language]) => {
      const { judgeModel } = await import(address);
      return judgeModel(language, /** @type {any} */ (globalThis).heard);
    }, [new URL(JUDGE, site.url).href, language]);
    return { seconds, judged };
  } finally {
    await browser.close();
    await site.close();
  }
}

/** Runs in the page before its own scripts: hears when it clicks, and what its engine worker tells. */
function hearEngine() {
  const heard = {
    clicked: NaN,
    finished: NaN,
    /** @type {any} */ info: null,
    /** @type {Blob|null} */ lastCheckpoint: null,
  };
  Object.assign(globalThis, { heard });
  addEventListener("click", ({ target }) => {
    if (/** @type {Element} */ (target).closest("#train")) heard.clicked = performance.now();
  }, true);
  const Real = Worker;
  globalThis.Worker = class extends Real {
    /** @param {any} address @param {any} options */
    constructor(address, options) {
      super(address, options);
      this.addEventListener("message", ({ data }) => {
        if (data.type === "ready" || data.type === "changed") heard.info = data.info;
        if (data.type === "state" && data.state === "finished") heard.finished = performance.now();
        if (data.type === "checkpoint" && Number.isFinite(heard.finished)) heard.lastCheckpoint = data.blob;
      });
    }
  };
}
