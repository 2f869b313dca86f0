// A slider over the steps of a training, and a button that plays them.

import { button, h, setAttributes, setText } from "../../parts/dom.js";
import { Player } from "../../parts/player.js";

/** Of a step, while it is played. */
const STEP_MS = 130;

export class Replay {
  #player = new Player({ id: "learned-step" }, () => this.#tell(), () => this.translate());
  #play = button({ id: "learned-play", class: "quiet" },
    () => (this.#player.isPlaying ? this.stop() : this.play()));
  #step = h("output", { for: "learned-step", class: "learned-at" });
  element = h("div", { class: "learned-replay" }, this.#play,
    h("label", { class: "visually-hidden", for: "learned-step", "data-words": "learned.slider" }),
    this.#player.slider, this.#step);
  /** @type {readonly number[]} */
  #steps = [];
  #onMove;
  #words;

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
    this.#steps = steps;
    this.#player.frames = steps.length;
    this.#player.goTo(steps.length - 1);
  }

  /** From the beginning; who wants less motion sees the end at once. */
  play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      return this.#player.goTo(this.#steps.length - 1);
    }
    this.#player.goTo(0);
    this.#player.play(STEP_MS);
  }

  stop() {
    this.#player.stop();
  }

  /** Says what it says in the language of now. */
  translate() {
    const words = this.#words();
    setText(this.#play, words.say(this.#player.isPlaying ? "learned.pause" : "learned.play"));
    const step = this.#steps[this.#player.at];
    const said = step === undefined ? "" : words.say("learned.step", { step });
    setText(this.#step, said);
    setAttributes(this.#player.slider, { "aria-valuetext": said });
  }

  #tell() {
    this.translate();
    const step = this.#steps[this.#player.at];
    if (step !== undefined) this.#onMove(step);
  }
}
