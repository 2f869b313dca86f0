// "To know more": how the model tells the order of words, and what it does without.

import { EngineFailure } from "../../../api/failure.js";
import { h } from "../../parts/dom.js";
import { PositionPictures } from "./position_pictures.js";
import { WithoutPositions } from "./without_positions.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("./position_pictures.js").Positions} Positions */

export class PositionPart {
  #view;
  #pictures = new PositionPictures();
  #without;
  element = h("div", {}, h("p", { class: "prose", "data-words": "attention.positions.intro" }),
    this.#pictures.element);
  /** Of the model at hand, and the step at which it was asked. @type {Positions|null} */
  #positions = null;
  /** What was asked last. @type {{training: unknown, step: number}} */
  #asked = { training: null, step: -1 };

  /** @param {import("../../parts/view.js").View} view */
  constructor(view) {
    this.#view = view;
    this.#without = new WithoutPositions(view);
    this.element.append(this.#without.element);
  }

  /** @param {AppState} state */
  update(state) {
    this.#without.update(state);
    this.#ask(state.seen?.step ?? 0);
  }

  /** Draws what is known anew, in the colours and the language of now. */
  draw() {
    if (this.#positions) this.#pictures.draw(this.#positions, this.#view.words);
  }

  /**
   * Asks the model at hand, once for each look at a text: what is learned changes with it.
   * @param {number} step
   */
  async #ask(step) {
    const { training } = this.#view.controller;
    if (!training || (this.#asked.training === training && this.#asked.step === step)) return;
    this.#asked = { training, step };
    try {
      const positions = await training.model.positions();
      if (training !== this.#view.controller.training) return;
      this.#positions = positions;
      this.draw();
    } catch (error) {
      // The pictures stay as they are: the end of a model is told by the model itself.
      if (!(error instanceof EngineFailure)) throw error;
    }
  }
}
