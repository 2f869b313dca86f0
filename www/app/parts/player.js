// A slider over frames, and a clock that plays them one after the other. The reader's hand on the slider
// stops it.

import { h, setAttributes } from "./dom.js";

export class Player {
  #show;
  #changed;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #clock;
  slider;

  /**
   * @param {import("./dom.js").Attributes} attributes  of the slider
   * @param {(index: number) => void} show  told which frame is there now
   * @param {() => void} changed            told that it plays, or no longer does
   */
  constructor(attributes, show, changed) {
    this.#show = show;
    this.#changed = changed;
    this.slider = h("input", {
      type: "range", min: 0, max: 0, value: 0, ...attributes,
      input: () => this.goTo(this.at),
      // Also where the slider stays where it is: at its end there is no input.
      keydown: (event) => /** @type {KeyboardEvent} */ (event).key !== "Tab" && this.stop(),
      pointerdown: () => this.stop(),
    });
  }

  /** Which frame is shown. */
  get at() {
    return Number(this.slider.value);
  }

  get #last() {
    return Number(this.slider.max);
  }

  get isPlaying() {
    return this.#clock !== undefined;
  }

  /** @param {number} frames  how many there are */
  set frames(frames) {
    this.stop();
    setAttributes(this.slider, { max: Math.max(0, frames - 1) });
  }

  /** Shows a frame, the nearest that there is, and plays no more. @param {number} index */
  goTo(index) {
    this.stop();
    this.#move(index);
  }

  /** @param {number} index */
  #move(index) {
    this.slider.value = String(index);
    this.#show(this.at);
  }

  /**
   * Plays from the frame that is shown, or, at the end, from the beginning.
   * @param {number} ms           for which a frame is shown
   * @param {() => void} [ended]  told once the last one is
   */
  play(ms, ended = () => {}) {
    this.stop();
    this.#move(this.at >= this.#last ? 0 : this.at);
    this.#clock = setInterval(() => {
      this.#move(this.at + 1);
      if (this.at < this.#last) return;
      this.stop();
      ended();
    }, ms);
    this.#changed();
  }

  stop() {
    if (!this.isPlaying) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
    this.#changed();
  }
}
