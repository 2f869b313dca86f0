// The judge of tales in the browser's module: milliseconds a text, in French and in English. It is apart from
// `contes`, which scores stories natively for a minute.
//
// A judge that has read nothing judges each text; five times each, of which the median counts, so that what
// the machine does besides is left out. Of those figures `…_ms` is the median and `…_worst_ms` the highest.
// The page is cross-origin isolated for a clock of 5 µs, not of 100.
// - whole: 200 tales with their titles; untitled: the same from below them.
// - mistake: the same with a word of another tale in place of one.
// - beginning: the first words of a tale, one to seven and the word "xyz": where most could have come.
// - token: 50 tales that grow by four characters, as many as a token of petit has.
// - long: a megabyte of what is no tale, or no longer one: a letter, a word, a title, a tale, breaks.
// - first: the first judge of a language, which reads its words and rules.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { median, report, rounded } from "./report.mjs";

/** @typedef {Record<string, number[]>} Times  milliseconds a text, by the kind of text */

const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const site = await serve("dist", {
  more: { "bench.html": '<!doctype html><link rel="icon" href="data:,">' },
  headers: ISOLATED,
});
const browser = await launchChromium();
const page = await browser.newPage();
await page.goto(`${site.url}bench.html`);
const timesOf = (/** @type {"fr"|"en"} */ language) => page.evaluate(judge, language);
const times = { fr: await timesOf("fr"), en: await timesOf("en") };
await browser.close();
await site.close();

const figures = { fr: figuresOf(times.fr), en: figuresOf(times.en) };
const rows = Object.keys(figures.fr).map((name) => (
  /** @type {[string, string, string]} */ ([name, String(figures.fr[name]), String(figures.en[name])])));
report("The judge of tales, in French and in English", rows, figures);

/** @param {Times} times @returns {Record<string, number>} */
function figuresOf(times) {
  return Object.fromEntries(Object.entries(times).flatMap(([kind, all]) => [
    ...(all.length > 10 ? [[`${kind}_ms`, rounded(median(all), 3)]] : []),
    [`${kind}_worst_ms`, rounded(Math.max(...all), 3)],
  ]));
}

/**
 * Runs in the page.
 * @param {"fr"|"en"} language
 * @returns {Promise<Times>}
 */
async function judge(language) {
  const { default: start, Contes, Judge } = await import(new URL("contes.js", location.href).href);
  await start();
  const begin = performance.now();
  new Judge(language).free();
  const first = performance.now() - begin;

  /** @type {string[]} */
  const tales = new Contes(language, "validation", 1).stories(300_000).slice(0, 200);
  const wordsOf = (/** @type {string} */ tale) => tale.split(" ");
  const mistakes = tales.map((tale, index) => {
    const [words, others] = [wordsOf(tale), wordsOf(tales[(index + 1) % tales.length])];
    words[index * 7919 % words.length] = others[index * 31 % others.length];
    return words.join(" ");
  });
  const beginnings = tales.flatMap((tale) => [1, 2, 3, 4, 5, 6, 7].map((count) => (
    `${wordsOf(tale).slice(0, count).join(" ")} xyz`)));
  const below = tales.map((tale) => tale.slice(tale.indexOf("\n") + 1));
  const [tale] = tales;
  const long = ["a", "Le ", "The ", "\n", tale.slice(0, tale.indexOf("\n") + 1), tale, `${tale} `].map(
    (text) => text.repeat(1_000_000 / text.length));
  long.push(tale + " ".repeat(1_000_000));
  return {
    whole: tales.map(timeOf),
    untitled: below.map(timeOf),
    mistake: mistakes.map(timeOf),
    beginning: [...beginnings, ...below.slice(0, 50).map((text) => text.slice(0, 20))].map(timeOf),
    token: tales.slice(0, 50).flatMap(timesGrowing),
    long: long.map(timeOf),
    first: [first],
  };

  /** @param {string} text */
  function timeOf(text) {
    const times = [1, 2, 3, 4, 5].map(() => {
      const judge = new Judge(language);
      const begin = performance.now();
      judge.read(text);
      const ms = performance.now() - begin;
      judge.free();
      return ms;
    });
    return times.toSorted((a, b) => a - b)[2];
  }

  /** @param {string} text */
  function timesGrowing(text) {
    const rounds = [1, 2, 3, 4, 5].map(() => {
      const judge = new Judge(language);
      const times = [];
      for (let end = 4; end < text.length; end += 4) {
        const begin = performance.now();
        judge.read(text.slice(0, end));
        times.push(performance.now() - begin);
      }
      judge.free();
      return times;
    });
    return rounds[0].map((_, index) => rounds.map((times) => times[index]).toSorted((a, b) => a - b)[2]);
  }
}
