// The same text at every snapshot of the training: a slider that plays, and for what is pointed at a curve
// that tells when the head found it.

import { EngineFailure } from "../../../api/failure.js";
import { isolate, visible } from "../../parts/characters.js";
import { button, h, s, setAttributes, setText } from "../../parts/dom.js";
import { Player } from "../../parts/player.js";
import { failureOf } from "../../state/failure_of.js";
import { shareBetween, weightsOf, wordsOf } from "./words.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("../../state/app_state.js").Seen} Seen */
/** @typedef {import("./attention_matrix.js").Cell} Cell */
/** @typedef {import("./head_gallery.js").Picked} Picked */

/** How long a snapshot is shown while it plays, in milliseconds. */
const FRAME_MS = 350;
/** Numbers of attention that are kept, at most: 40 MB. Of a longer text, fewer snapshots are shown. */
const MOST_NUMBERS = 10_000_000;
/** A head has not found what it gives less than this. */
const FOUND = 0.1;
/** Of the curve, in its own units. */
const WIDTH = 100;
const HEIGHT = 24;

export class ReplayPart {
  #view;
  #changed;
  #begin;
  #progress = h("p", { class: "note", role: "status" });
  #play = button({ id: "replay-play" }, () => this.#playOrPause());
  #player = new Player({ id: "replay-step", "data-label": "attention.replay.slider" },
    () => this.#showFrame(), () => this.update(this.#view.state));
  #step = h("output", { for: "replay-step" });
  #curve = s("polyline");
  /** A line of no length, whose round ends make a dot that is round at any width. */
  #dot = s("path");
  #most = h("span");
  #least = h("span");
  #found = h("p", { id: "replay-found", translate: "no" });
  #frames = h("div", { class: "replay-frames", hidden: true },
    h("div", { class: "row" }, this.#play, this.#player.slider, this.#step,
      button({ id: "replay-end", class: "quiet", "data-words": "attention.replay.end" }, () => this.#end())),
    h("div", { class: "replay-curve", "aria-hidden": "true" },
      h("div", { class: "replay-scale" }, this.#most, this.#least),
      s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" }, this.#curve, this.#dot)),
    this.#found);
  element = h("div", {}, this.#progress, this.#frames);
  /** One a snapshot, oldest first. @type {Seen[]} */
  #seen = [];
  /** What the frames are of. @type {{training: unknown, text: string}|null} */
  #of = null;
  #loading = new AbortController();

  /**
   * @param {import("../../parts/view.js").View} view
   * @param {HTMLElement} begin   the button that begins it, which is not there while it goes on
   * @param {() => void} changed  told that another frame is shown, or none any more
   */
  constructor(view, begin, changed) {
    this.#view = view;
    this.#begin = begin;
    this.#changed = changed;
  }

  /** @returns {Seen|null} the frame that is shown; none: the model is shown as it is now */
  get seen() {
    return this.#seen[this.#player.at] ?? null;
  }

  /** @param {AppState} state */
  update({ seen }) {
    this.#begin.hidden = this.#seen.length > 0;
    const isOf = this.#of?.training === this.#view.controller.training && this.#of?.text === seen?.text;
    // The view draws anew: another text, or another model, is looked at.
    if (this.#of && !isOf) this.#clear();
    const press = this.#player.isPlaying ? "attention.replay.pause" : "attention.replay.play";
    setText(this.#play, this.#view.words.say(press));
  }

  /**
   * Draws when what is pointed at was found.
   * @param {Picked} picked
   * @param {Cell} cell
   */
  point(picked, { query, key }) {
    const tokens = this.seen?.inspection.tokens;
    if (!tokens) return;
    const words = wordsOf(tokens);
    const wordAt = (/** @type {number} */ token) => words[words.findIndex(({ end }) => token < end)];
    const [from, to] = [wordAt(query), wordAt(key)];
    const shares = this.#seen.map(({ inspection }) => (
      shareBetween(weightsOf(inspection, picked), tokens.length, from, to)));
    const x = (/** @type {number} */ index) => (index / Math.max(1, shares.length - 1)) * WIDTH;
    const y = (/** @type {number} */ share) => HEIGHT * (1 - share);
    setAttributes(this.#curve, { points: shares.map((share, index) => `${x(index)},${y(share)}`).join(" ") });
    setAttributes(this.#dot, { d: `M${x(this.#player.at)} ${y(shares[this.#player.at])}h0` });
    setText(this.#most, this.#view.words.percent(1));
    setText(this.#least, this.#view.words.percent(0));
    const name = ({ start, end } = from) => {
      const text = tokens.slice(start, end).join("");
      return isolate(visible(text.trim() || text));
    };
    setText(this.#found, this.#sayWhen(shares, name(from), name(to)));
  }

  /**
   * @param {readonly number[]} shares  one a snapshot
   * @param {string} from
   * @param {string} to
   */
  #sayWhen(shares, from, to) {
    const { words } = this.#view;
    setAttributes(this.#found, { "data-step": null });
    const last = shares.at(-1) ?? 0;
    const share = words.percent(last);
    if (last < FOUND) return words.say("attention.replay.never", { from, to, share });
    const before = shares.findLastIndex((each) => each < last / 2);
    if (before < 0) return words.say("attention.replay.always", { from, to, share });
    const { step } = this.#seen[before + 1];
    setAttributes(this.#found, { "data-step": step });
    return words.say("attention.replay.found", { step, from, to, share });
  }

  /** Asks the model of every snapshot, and plays. */
  async play() {
    const { state: { seen, snapshots }, controller: { training }, words } = this.#view;
    if (!seen || !training) return;
    this.#loading.abort();
    const { signal } = this.#loading = new AbortController();
    this.#of = { training, text: seen.text };
    const steps = spread(snapshots.map(({ step }) => step),
      Math.max(2, Math.floor(MOST_NUMBERS / seen.inspection.attention.length)));
    const pairs = seen.links.map(({ from, to }) => ({ from, to }));
    /** @type {Seen[]} */
    const frames = [];
    try {
      for (const step of steps) {
        // While it trains on, one may have given way to a later one.
        if (training.snapshots.every((snapshot) => snapshot.step !== step)) continue;
        const stage = { n: frames.length + 1, of: steps.length };
        setText(this.#progress, words.say("attention.replay.loading", stage));
        const inspection = await training.model.at(step).look(seen.text, { pairs, signal });
        if (signal.aborted) return;
        frames.push({ ...seen, step, inspection });
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof EngineFailure) || !error.fatal) this.#view.controller.fail(failureOf(error));
      return this.#end();
    } finally {
      if (this.#loading.signal === signal) setText(this.#progress, "");
    }
    this.#seen = frames;
    this.#player.frames = frames.length;
    this.#frames.hidden = false;
    this.#begin.hidden = true;
    this.#play.focus();
    this.#playOrPause();
  }

  #playOrPause() {
    if (this.#player.isPlaying) this.#player.stop();
    else this.#player.play(FRAME_MS);
  }

  #showFrame() {
    const { seen } = this;
    if (!seen) return;
    const said = this.#view.words.say("attention.replay.step", { step: seen.step });
    setAttributes(this.#player.slider, { "aria-valuetext": said });
    setText(this.#step, said);
    this.#changed();
  }

  /** Shows the model as it is now. */
  #end() {
    const hadFocus = this.#frames.contains(document.activeElement);
    this.#clear();
    if (hadFocus) this.#begin.focus();
    this.#changed();
  }

  #clear() {
    this.#loading.abort();
    setText(this.#progress, "");
    this.#of = null;
    this.#seen = [];
    this.#player.goTo(0);
    this.#frames.hidden = true;
    this.update(this.#view.state);
  }
}

/**
 * @param {readonly number[]} steps
 * @param {number} most
 * @returns {number[]} so many of them at most, evenly, with the first and the last
 */
function spread(steps, most) {
  const count = Math.min(steps.length, most);
  return Array.from({ length: count }, (_, index) => (
    steps[Math.round((index * (steps.length - 1)) / Math.max(1, count - 1))]));
}
