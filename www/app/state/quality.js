// How good what a model writes is: of tales, how far each is right, as their grammar judges; of the reader's
// own text, how many of the written words are words of it.

import { nextTask } from "./text.js";

/** @typedef {import("../../../dist/contes.js").Judgement} Judgement */

/** The words of a text: runs of letters with their accents. One letter alone says nothing. */
const WORD = /[\p{L}\p{M}]{2,}/gu;
/** Scripts that leave no space between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/gu;
/** With more of these than that, words cannot be told apart. */
const MOST_UNSPACED = 0.3;
/** Characters that are looked through without a pause: a few milliseconds. */
const SLICE = 20_000;
/** Tales are judged so long without a pause. Most take less than a millisecond, on a slow phone three. */
const SLICE_MS = 8;

/**
 * `right`: characters of what the model wrote, on average, before its first mistake; `share`: of its words.
 * @typedef {{kind: "tales", whole: number, of: number, right: number}
 *   | {kind: "words", share: number}} Quality
 */

/**
 * Judges a text that begins with the prompt. Where the reader asks for a title that no tale has, what is
 * judged is the tale below it: below the first line or, where that begins no tale either, below all lines of
 * the prompt.
 * @param {{read(text: string): Judgement}} judge
 * @param {{read(text: string): Judgement}} judgeBelow  of what stands below: each remembers its last text
 * @param {string} prompt
 * @param {string} text  that follows it
 * @returns {Judgement}
 */
export function judgeTale(judge, judgeBelow, prompt, text) {
  const whole = prompt + text;
  let judgement = judge.read(whole);
  const firstLine = judgement.title === "unknown" ? whole.indexOf("\n") + 1 : 0;
  for (const below of [firstLine, prompt.endsWith("\n") ? prompt.length : 0]) {
    if (judgement.right >= prompt.length) break;
    if (below === 0) continue;
    const tale = judgeBelow.read(whole.slice(below));
    judgement = { ...tale, right: below + tale.right, title: "unknown" };
  }
  return judgement;
}

/**
 * Judges the texts of a sample in slices that a reader does not notice, on a phone neither.
 * @param {string} prompt
 * @param {readonly {text: string}[]} texts  that follow it
 * @param {(prompt: string, text: string) => Judgement} judge
 * @param {() => Promise<unknown>} [pause]  between slices
 * @returns {Promise<Judgement[]>} one a text
 */
export async function judgeTales(prompt, texts, judge, pause = nextTask) {
  const judgements = [];
  let since = performance.now();
  for (const { text } of texts) {
    if (performance.now() - since >= SLICE_MS) {
      await pause();
      since = performance.now();
    }
    judgements.push(judge(prompt, text));
  }
  return judgements;
}

/**
 * @param {string} prompt
 * @param {readonly Judgement[]} judgements  of texts that begin with the prompt
 * @returns {Quality|null}  none where the prompt itself begins no tale
 */
export function qualityOfTales(prompt, judgements) {
  const of = judgements.length;
  if (of === 0 || judgements.some(({ right }) => right < prompt.length)) return null;
  const right = judgements.reduce((sum, judgement) => sum + judgement.right - prompt.length, 0) / of;
  return { kind: "tales", whole: judgements.filter(({ whole }) => whole).length, of, right };
}

/**
 * @param {string} prompt
 * @param {readonly {text: string, ended: boolean}[]} texts  that follow it
 * @param {ReadonlySet<string>} known  words of the text that was learned, in small letters
 * @returns {Quality}
 */
export function qualityOfWords(prompt, texts, known) {
  const words = texts.flatMap(({ text, ended }) => writtenWords(prompt, text, ended));
  const share = words.length === 0 ? 0 : words.filter((word) => known.has(word)).length / words.length;
  return { kind: "words", share };
}

/**
 * The words that a model wrote or finished, without the last one where it may be cut.
 * @param {string} prompt
 * @param {string} text
 * @param {boolean} ended
 */
function writtenWords(prompt, text, ended) {
  const whole = prompt + text;
  return Array.from(whole.matchAll(WORD)).filter(({ index, 0: word }) => {
    const end = index + word.length;
    return end > prompt.length && (ended || end < whole.length);
  }).map(([word]) => word.toLowerCase());
}

/**
 * Collects the words of a text, in slices, so that the page is never held up.
 * @param {readonly string[]} documents
 * @param {() => Promise<unknown>} [pause]  between slices
 * @returns {Promise<Set<string>|null>}  in small letters; none where the text does not part its words
 */
export async function wordsOf(documents, pause = nextTask) {
  const known = new Set();
  const [first = ""] = documents;
  const beginning = first.slice(0, SLICE);
  if ((beginning.match(UNSPACED)?.length ?? 0) > MOST_UNSPACED * beginning.length) return null;
  let since = 0;
  for (const document of documents) {
    for (let start = 0; start < document.length;) {
      const end = sliceEnd(document, start);
      for (const [word] of document.slice(start, end).matchAll(WORD)) known.add(word.toLowerCase());
      since += end - start;
      start = end;
      if (since < SLICE) continue;
      since = 0;
      await pause();
    }
  }
  return known;
}

/**
 * @param {string} document
 * @param {number} start
 * @returns {number} where a slice ends: not within a word, unless that is longer than the slice
 */
function sliceEnd(document, start) {
  const end = start + SLICE;
  if (end >= document.length) return document.length;
  const last = document.slice(Math.max(start, end - 200), end);
  const tail = last.match(/[\p{L}\p{M}]*[\ud800-\udbff]?$/u)?.[0] ?? "";
  return tail.length < 200 ? end - tail.length : end;
}
