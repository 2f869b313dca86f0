// The text, word by word, with arcs from the word that is pointed at: as wide and as strong as its share. One
// word is reached by Tab, the others by the arrow keys.

import { isolate, visible } from "../../parts/characters.js";
import { h, s, setAttributes, setText } from "../../parts/dom.js";
import { spokenToken } from "../../parts/token_label.js";
import { arcPath } from "./arc_paths.js";

/** @typedef {import("./arc_paths.js").Box} Box */
/** @typedef {import("./words.js").Word} Word */
/** @typedef {import("../../state/words.js").Words} Words */

/** Pixels of the widest arc, whose share is 1, and of the narrowest. */
const WIDEST = 11;
const NARROWEST = 1;
/** Pixels that an arch stays below the line of text above it. */
const CLEAR = 6;
/** More words than this are set smaller. */
const FEW = 24;
/** A share is written under a word from here on. */
const WRITTEN = 0.03;

/**
 * What is drawn. `shown`: words that get an arc, by index; `shares`: one a word.
 * @typedef {{index: number, isPinned: boolean, isLookedAt: boolean, shares: readonly number[],
 *   shown: readonly number[]}} Drawn
 */

export class WordArcs {
  #lines = s("svg", { class: "arc-lines", "aria-hidden": "true" });
  #row = h("div", { class: "arc-words", role: "group", "data-label": "attention.words", dir: "auto" });
  element = h("div", { class: "arcs paper", id: "attention-arcs", translate: "no" }, this.#lines, this.#row);
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  /** Under each word, its share. @type {HTMLElement[]} */
  #figures = [];
  /** @type {Box[]} */
  #boxes = [];
  /** @type {SVGPathElement[]} */
  #paths = [];
  /** @type {Drawn|null} */
  #drawn = null;
  #tokens = "";
  /** Whether the focus was on a word of the text before. */
  #hadFocus = false;
  /** Pixels above a line of text. */
  #room = 0;
  #point;
  #pin;

  /**
   * @param {(index: number, isByKeyboard: boolean) => void} point  told the word that is pointed at
   * @param {(index: number|null) => void} pin  told the word that was pressed; null: Escape
   */
  constructor(point, pin) {
    this.#point = point;
    this.#pin = pin;
    const at = (/** @type {Event} */ event) => this.#buttons.indexOf(
      /** @type {HTMLButtonElement} */ (/** @type {Element} */ (event.target).closest("button")));
    const tell = (/** @type {(index: number) => void} */ told) => (/** @type {Event} */ event) => {
      const index = at(event);
      if (index >= 0) told(index);
    };
    setAttributes(this.#row, {
      pointerover: tell((index) => this.#point(index, false)),
      focusin: tell((index) => this.#point(index, true)),
      click: tell((index) => this.#pin(index)),
      keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    });
  }

  /**
   * @param {readonly string[]} tokens
   * @param {readonly Word[]} words
   * @param {string} lang   of the text
   * @param {Words} said
   */
  setText(tokens, words, lang, said) {
    setAttributes(this.#row, { lang });
    const text = JSON.stringify([tokens, words.length, said.language]);
    if (text === this.#tokens) return;
    this.#tokens = text;
    this.#hadFocus = this.#row.contains(document.activeElement);
    this.element.classList.toggle("small", words.length > FEW);
    this.#buttons = [];
    this.#figures = [];
    this.#row.replaceChildren(...words.flatMap((word) => this.#word(tokens, word, said)));
    this.#drawn = null;
    this.layOut();
  }

  /**
   * @param {readonly string[]} tokens
   * @param {Word} word
   * @param {Words} said
   */
  #word(tokens, { start, end, spaced }, said) {
    const pieces = tokens.slice(start, end);
    const text = pieces.join("");
    // A space before a word is the gap before it.
    const letters = text === " " ? pieces : [pieces[0].replace(/^ /, ""), ...pieces.slice(1)];
    const figure = h("span", { class: "arc-figure", "aria-hidden": "true" });
    const spoken = text.trim() === "" ? spokenToken(text, said) : isolate(text.trim());
    const button = h("button", {
      type: "button", class: "word", tabindex: -1, "aria-pressed": "false", "aria-label": spoken,
    }, h("bdi", {}, ...letters.filter((piece) => piece !== "")
      .map((piece) => h("span", {}, visible(piece)))));
    this.#buttons.push(button);
    this.#figures.push(figure);
    const isJoined = !spaced && start > 0;
    const place = h("span", { class: isJoined ? "arc-word joined" : "arc-word" }, button, figure);
    return text.includes("\n") ? [place, h("span", { class: "arc-break" })] : [place];
  }

  /** Measures where the words are. */
  layOut() {
    this.#boxes = this.#buttons.map((button, index) => {
      const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = button;
      const height = offsetHeight + this.#figures[index].offsetHeight;
      return { left: offsetLeft, top: offsetTop, width: offsetWidth, height };
    });
    // attention.css leaves them free above each line of text.
    const free = this.#row.firstElementChild && getComputedStyle(this.#row.firstElementChild).paddingTop;
    this.#room = Number.parseFloat(free ?? "0") - CLEAR;
    const { scrollWidth, scrollHeight } = this.#row;
    setAttributes(this.#lines, { width: scrollWidth, height: scrollHeight });
    if (this.#drawn) this.draw(this.#drawn, this.#percent);
  }

  /** @type {(share: number) => string} */
  #percent = String;

  /**
   * @param {Drawn} drawn
   * @param {(share: number) => string} percent
   */
  draw(drawn, percent) {
    const { index, isPinned, isLookedAt, shares, shown } = drawn;
    this.#drawn = drawn;
    this.#percent = percent;
    this.element.classList.toggle("looked-at", isLookedAt);
    setAttributes(this.element, { "data-word": index });
    this.#buttons.forEach((button, each) => {
      const share = shown.includes(each) ? shares[each] : 0;
      button.tabIndex = each === index ? 0 : -1;
      setAttributes(button, { "aria-pressed": String(isPinned && each === index) });
      button.classList.toggle("looks", each === index);
      button.style.setProperty("--share", share.toFixed(4));
      setText(this.#figures[each], share >= WRITTEN ? percent(share) : "");
    });
    this.#drawPaths(drawn);
    if (this.#hadFocus) this.#buttons[index]?.focus({ preventScroll: true });
    this.#hadFocus = false;
  }

  /** @param {Drawn} drawn */
  #drawPaths({ index, shares, shown }) {
    const from = this.#boxes[index];
    if (!from) return;
    // Frail ones first: the strong lie above them.
    const order = [...shown].reverse();
    while (this.#paths.length < order.length) {
      const path = s("path");
      this.#paths.push(path);
      this.#lines.append(path);
    }
    this.#paths.forEach((path, place) => {
      const to = this.#boxes[order[place]];
      path.toggleAttribute("hidden", !to);
      if (!to) return;
      const share = shares[order[place]];
      setAttributes(path, {
        d: arcPath(from, to, this.#room),
        "stroke-width": (NARROWEST + (WIDEST - NARROWEST) * Math.min(1, share)).toFixed(2),
        "stroke-opacity": (0.25 + 0.7 * Math.min(1, share)).toFixed(2),
        "data-share": share.toFixed(4), "data-to": order[place],
      });
    });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const now = this.#buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const last = this.#buttons.length - 1;
    const isLeftward = getComputedStyle(this.#row).direction === "rtl";
    const target = {
      ArrowRight: now + (isLeftward ? -1 : 1), ArrowLeft: now + (isLeftward ? 1 : -1), Home: 0, End: last,
    }[event.key];
    if (event.key === "Escape") this.#pin(null);
    if (now < 0 || target === undefined) return;
    event.preventDefault();
    const next = this.#buttons[Math.min(last, Math.max(0, target))];
    next?.focus({ preventScroll: true });
    this.#reveal(next);
  }

  /**
   * Scrolls a word into view inside the frame, and the page as far as it must.
   * @param {HTMLElement|undefined} word
   */
  #reveal(word) {
    word?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  }
}
