// Texts to learn from, as documents: tidied, checked, counted.

/** @typedef {import("../../api/messages.js").Failure} Failure */

/** Largest text, in megabytes of UTF-8, as in core: beyond it a tokenizer and a tab grow heavy. */
export const MAX_MEGABYTES = 10;

/**
 * The end of a document: a token of every vocabulary. Written between two documents where they are shown as
 * one text.
 */
export const DOCUMENT_END = "<|endoftext|>";

/** Characters that are counted without a pause. */
const SLICE = 100_000;

/** What follows is a task of its own. */
export const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/** A text that the page cannot take, with the code of the sentence that says so. */
export class TextRefused extends Error {
  /**
   * @param {string} code
   * @param {Record<string, string|number>} [params]
   */
  constructor(code, params = {}) {
    super(code);
    /** @type {Failure} */
    this.failure = { code, params, cause: `the page refused a text: ${code} ${JSON.stringify(params)}` };
  }
}

/**
 * @param {string} text
 * @returns {string[]}  its documents, without those that are empty
 */
export function splitDocuments(text) {
  return text.split(/\n?<\|endoftext\|>\n?/).filter((document) => document !== "");
}

/**
 * @param {readonly string[]} documents
 * @returns {string}  one text, which `splitDocuments` takes apart again
 */
export function joinDocuments(documents) {
  return documents.join(`\n${DOCUMENT_END}\n`);
}

/**
 * @param {string} text
 * @returns {string} the text with one kind of line end and composed accents, so that each letter is one
 *   symbol
 */
export function tidyText(text) {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").normalize("NFC");
}

/**
 * @param {readonly string[]} documents
 * @returns {string[]} the documents, tidied, without those that are blank
 */
export function tidyDocuments(documents) {
  return documents.map(tidyText).filter((document) => document.trim() !== "");
}

/**
 * @param {readonly string[]} documents
 * @returns {string[]} the documents, tidied, without those that are blank
 * @throws {TextRefused} text_empty, text_too_uniform, text_too_large, text_not_text
 */
export function checkDocuments(documents) {
  checkSize(documents.reduce((sum, document) => sum + bytesOf(document), 0));
  const tidy = tidyDocuments(documents);
  if (tidy.length === 0) throw new TextRefused("text_empty");
  if (tidy.some((document) => document.includes("\0"))) throw new TextRefused("text_not_text");
  const first = String.fromCodePoint(tidy[0].codePointAt(0) ?? 0);
  if (tidy.every((document) => repeats(document, first))) throw new TextRefused("text_too_uniform");
  return tidy;
}

/**
 * @param {number} bytes  in UTF-8
 * @throws {TextRefused} text_too_large
 */
export function checkSize(bytes) {
  if (bytes <= MAX_MEGABYTES * 1e6) return;
  throw new TextRefused("text_too_large", { megabytes: Math.ceil(bytes / 1e5) / 10, max: MAX_MEGABYTES });
}

/**
 * @param {string} text
 * @returns {number} its size in UTF-8, as core counts it
 */
export function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}

/**
 * @param {string} text
 * @param {string} character
 */
function repeats(text, character) {
  return text.length % character.length === 0 && character.repeat(text.length / character.length) === text;
}

/**
 * @typedef {object} TextFacts
 * @property {number} characters  code points; endless stories have an infinite number of them
 * @property {number} words       of endless stories, different ones
 * @property {string[]} symbols   the distinct characters, in the order of their code points
 */

/**
 * Counts in slices, so that a large text never holds up the page.
 * @param {readonly string[]} documents
 * @returns {Promise<TextFacts>}
 */
export async function countText(documents) {
  /** @type {Set<number>} */
  const symbols = new Set();
  let characters = 0;
  let words = 0;
  let sincePause = 0;
  for (const document of documents) {
    let inWord = false;
    for (let start = 0; start < document.length; start += SLICE) {
      if (sincePause >= SLICE) {
        sincePause = 0;
        await nextTask();
      }
      const end = Math.min(document.length, start + SLICE);
      sincePause += end - start;
      for (let at = start; at < end; ) {
        const point = /** @type {number} */ (document.codePointAt(at));
        at += point > 0xffff ? 2 : 1;
        // A pair cut by the slice's end is counted here; the next slice then starts on its second half.
        if (point >= 0xdc00 && point <= 0xdfff) continue;
        characters += 1;
        symbols.add(point);
        const space = point === 32 || (point >= 9 && point <= 13) || point === 0xa0;
        if (!space && !inWord) words += 1;
        inWord = !space;
      }
    }
  }
  const sorted = [...symbols].sort((a, b) => a - b).map((point) => String.fromCodePoint(point));
  return { characters, words, symbols: sorted };
}

/**
 * The first words of a text: something to continue that its alphabet is sure to hold.
 * @param {string} text
 * @param {number} atMost  characters
 * @returns {string}
 */
export function opening(text, atMost) {
  const line = text.match(/^.*\S.*\S.*$/m)?.[0] ?? text.slice(0, 2 * atMost);
  const points = [...line.trim().slice(0, 2 * atMost + 1)];
  if (points.length <= atMost) return points.join("");
  const cut = points.slice(0, atMost).join("");
  const space = cut.lastIndexOf(" ");
  return space > 0 ? cut.slice(0, space) : cut;
}
