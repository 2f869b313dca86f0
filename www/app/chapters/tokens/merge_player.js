// Chapter "Numbers": how the pieces of words were found. The reader's sentence begins as letters; the merges
// join them in the order in which they were learned.

import { isolate, visible } from "../../parts/characters.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { Player } from "../../parts/player.js";
import { tokenLabel } from "../../parts/token_label.js";
import { TONES, tilesOf } from "./tiles.js";
import { TokensView, waitingSentence } from "./tokens_view.js";

/** @typedef {import("./chapter_tokens.js").TokensState} TokensState */
/** @typedef {import("../../../api/tokenizer.js").Merging} Merging */

/** A step is seen at least, and at most, for so long; all of them together take about so long. */
const STEP_MS = { least: 180, most: 900 };
const PLAY_MS = 14_000;

export class MergePlayer extends TokensView {
  #count = h("strong");
  #counted = h("span");
  #bar = h("span", { class: "merge-bar", "aria-hidden": "true" });
  #picture = h("p", { class: "merge-picture paper", id: "merge-picture", role: "img", translate: "no" });
  #play = button({ id: "merge-play", class: "primary" }, () => this.#playOrPause());
  #back = button({ id: "merge-back", "data-words": "merge.back" }, () => this.#move(-1));
  #forward = button({ id: "merge-step", "data-words": "merge.step" }, () => this.#move(1));
  #player = new Player({ id: "merge-slider", "data-label": "merge.slider" },
    () => this.#show(), () => this.#showPlaying());
  #caption = h("p", { class: "merge-caption", id: "merge-caption" });
  /** Speaks the caption where the reader has moved by a button, and at the end of what was played. */
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #waiting = h("p", { class: "empty" });
  #panel = h("div", { class: "merge-panel" },
    h("p", { class: "merge-count" }, this.#count, " ", this.#counted, this.#bar), this.#picture,
    h("div", { class: "row buttons" }, this.#play, this.#back, this.#forward), this.#player.slider,
    this.#caption, this.#spoken);
  /** What is shown. @type {Merging|null} */
  #merging = null;
  /** A letter, or the bytes of one, and the letters' indices. @type {{element: HTMLElement, at: number}[]} */
  #letters = [];
  #language = "";
  /** @type {TokensState["pairs"]} */
  #pairs = null;

  build() {
    return [this.#waiting, this.#panel, h("p", { class: "takeaway", "data-words": "merge.takeaway" })];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#player.stop();
  }

  /** @param {TokensState} state */
  draw(state) {
    const { words } = this;
    const { cut, pairs } = state;
    const merging = cut?.merging ?? null;
    if (!this.isOnScreen) this.#player.stop();
    this.#panel.hidden = merging === null;
    this.#waiting.hidden = merging !== null;
    setText(this.#waiting, waitingSentence(state, words));
    if (!merging) return;
    const isAnother = merging !== this.#merging;
    const isTold = words.language === this.#language && pairs === this.#pairs;
    if (!isAnother && isTold) return;
    this.#pairs = pairs;
    this.#language = words.language;
    this.#merging = merging;
    if (!isAnother) return this.#show();
    this.#drawLetters(merging);
    // One frame more than merges: the letters before any.
    this.#player.frames = merging.steps.length + 1;
    this.#player.goTo(0);
  }

  /** @param {Merging} merging */
  #drawLetters({ letters }) {
    let at = 0;
    this.#letters = tilesOf(letters).map((tile) => {
      const label = tokenLabel(tile[0].text, this.words);
      const element = h("span", { class: "letter", "aria-hidden": "true" }, label);
      const letter = { element, at };
      at += tile.length;
      return letter;
    });
    this.#picture.replaceChildren(...this.#letters.map(({ element }) => element));
  }

  /** How many merges have been made of what is shown. */
  get #step() {
    return this.#player.at;
  }

  /** Shows the sentence after so many of its merges. */
  #show() {
    const merging = this.#merging;
    if (!merging) return;
    const { letters, joined, steps } = merging;
    const last = steps[this.#step - 1];
    const pieces = [];
    let start = 0;
    let fresh = false;
    for (const [index, { element, at }] of this.#letters.entries()) {
      const by = joined[at];
      const isJoined = by !== null && by < this.#step;
      if (!isJoined) {
        start = index;
        pieces.push("");
        fresh = this.#isFresh(index);
      }
      pieces[pieces.length - 1] += letters[at].text;
      element.className = `letter tone-${start % TONES}`;
      element.classList.toggle("joined", isJoined);
      element.classList.toggle("fresh", fresh);
    }
    const n = last?.tokens ?? letters.length;
    setText(this.#count, this.words.number(n));
    setText(this.#counted, this.words.say("merge.tokens", { n }));
    this.#bar.style.setProperty("--share", String(n / Math.max(1, letters.length)));
    setText(this.#caption, this.#describe());
    setAttributes(this.#picture, {
      "aria-label": this.words.say("merge.picture", { pieces: pieces.map(visible).join(" · ") }),
      "data-step": this.#step, "data-tokens": n,
    });
    setAttributes(this.#player.slider, { "aria-valuetext": this.#caption.textContent });
    setInUse(this.#back, this.#step > 0);
    setInUse(this.#forward, this.#step < steps.length);
    setInUse(this.#play, steps.length > 0);
    this.#showPlaying();
  }

  /**
   * @param {number} index  of the first letter of a piece
   * @returns {boolean} whether this step has made it: its last merge
   */
  #isFresh(index) {
    for (const { at } of this.#letters.slice(index + 1)) {
      const by = this.#merging?.joined[at] ?? null;
      if (by === null || by >= this.#step) break;
      if (by === this.#step - 1) return true;
    }
    return false;
  }

  #describe() {
    const { words } = this;
    const last = this.#merging?.steps[this.#step - 1];
    if (!last) return words.say("merge.beginning", { n: this.#merging?.letters.length ?? 0 });
    const [left, right] = [last.left, last.right].map((token) => isolate(visible(token)));
    const piece = isolate(visible(last.left + last.right));
    const merged = words.say("merge.merged", { number: last.number, left, right, piece });
    const count = this.#pairs?.[last.number - 1];
    return count === undefined ? merged : `${merged} ${words.say("merge.counted", { count })}`;
  }

  /** @param {number} by */
  #move(by) {
    this.#player.goTo(this.#step + by);
    setText(this.#spoken, this.#caption.textContent ?? "");
  }

  #playOrPause() {
    if (this.#player.isPlaying) return this.#player.stop();
    const steps = this.#merging?.steps.length ?? 0;
    const ms = Math.min(STEP_MS.most, Math.max(STEP_MS.least, PLAY_MS / Math.max(1, steps)));
    this.#player.play(ms, () => setText(this.#spoken, this.#picture.getAttribute("aria-label") ?? ""));
  }

  #showPlaying() {
    const { isPlaying } = this.#player;
    const isOver = this.#step > 0 && this.#step === this.#merging?.steps.length;
    setText(this.#play, this.words.say(`merge.${isPlaying ? "pause" : isOver ? "again" : "play"}`));
    setAttributes(this.#play, { "data-playing": isPlaying });
  }
}
