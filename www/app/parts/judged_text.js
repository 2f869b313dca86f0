// A text that a model wrote, with its first mistake underlined where its judge has found one, and beside it
// what there is to say of that.

import { h, setAttributes, setText } from "./dom.js";
import { isolate } from "./characters.js";

/** @typedef {import("../state/quality.js").Judgement} Judgement */
/** @typedef {import("../state/words.js").Words} Words */

/**
 * @typedef {object} Written
 * @property {string} prompt
 * @property {string} text       what follows it
 * @property {boolean} ended     by the model itself
 * @property {(Judgement & {of?: number})|null} judgement  of `prompt + text`, or of its first `of` units
 */

/** A mistake is shown with the word that it makes wrong; a space, with the word or the sign after it. */
const WORD_BEFORE = /[\p{L}\p{M}]+$/u;
const IN_WORD = /^[\p{L}\p{M}]+/u;
const AFTER_WORD = /^\s*(?:[\p{L}\p{M}]+|[^\s])/u;

let made = 0;

export class JudgedText {
  #given = h("span", { class: "prompt" });
  #made = h("span", { class: "made" });
  #mistake = h("button", { type: "button", class: "mistake", click: () => this.#toggle() });
  #after = h("span", { class: "after" });
  #open;
  /** Where the words go: the text itself, without the note. */
  parts = [this.#given, this.#made, this.#mistake, this.#after];
  note = h("p", { class: "verdict", id: `verdict-${made += 1}` });

  /** @param {boolean} open  whether the note on a mistake is shown before it is asked for */
  constructor(open) {
    this.#open = open;
    setAttributes(this.#mistake, { "aria-describedby": this.note.id, "aria-controls": this.note.id });
  }

  /**
   * @param {Written} written
   * @param {Words} words
   */
  update(written, words) {
    const { prompt, text } = written;
    const whole = prompt + text;
    const { start, end } = mistakeOf(written) ?? { start: whole.length, end: whole.length };
    const found = start < whole.length;
    // Of a prompt that begins no tale only the prompt is at fault.
    setText(this.#given, whole.slice(0, Math.min(start, prompt.length)));
    setText(this.#made, whole.slice(prompt.length, Math.max(start, prompt.length)));
    setText(this.#mistake, whole.slice(start, end));
    setText(this.#after, whole.slice(end));
    this.#mistake.hidden = !found;
    tellVerdict(this.note, written, words);
    this.#showNote(found);
  }

  #toggle() {
    this.#open = !this.#open;
    this.#showNote(true);
  }

  /** @param {boolean} found  whether there is a mistake, whose note is folded away */
  #showNote(found) {
    this.note.hidden = this.note.textContent === "" || (found && !this.#open);
    setAttributes(this.#mistake, { "aria-expanded": String(this.#open) });
  }
}

/**
 * Writes what there is to say of a text, or nothing.
 * @param {Element} note
 * @param {Written} written
 * @param {Words} words
 */
export function tellVerdict(note, written, words) {
  const verdict = verdictOf(written);
  setText(note, verdict ? sentence(verdict, written, words) : "");
  setAttributes(note, { "data-verdict": verdict });
}

/**
 * @param {Written} written
 * @returns {{start: number, end: number}|null} the first mistake, with the word that it is in
 */
export function mistakeOf({ prompt, text, judgement }) {
  const whole = prompt + text;
  if (!judgement || judgement.right >= (judgement.of ?? whole.length)) return null;
  const { right } = judgement;
  const first = right < prompt.length ? 0 : prompt.length;
  const wrong = whole.slice(right);
  const inWord = wrong.match(IN_WORD);
  // Of a word that the prompt began, only what the model wrote.
  const before = inWord && whole.slice(first, right).match(WORD_BEFORE);
  const start = right - (before?.[0].length ?? 0);
  const end = right + ((inWord ?? wrong.match(AFTER_WORD))?.[0].length ?? 1);
  return { start, end: right < prompt.length ? Math.min(end, prompt.length) : end };
}

/**
 * @param {Written} written
 * @returns {"empty"|"prompt"|"mistake"|"whole"|"short"|"so_far"|null} what there is to say of it
 */
function verdictOf({ prompt, text, ended, judgement }) {
  if (!judgement) return null;
  if (ended && text === "") return "empty";
  if (judgement.right < prompt.length) return "prompt";
  if (judgement.whole) return "whole";
  if (judgement.right < (judgement.of ?? prompt.length + text.length)) return "mistake";
  return ended ? "short" : "so_far";
}

/**
 * @param {NonNullable<ReturnType<typeof verdictOf>>} verdict
 * @param {Written} written
 * @param {Words} words
 */
function sentence(verdict, written, words) {
  const said = [words.say(`verdict.${verdict}`)];
  const { instead = [] } = written.judgement ?? {};
  if (verdict === "mistake" && instead.length > 0) {
    said.push(words.say("verdict.instead", { words: quotedList(instead, "disjunction", words) }));
  }
  said.push(titleSentence(verdict, written, words));
  return said.filter((each) => each !== "").join(" ");
}

/**
 * What became of the title, once it can be told.
 * @param {NonNullable<ReturnType<typeof verdictOf>>} verdict
 * @param {Written} written
 * @param {Words} words
 */
function titleSentence(verdict, { ended, judgement }, words) {
  if (!judgement || verdict === "prompt" || verdict === "empty") return "";
  const { title, promises } = judgement;
  if (title === "unknown") return words.say("verdict.title_unknown");
  if (title === "kept") return words.say("verdict.title_kept");
  // A tale that goes on may still keep it.
  if (title !== "missing" || !ended) return "";
  const missing = promises.filter(({ kept }) => !kept);
  const list = quotedList(missing.map(({ word }) => word), "conjunction", words);
  return words.say("verdict.title_missing", { words: list });
}

/**
 * @param {readonly string[]} quoted
 * @param {"conjunction"|"disjunction"} type
 * @param {Words} words
 */
function quotedList(quoted, type, words) {
  return words.list(quoted.map((word) => words.say("verdict.quoted", { word: isolate(word) })), type);
}
