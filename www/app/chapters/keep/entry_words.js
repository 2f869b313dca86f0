// What the page says of a training on the shelf.

import { lossFigure } from "../../parts/loss_figures.js";

/** @typedef {import("../../state/shelf.js").Entry} Entry */
/** @typedef {import("../../state/words.js").Words} Words */

const TWO_DIGITS = { maximumSignificantDigits: 2 };

/**
 * @param {Pick<Entry, "name"|"text">} entry
 * @param {Words} words
 * @returns {string} what the reader calls it, or else what it has read
 */
export function nameOf({ name, text }, words) {
  if (name !== "") return name;
  return text.kind === "contes" ? words.say(`keep.read.contes-${text.language}`)
    : words.say("keep.read.own", { opening: text.opening });
}

/**
 * @param {Entry} entry
 * @param {Words} words
 */
export function dateOf({ saved }, words) {
  return words.date(saved, { dateStyle: "medium", timeStyle: "short" });
}

/**
 * @param {Entry} entry
 * @param {Words} words
 * @returns {[name: string, figure: string][]} its figures, by the keys of their names
 */
export function figuresOf(entry, words) {
  const { step, last_step, loss, bytes, parameters } = entry;
  const text = textOf(entry, words);
  return [
    .../** @type {[string, string][]} */ (text === "" ? [] : [["keep.text", text]]),
    ["keep.step", words.say("keep.step_of", { step, total: last_step })],
    ["keep.loss", loss === null ? "–" : words.say("keep.nats", { loss: lossFigure(loss, words), n: loss })],
    ["keep.parameters", words.number(parameters, { notation: "compact", maximumSignificantDigits: 2 })],
    ["keep.size", megabytes(bytes, words)],
  ];
}

/**
 * What a training has read, where its name does not say it, as one of the reader's own does not.
 * @param {Entry} entry
 * @param {Words} words
 */
function textOf({ name, text }, words) {
  const isNamed = name !== "";
  if (text.kind === "contes") return isNamed ? words.say(`keep.read.contes-${text.language}`) : "";
  const { opening, isKept } = text;
  const state = words.say(isKept ? "keep.text_kept" : "keep.text_not_kept");
  return isNamed ? words.say("keep.text_quoted", { opening, state }) : state;
}

/**
 * @param {number} bytes
 * @param {Words} words
 */
export function megabytes(bytes, words) {
  return words.say("keep.megabytes", { size: words.number(bytes / 1e6, TWO_DIGITS) });
}
