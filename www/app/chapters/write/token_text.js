// What a model wrote, token by token: each can be pointed at, or reached by the arrow keys, to be asked how
// it came. The first mistake is underlined with a wave, what was copied with dots.

import { standing } from "../../../api/drawing.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { mistakeOf } from "../../parts/judged_text.js";
import { spokenToken } from "../../parts/token_label.js";

/** @typedef {import("../../state/app_state.js").Writing} Writing */
/** @typedef {import("../../state/words.js").Words} Words */
/** @typedef {import("../../../api/messages.js").WrittenToken} WrittenToken */
/** @typedef {{text: string, class: string}} Segment  some characters that look alike */

/** By how many tokens a key moves. */
const KEYS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity,
});

export class TokenText {
  #given = h("span", { class: "given" });
  #list = h("span", {
    class: "tokens", keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  });
  #rest = h("span", { class: "made" });
  /** The prompt, the tokens, and what has no tokens: a text that was not written here. */
  parts = [this.#given, this.#list, this.#rest];
  #open;
  /** The number of the first token that is shown. */
  #from = 0;
  /** What was shown last. @type {unknown[]} */
  #updated = [];
  /** What each token shows, by which it is known whether that has changed. @type {string[]} */
  #shown = [];
  /** @type {WeakMap<WrittenToken, ReturnType<typeof standing>>} */
  #standings = new WeakMap();
  /** The token that the Tab key leads to, of those shown. */
  #current = 0;

  /** @param {(index: number) => void} open  told the number of a token that was chosen */
  constructor(open) {
    this.#open = open;
  }

  /**
   * @param {Writing} writing
   * @param {{from: number, to: number}} range  the tokens to show, by number
   * @param {number|null} opened  the token that is explained
   * @param {Words} words
   */
  update(writing, { from, to }, opened, words) {
    const given = [writing, from, to, opened, words.language];
    if (given.every((value, at) => value === this.#updated[at])) return;
    this.#updated = given;
    const { prompt, text, tokens } = writing;
    const marks = marksOf(writing);
    const whole = prompt + text;
    this.#from = from;
    let offset = prompt.length;
    showSegments(this.#given, from === 0 ? segments(whole, 0, offset, marks, "prompt") : []);
    tokens.slice(0, from).forEach((token) => { offset += token.text.length; });
    const shown = tokens.slice(from, to);
    while (this.#list.children.length > shown.length) this.#list.lastElementChild?.remove();
    this.#shown.length = this.#list.children.length;
    shown.forEach((token, index) => {
      const end = offset + token.text.length;
      this.#drawToken(index, token, segments(whole, offset, end, marks, "made"), {
        name: writing.labels[token.id] ?? token.text, words,
        isOpen: from + index === opened, isFork: from + index === writing.fork,
      });
      offset = end;
    });
    showSegments(this.#rest, to >= tokens.length ? segments(whole, offset, whole.length, marks, "made") : []);
    this.#current = Math.min(this.#current, Math.max(0, shown.length - 1));
    this.#rove();
    setAttributes(this.#list, {
      role: shown.length > 0 ? "listbox" : null,
      "aria-label": shown.length > 0 ? words.say("token.list") : null,
      "aria-orientation": shown.length > 0 ? "horizontal" : null,
    });
  }

  /** Puts the keyboard on a token. @param {number} index  among all of the text */
  focus(index) {
    this.#current = index - this.#from;
    this.#rove();
    /** @type {HTMLElement|undefined} */ (this.#list.children[this.#current])?.focus({ preventScroll: true });
  }

  /**
   * @param {number} index  among those shown
   * @param {WrittenToken} token
   * @param {Segment[]} segments
   * @param {{name: string, isOpen: boolean, isFork: boolean, words: Words}} how
   */
  #drawToken(index, token, segments, { name, isOpen, isFork, words }) {
    const key = JSON.stringify([segments, isOpen, isFork, words.language, token.id, name]);
    if (this.#shown[index] === key) return;
    this.#shown[index] = key;
    let element = this.#list.children[index];
    if (!element) {
      element = h("span", { role: "option", tabindex: -1, click: () => this.#chosen(index) });
      this.#list.append(element);
    }
    const copied = segments.some((segment) => segment.class.includes("copied"));
    const { probability, rank } = this.#standingOf(token);
    const label = words.say("token.label", {
      token: spokenToken(name, words), share: words.percent(probability), rank,
    });
    setAttributes(element, {
      class: isFork ? "token fork" : "token",
      "aria-selected": String(isOpen),
      "aria-label": copied ? `${label}, ${words.say("token.copied")}` : label,
      // What spells nothing by itself, the end of a text or a part of a character, is seen all the same.
      "data-unseen": token.text === "" ? "" : null,
    });
    showSegments(element, segments);
  }

  /**
   * Thousands of candidates are looked through once for each token.
   * @param {WrittenToken} token
   */
  #standingOf(token) {
    const known = this.#standings.get(token) ?? standing(token.logits, token.id);
    this.#standings.set(token, known);
    return known;
  }

  /** @param {number} index  among those shown */
  #chosen(index) {
    this.#current = index;
    this.#rove();
    this.#open(this.#from + index);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    if (move !== undefined) {
      const last = this.#list.children.length - 1;
      this.focus(this.#from + Math.min(last, Math.max(0, this.#current + move)));
    } else if (event.key === "Enter" || event.key === " ") {
      this.#chosen(this.#current);
    } else return;
    event.preventDefault();
  }

  /** One token alone is reached by the Tab key. */
  #rove() {
    const reached = this.#list.querySelector('[tabindex="0"]');
    const current = this.#list.children[this.#current];
    if (reached === current) return;
    reached?.setAttribute("tabindex", "-1");
    current?.setAttribute("tabindex", "0");
  }
}

/**
 * @typedef {object} Marks
 * @property {{start: number, end: number}|null} mistake
 * @property {readonly {start: number, end: number}[]} copies
 */

/** @param {Writing} writing @returns {Marks} of its prompt and text, in UTF-16 units */
function marksOf(writing) {
  return { mistake: mistakeOf(writing), copies: writing.copies?.copies.map(({ range }) => range) ?? [] };
}

/**
 * @param {string} whole
 * @param {number} start
 * @param {number} end
 * @param {Marks} marks
 * @param {"prompt"|"made"} usual  how it looks without any
 * @returns {Segment[]} the characters from `start` to `end`, cut where a mark begins or ends
 */
function segments(whole, start, end, { mistake, copies }, usual) {
  const cuts = [mistake, ...copies].flatMap((mark) => (mark ? [mark.start, mark.end] : []));
  const inside = [...new Set(cuts)].filter((cut) => cut > start && cut < end).sort((a, b) => a - b);
  const bounds = [start, ...inside, end];
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index];
    const isCopied = copies.some((copy) => from >= copy.start && to <= copy.end);
    const isAfter = mistake !== null && from >= mistake.end;
    const isWrong = mistake !== null && from >= mistake.start && to <= mistake.end;
    const look = usual === "prompt" ? usual : isWrong ? "mistake" : isAfter ? "after" : usual;
    const wrongPrompt = usual === "prompt" && isWrong ? " mistake" : "";
    return { text: whole.slice(from, to), class: look + wrongPrompt + (isCopied ? " copied" : "") };
  }).filter(({ text }) => text !== "");
}

/**
 * @param {Element} element
 * @param {readonly Segment[]} segments
 */
function showSegments(element, segments) {
  while (element.children.length > segments.length) element.lastElementChild?.remove();
  segments.forEach((segment, index) => {
    const part = element.children[index] ?? element.appendChild(h("span"));
    setAttributes(part, { class: segment.class });
    setText(part, segment.text);
  });
}
