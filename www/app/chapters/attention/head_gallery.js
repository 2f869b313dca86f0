// Every head of every layer as a small picture, to pick one from: a row a layer.

import { h, setAttributes } from "../../parts/dom.js";
import { pixelColours } from "../../parts/colour_scale.js";
import { paint, stampPixels } from "./head_pixels.js";

/** @typedef {import("../../../api/messages.js").Inspection} Inspection */
/** @typedef {import("../../state/words.js").Words} Words */

export class HeadGallery {
  element = h("div", { class: "gallery", id: "heads" });
  /** @type {{input: HTMLInputElement, canvas: HTMLCanvasElement}[]} */
  #stamps = [];
  #shape = "";
  #choose;

  /** @param {(layer: number, head: number) => void} choose */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {Inspection} inspection
   * @param {Words} words
   */
  draw({ tokens, n_layer, n_head, attention }, words) {
    const shape = `${n_layer}/${n_head}/${words.language}`;
    if (shape !== this.#shape) this.#build(n_layer, n_head, words);
    this.#shape = shape;
    const size = tokens.length ** 2;
    const colours = pixelColours();
    this.#stamps.forEach(({ canvas }, index) => {
      const weights = attention.subarray(index * size, (index + 1) * size);
      const { pixels, side } = stampPixels(weights, tokens.length, colours);
      paint(canvas, pixels, side);
    });
  }

  /**
   * Marks the head that is picked.
   * @param {number} index  among all heads, layer by layer
   */
  check(index) {
    const stamp = this.#stamps[index];
    if (stamp) stamp.input.checked = true;
  }

  /**
   * @param {number} layers
   * @param {number} heads
   * @param {Words} words
   */
  #build(layers, heads, words) {
    this.#stamps = [];
    const rows = Array.from({ length: layers }, (_, layer) => {
      const name = words.say("attention.layer", { n: layer + 1 });
      const stamps = Array.from({ length: heads }, (_, head) => this.#stamp(layer, head, words));
      return h("div", { class: "gallery-row" },
        h("span", { class: "gallery-name", "aria-hidden": "true" }, name),
        h("div", { class: "stamps" }, ...stamps));
    });
    this.element.replaceChildren(...rows);
    setAttributes(this.element, { role: "radiogroup", "aria-label": words.say("attention.heads") });
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {Words} words
   */
  #stamp(layer, head, words) {
    const name = words.say("attention.head", { layer: layer + 1, head: head + 1 });
    const input = h("input", {
      type: "radio", name: "head", value: `${layer + 1}.${head + 1}`, "aria-label": name,
      change: () => this.#choose(layer, head),
    });
    const canvas = h("canvas", { "aria-hidden": "true" });
    this.#stamps.push({ input, canvas });
    return h("label", { class: "stamp-card", title: name }, input, canvas);
  }
}
