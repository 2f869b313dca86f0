// A slider over the steps of a training, and a button that plays them.

import { button, h, setAttributes, setText } from "../../parts/dom.js";

/** Of a step, while it is played. */
const STEP_MS = 130;

export class Replay {
  #slider = h("input", {
    id: "learned-step", type: "range", min: 0, max: 0, value: 0,
    input: () => { this.stop(); this.#tell(); },
    // Also where the slider stays where it is: at its end there is no input.
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key !== "Tab" && this.stop(),
    pointerdown: () => this.stop(),
  });
  #play = button({ id: "learned-play", class: "quiet" }, () => (this.#timer ? this.stop() : this.play()));
  #step = h("output", { for: "learned-step", class: "learned-at" });
  element = h("div", { class: "learned-replay" }, this.#play,
    h("label", { class: "visually-hidden", for: "learned-step", "data-words": "learned.slider" }),
    this.#slider, this.#step);
  /** @type {readonly number[]} */
  #steps = [];
  #onMove;
  #words;
  /** While it plays. @type {ReturnType<typeof setInterval>|null} */
  #timer = null;

  /**
   * @param {() => import("../../state/words.js").Words} words  of now
   * @param {(step: number) => void} onMove  told the step that is shown
   */
  constructor(words, onMove) {
    this.#words = words;
    this.#onMove = onMove;
  }

  /** @param {readonly number[]} steps  to choose from, shown from the last on */
  set steps(steps) {
    this.stop();
    this.#steps = steps;
    setAttributes(this.#slider, { max: Math.max(0, steps.length - 1) });
    this.#slider.value = String(steps.length - 1);
    this.#tell();
  }

  /** From the beginning; who wants less motion sees the end at once. */
  play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.#goTo(this.#steps.length - 1);
    this.stop();
    this.#goTo(0);
    this.#timer = setInterval(() => {
      const next = Number(this.#slider.value) + 1;
      if (next < this.#steps.length) this.#goTo(next);
      else this.stop();
    }, STEP_MS);
    this.translate();
  }

  stop() {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.translate();
  }

  /** Says what it says in the language of now. */
  translate() {
    const words = this.#words();
    setText(this.#play, words.say(this.#timer ? "learned.pause" : "learned.play"));
    const step = this.#steps[Number(this.#slider.value)];
    const said = step === undefined ? "" : words.say("learned.step", { step });
    setText(this.#step, said);
    setAttributes(this.#slider, { "aria-valuetext": said });
  }

  /** @param {number} index */
  #goTo(index) {
    this.#slider.value = String(index);
    this.#tell();
  }

  #tell() {
    this.translate();
    const step = this.#steps[Number(this.#slider.value)];
    if (step !== undefined) this.#onMove(step);
  }
}
