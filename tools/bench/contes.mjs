// The stories in figures: their entropy, words and speed, natively and in the browser's module.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { report, rounded } from "./report.mjs";

/** Bytes told in the browser. */
const TOLD = 4_000_000;

/**
 * What crates/contes/examples/figures.rs prints for a language.
 * @typedef {{bits_per_char: number, standard_error: number, words: number, skeletons: number,
 *   duplicates_in_10000: number,
 *   stories_per_s: number, shortest_words: number, longest_words: number, mean_words: number}} Figures
 */

console.error("» scoring ten thousand stories a language (about a minute)");
const { stdout } = await promisify(execFile)("cargo",
  ["run", "--release", "--quiet", "--locked", "-p", "petit-train-contes", "--example", "figures"]);
const native = /** @type {Record<"fr"|"en", Figures>} */ (JSON.parse(stdout));
const figures = {
  fr: { ...native.fr, ...await tell("fr") },
  en: { ...native.en, ...await tell("en") },
};
report(
  "Contes, in French and in English",
  /** @type {(keyof Figures|"browser_mb_per_s"|"browser_first_ms")[]} */ (Object.keys(figures.fr)).map(
    (name) => [name, String(figures.fr[name]), String(figures.en[name])],
  ),
  figures,
);

/**
 * @param {"fr"|"en"} language
 */
async function tell(language) {
  const site = await serve("dist", {
    more: { "bench.html": '<!doctype html><link rel="icon" href="data:,">' },
  });
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(`${site.url}bench.html`);
  const { first, ms } = await page.evaluate(async ({ language, bytes }) => {
    const { default: start, Contes } = await import(new URL("contes.js", location.href).href);
    await start();
    const begin = performance.now();
    const contes = new Contes(language, "training", 1);
    contes.tell();
    const first = performance.now() - begin;
    const then = performance.now();
    contes.stories(bytes);
    return { first, ms: performance.now() - then };
  }, { language, bytes: TOLD });
  await browser.close();
  await site.close();
  return { browser_first_ms: rounded(first), browser_mb_per_s: rounded(TOLD / 1000 / ms, 1) };
}
