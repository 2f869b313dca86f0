// One head, enlarged: its matrix, a cursor that the mouse, a finger or the arrow keys move, and what is under
// it in words.

import { isolate, visible } from "../../parts/characters.js";
import { cssColour, inkOn } from "../../parts/colour_scale.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { spokenToken } from "../../parts/token_label.js";
import { AttentionMatrix } from "./attention_matrix.js";
import { headName } from "./head_gallery.js";

/** @typedef {import("./attention_matrix.js").Cell} Cell */
/** @typedef {import("./head_gallery.js").Picked} Picked */
/** @typedef {import("../../state/words.js").Words} Words */

/** The shares that the legend names. */
const LEGEND = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1];
const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

/**
 * What of a head is drawn. `weights` are [query, key].
 * @typedef {{tokens: readonly string[], weights: Float32Array, picked: Picked}} Drawn
 */

export class HeadCloseUp {
  #matrix = new AttentionMatrix();
  #title = h("h3", { id: "head-name" });
  #frame = h("div", {
    id: "attention-matrix", class: "matrix", role: "application", tabindex: 0,
    "data-label": "attention.matrix", "aria-describedby": "attention-help",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
  }, this.#matrix.element);
  #value = h("p", { class: "attention-value", id: "attention-value", translate: "no" });
  #legend = h("div", { class: "scale", "aria-hidden": "true" });
  element = h("div", { class: "matrix-box" }, this.#title, this.#frame, this.#value, this.#legend,
    h("p", { class: "note", id: "attention-help", "data-words": "attention.help" }));
  /** @type {Drawn|null} */
  #drawn = null;
  /** @type {Cell} */
  #cell = { query: 0, key: 0 };
  /** Pixels across that the frame has; 0 until it was measured. To ask for it would lay out the page. */
  #room = 0;
  #revealing = 0;
  #move;

  /** @param {(cell: Cell, isByKeyboard: boolean) => void} move  told where the reader has moved to */
  constructor(move) {
    this.#move = move;
    new ResizeObserver(() => {
      const { clientWidth } = this.#frame;
      if (clientWidth === this.#room) return;
      this.#room = clientWidth;
      this.#layOut();
    }).observe(this.#frame);
  }

  /**
   * @param {Drawn} drawn
   * @param {Words} words
   */
  draw(drawn, words) {
    const { tokens, weights, picked: { layer, head } } = drawn;
    this.#drawn = drawn;
    setText(this.#title, headName(drawn.picked, words));
    setAttributes(this.#frame, {
      "data-layer": layer + 1, "data-head": head === null ? "mean" : head + 1, "data-tokens": tokens.length,
    });
    this.#room ||= this.#frame.clientWidth;
    this.#layOut();
    this.#matrix.draw(weights);
  }

  /** @param {Words} words */
  drawLegend(words) {
    this.#legend.replaceChildren(...LEGEND.map((share) => {
      const swatch = h("span", {}, words.percent(share));
      swatch.style.background = cssColour(share);
      swatch.style.color = inkOn(share);
      return swatch;
    }));
  }

  /** Fits the matrix to the room there is. */
  #layOut() {
    if (this.#drawn && this.#room > 0) this.#matrix.layOut(this.#drawn.tokens, this.#room);
  }

  /**
   * Puts the cursor on a cell, and tells what is under it.
   * @param {Cell} cell
   * @param {Words} words
   */
  point(cell, words) {
    this.#cell = cell;
    this.#matrix.point(cell);
    setText(this.#value, this.#describe((token) => isolate(visible(token)), words));
  }

  /** Scrolls the cell into view inside the frame, once it is laid out; the page stays where it is. */
  reveal() {
    cancelAnimationFrame(this.#revealing);
    this.#revealing = requestAnimationFrame(() => this.#matrix.revealInside(this.#frame));
  }

  /** @param {Words} words @returns {string} what is under the cursor, spaces and line ends by their names */
  spoken(words) {
    return this.#describe((token) => spokenToken(token, words), words);
  }

  /**
   * @param {(token: string) => string} name
   * @param {Words} words
   * @returns {string} which token looks at which, and how much
   */
  #describe(name, words) {
    if (!this.#drawn) return "";
    const { query, key } = this.#cell;
    const { tokens, weights } = this.#drawn;
    return words.say(key > query ? "attention.hidden" : "attention.value", {
      query: name(tokens[query]), key: name(tokens[key]),
      share: words.percent(weights[query * tokens.length + key]),
    });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    const count = this.#drawn?.tokens.length ?? 0;
    if (!move || count === 0) return;
    event.preventDefault();
    const within = (/** @type {number} */ value) => Math.min(count - 1, Math.max(0, value));
    this.#move({ query: within(this.#cell.query + move[0]), key: within(this.#cell.key + move[1]) }, true);
    this.#matrix.reveal();
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const cell = this.#matrix.cellAt(event);
    if (cell) this.#move(cell, false);
  }
}
