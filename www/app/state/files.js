// Files read as documents; what was made of them is said in notes. Loaded when the reader gives files.

import { decode, documentFormat } from "./decoding.js";
import { MAX_MEGABYTES, TextRefused, checkSize, splitDocuments } from "./text.js";

/** @typedef {import("./decoding.js").Encoding} Encoding */
/** @typedef {import("./found_files.js").FoundFile} FoundFile */

/** Bytes by which a file is known to be text, before the whole of it is read: an even number, for UTF-16. */
const HEAD = 4096;

/**
 * What to tell of a text that was taken, by a code; `files` are the names of those that it is about.
 * @typedef {"files"|"windows_1252"|"utf_16"|"damaged"|"markup"|"skipped"|"unreadable"
 *   |"pasted"|"pasted_at_end"} NoteCode
 * @typedef {{code: NoteCode, files: string[]}} Note
 *
 * @typedef {{documents: string[], notes: Note[]}} TextRead
 */

/** @type {Partial<Record<Encoding, NoteCode>>} */
const ENCODING_NOTES = {
  "windows-1252": "windows_1252", "utf-16le": "utf_16", "utf-16be": "utf_16", "utf-8-damaged": "damaged",
};

/**
 * Reads files as documents, in the order of their names. What is no text is left out and noted, unless
 * nothing else is there.
 * @param {readonly FoundFile[]} found
 * @returns {Promise<TextRead>}
 * @throws {TextRefused} text_unreadable, text_not_text, text_is_document, text_empty, text_too_large
 */
export async function readFiles(found) {
  const sorted = found.toSorted((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
  /** @type {string[]} */
  const documents = [];
  /** @type {Map<NoteCode, string[]>} */
  const notes = new Map([["files", []]]);
  const note = (/** @type {NoteCode} */ code, /** @type {string} */ path) =>
    notes.set(code, [...notes.get(code) ?? [], path]);
  /** @type {TextRefused|null} */
  let refused = null;
  let size = 0;
  for (const { path, open } of sorted) {
    try {
      const file = await open();
      await refuseOthers(file);
      // No encoding needs more than two bytes for one of UTF-8: what is larger is too large, unread.
      if ((size += file.size) > 2 * MAX_MEGABYTES * 1e6) checkSize(size);
      const { text, codes } = await readFile(file);
      documents.push(...splitDocuments(text));
      for (const code of codes) note(code, path);
    } catch (error) {
      const isRefusal = error instanceof TextRefused;
      const refusal = isRefusal ? error : new TextRefused("text_unreadable", { file: path });
      if (refusal.failure.code === "text_too_large") throw refusal;
      refused ??= refusal;
      note(refusal.failure.code === "text_unreadable" ? "unreadable" : "skipped", path);
    }
  }
  if (documents.length === 0) throw refused ?? new TextRefused("text_empty");
  return { documents, notes: [...notes].map(([code, files]) => ({ code, files })) };
}

/**
 * Refuses what begins like no text, before the whole of it is read.
 * @param {File} file
 */
async function refuseOthers(file) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const format = documentFormat(head, file.name);
  if (format) throw new TextRefused("text_is_document", { file: file.name, format });
  if (!decode(head)) throw new TextRefused("text_not_text", { file: file.name });
}

/**
 * @param {File} file
 * @returns {Promise<{text: string, codes: NoteCode[]}>}
 */
async function readFile(file) {
  const decoded = decode(new Uint8Array(await file.arrayBuffer()));
  if (!decoded) throw new TextRefused("text_not_text", { file: file.name });
  /** @type {NoteCode[]} */
  const codes = ["files"];
  const encodingNote = ENCODING_NOTES[decoded.encoding];
  if (encodingNote) codes.push(encodingNote);
  const isMarkup = file.type === "text/html" || /\.x?html?$/i.test(file.name);
  const text = isMarkup ? textOfMarkup(decoded.text) : decoded.text;
  if (isMarkup) codes.push("markup");
  if (text.trim() === "") throw new TextRefused("text_empty");
  return { text, codes };
}

/** Elements that stand on lines of their own. */
const BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6, tr, section, article, blockquote, pre, dt, dd";

/**
 * @param {string} markup
 * @returns {string} what a reader of the page would see of it; nothing of it is run or fetched
 */
function textOfMarkup(markup) {
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  for (const element of body.querySelectorAll("script, style, template, noscript")) element.remove();
  for (const element of body.querySelectorAll("br")) element.replaceWith("\n");
  for (const element of body.querySelectorAll(BLOCKS)) element.append("\n");
  const text = body.textContent ?? "";
  return text.replace(/[ \t]+/g, " ").replace(/ ?\n ?/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}
