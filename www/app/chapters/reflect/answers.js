// The answers of those who visit the page in this browser, and what becomes of them: kept here, made a table
// of, deleted. Nothing is sent.

import { recall, remember } from "../../state/storage.js";

/** @typedef {import("../../state/settings.js").Language} Language */

/**
 * Those of one visitor, one answer a question, and when they were written last, in milliseconds since 1970;
 * null: not yet. Once the visit has begun, those of before are closed.
 * @typedef {{name: string, hasBegun: boolean, before: string[], after: string[], beforeAt: number|null,
 *   afterAt: number|null}} Visit
 */

/**
 * "error": why did it write something wrong? After building a model, three times as many pupils trace an
 * error to its training data (arXiv 2601.21631): it shows best what a visit changes. "next": how does it
 * choose the next word? Before, most say that it understands, or looks up what to say; the answer is what
 * every chapter shows, and neither question hints at it.
 */
export const QUESTIONS = /** @type {const} */ (["error", "next"]);

/** @typedef {(typeof QUESTIONS)[number]} QuestionName */

/** Visitors that are kept: a class, and more. */
const MOST_VISITS = 200;
/** Characters of an answer. */
export const LONGEST = 1000;
const KEY = "answers";

/** @returns {Visit} */
export function emptyVisit() {
  const none = () => QUESTIONS.map(() => "");
  return { name: "", hasBegun: false, before: none(), after: none(), beforeAt: null, afterAt: null };
}

/** @param {Visit} visit @returns {boolean} whether nothing was written */
export function isEmpty({ before, after }) {
  return [...before, ...after].every((answer) => answer.trim() === "");
}

/** @returns {Visit[]} those kept in this browser, the newest last; at least one */
export function readVisits() {
  try {
    const read = JSON.parse(recall(KEY) ?? "[]");
    const visits = Array.isArray(read) ? read.filter(isVisit).slice(-MOST_VISITS) : [];
    return visits.length > 0 ? visits : [emptyVisit()];
  } catch {
    return [emptyVisit()];
  }
}

/**
 * @param {readonly Visit[]} visits
 * @returns {boolean} whether the browser keeps them: else they last as long as the page is open
 */
export function keepVisits(visits) {
  const written = JSON.stringify(visits.slice(-MOST_VISITS));
  remember(KEY, written);
  return recall(KEY) === written;
}

export function deleteVisits() {
  remember(KEY, "[]");
}

/**
 * What this browser holds may have been changed by others.
 * @param {any} value
 * @returns {value is Visit}
 */
function isVisit(value) {
  const isText = (/** @type {unknown} */ text) => typeof text === "string" && text.length <= LONGEST;
  const areAnswers = (/** @type {unknown} */ list) => (
    Array.isArray(list) && list.length === QUESTIONS.length && list.every(isText));
  const isTime = (/** @type {unknown} */ time) => time === null || Number.isFinite(time);
  return value !== null && typeof value === "object" && isText(value.name)
    && typeof value.hasBegun === "boolean" && areAnswers(value.before) && areAnswers(value.after)
    && isTime(value.beforeAt) && isTime(value.afterAt);
}

/**
 * A table for a spreadsheet: UTF-8 with its mark, without which accents are lost in one of them.
 * @param {readonly (readonly string[])[]} rows  the first names the columns
 * @param {Language} language  a spreadsheet in French expects semicolons
 * @returns {string}
 */
export function toCsv(rows, language) {
  const separator = language === "fr" ? ";" : ",";
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(separator)}\r\n`).join("")}`;
}

/** What begins so is a formula to a spreadsheet, whoever wrote it: an apostrophe makes it a text again. */
const FORMULA = /^[\s\u200B-\u200F\uFEFF]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** @param {string} text */
function cell(text) {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
