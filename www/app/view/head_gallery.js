// Every head of every layer as a small picture, to pick one from: a row a layer.

import { h, setAttributes } from "./dom.js";
import { drawStamp } from "./attention_matrix.js";

/** @typedef {import("../engine/protocol.js").Inspection} Inspection */

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
   * @param {number} layer
   * @param {number} head
   * @param {import("../state/words.js").Words} words
   */
  draw({ tokens, n_layer, n_head, attention }, layer, head, words) {
    const shape = `${n_layer}/${n_head}/${words.language}`;
    if (shape !== this.#shape) this.#build(n_layer, n_head, words);
    this.#shape = shape;
    const size = tokens.length ** 2;
    this.#stamps.forEach(({ input, canvas }, index) => {
      input.checked = index === layer * n_head + head;
      drawStamp(canvas, attention.subarray(index * size, (index + 1) * size), tokens.length);
    });
  }

  /**
   * @param {number} layers
   * @param {number} heads
   * @param {import("../state/words.js").Words} words
   */
  #build(layers, heads, words) {
    this.#stamps = [];
    this.element.replaceChildren(...Array.from({ length: layers }, (_, layer) => h("div", { class: "gallery-row" },
      h("span", { class: "gallery-name", "aria-hidden": "true" }, words.say("attention.layer", { n: layer + 1 })),
      h("div", { class: "stamps" }, ...Array.from({ length: heads }, (_, head) => this.#stamp(layer, head, words))))));
    setAttributes(this.element, { role: "radiogroup", "aria-label": words.say("attention.heads") });
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {import("../state/words.js").Words} words
   */
  #stamp(layer, head, words) {
    const input = h("input", {
      type: "radio", name: "head", value: `${layer + 1}.${head + 1}`, change: () => this.#choose(layer, head),
      "aria-label": words.say("attention.head", { layer: layer + 1, head: head + 1 }),
    });
    const canvas = h("canvas", { "aria-hidden": "true" });
    this.#stamps.push({ input, canvas });
    return h("label", { class: "stamp-card", title: words.say("attention.head", { layer: layer + 1, head: head + 1 }) }, input, canvas);
  }
}
