// Texts to learn from: read from files, tidied, checked and counted.

/** @typedef {import("../engine/protocol.js").Failure} Failure */

/** Beyond this a tokenizer and a tab grow heavy, and no model of this page could learn more. */
export const MAX_MEGABYTES = 10;

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
 * Reads files as one text, with a blank line between two.
 * @param {readonly File[]} files
 * @returns {Promise<string>}
 * @throws {TextRefused} text_too_large, text_not_text, text_empty, text_too_uniform
 */
export async function readFiles(files) {
  checkSize(files.reduce((sum, file) => sum + file.size, 0));
  const texts = await Promise.all(files.map(async (file) => decode(await file.arrayBuffer())));
  return checkText(texts.join("\n\n"));
}

/**
 * @param {string} text
 * @returns {string} the text with one kind of line end and composed accents, so that each letter is one symbol
 */
export function tidyText(text) {
  return text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n").normalize("NFC");
}

/**
 * @param {string} text
 * @returns {string} the text, tidied
 * @throws {TextRefused} text_empty, text_too_uniform, text_too_large, text_not_text
 */
export function checkText(text) {
  checkSize(text.length);
  const tidy = tidyText(text);
  if (tidy.trim() === "") throw new TextRefused("text_empty");
  if (tidy.includes("\0")) throw new TextRefused("text_not_text");
  const first = String.fromCodePoint(tidy.codePointAt(0) ?? 0);
  if (tidy.length % first.length === 0 && first.repeat(tidy.length / first.length) === tidy) throw new TextRefused("text_too_uniform");
  return tidy;
}

/** @param {number} bytes */
function checkSize(bytes) {
  const megabytes = bytes / 1e6;
  if (megabytes > MAX_MEGABYTES) {
    throw new TextRefused("text_too_large", { megabytes: Math.ceil(megabytes), max: MAX_MEGABYTES });
  }
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {string}
 */
function decode(buffer) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  } catch {
    throw new TextRefused("text_not_text");
  }
}

/**
 * @typedef {object} TextFacts
 * @property {number} characters  code points; endless stories have an infinite number of them
 * @property {number} words       of endless stories, different ones
 * @property {string[]} symbols   the distinct characters, in the order of their code points
 */

/**
 * Counts in slices, so that a large text never holds up the page.
 * @param {string} text
 * @returns {Promise<TextFacts>}
 */
export async function countText(text) {
  const slice = 100_000;
  const symbols = new Set();
  let characters = 0;
  let words = 0;
  let inWord = false;
  for (let start = 0; start < text.length; start += slice) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve));
    const end = Math.min(text.length, start + slice);
    for (let at = start; at < end; ) {
      const point = /** @type {number} */ (text.codePointAt(at));
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
  const line = text.split("\n").find((candidate) => candidate.trim().length >= 2) ?? text;
  const points = [...line.trim()];
  if (points.length <= atMost) return points.join("");
  const cut = points.slice(0, atMost).join("");
  const space = cut.lastIndexOf(" ");
  return space > 0 ? cut.slice(0, space) : cut;
}
