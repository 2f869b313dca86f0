// Every head of every layer as a small picture, to pick one from: a row a layer, and at its end their mean.

import { h, setAttributes } from "../../parts/dom.js";
import { pixelColours } from "../../parts/colour_scale.js";
import { paint, stampPixels } from "./head_pixels.js";
import { weightsOf } from "./words.js";

/** @typedef {import("../../../api/messages.js").Inspection} Inspection */
/** @typedef {import("../../state/words.js").Words} Words */

/**
 * A head and its layer, from 0; the head null: the mean of all heads of the layer.
 * @typedef {{layer: number, head: number|null}} Picked
 */

export class HeadGallery {
  element = h("div", { class: "gallery", id: "heads" });
  /** @type {{picked: Picked, input: HTMLInputElement, canvas: HTMLCanvasElement}[]} */
  #stamps = [];
  #shape = "";
  #painting = 0;
  #choose;

  /** @param {(picked: Picked) => void} choose */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {Inspection} inspection
   * @param {Words} words
   */
  draw(inspection, words) {
    const { tokens, n_layer, n_head } = inspection;
    const shape = `${n_layer}/${n_head}/${words.language}`;
    if (shape !== this.#shape) this.#build(n_layer, n_head, words);
    this.#shape = shape;
    // In a frame of their own: what the reader points at is drawn in this one.
    cancelAnimationFrame(this.#painting);
    this.#painting = requestAnimationFrame(() => {
      const colours = pixelColours();
      for (const { picked, canvas } of this.#stamps) {
        const { pixels, side } = stampPixels(weightsOf(inspection, picked), tokens.length, colours);
        paint(canvas, pixels, side);
      }
    });
  }

  /** Marks what is picked. @param {Picked} now */
  check({ layer, head }) {
    const stamp = this.#stamps.find(({ picked }) => picked.layer === layer && picked.head === head);
    if (stamp) stamp.input.checked = true;
  }

  /**
   * @param {number} layers
   * @param {number} heads
   * @param {Words} words
   */
  #build(layers, heads, words) {
    this.#stamps = [];
    const top = h("div", { class: "gallery-row gallery-heads", "aria-hidden": "true" },
      h("span", { class: "gallery-name" }),
      h("div", { class: "stamps" },
        ...Array.from({ length: heads }, (_, head) => (
          h("span", {}, words.say("attention.head_short", { n: head + 1 })))),
        h("span", { class: "mean" }, words.say("attention.mean_short"))));
    const rows = Array.from({ length: layers }, (_, layer) => {
      const name = words.say("attention.layer", { n: layer + 1 });
      const stamps = Array.from({ length: heads }, (_, head) => this.#stamp({ layer, head }, words));
      const mean = this.#stamp({ layer, head: null }, words);
      return h("div", { class: "gallery-row" },
        h("span", { class: "gallery-name", "aria-hidden": "true" }, name),
        h("div", { class: "stamps" }, ...stamps, mean));
    });
    this.element.replaceChildren(top, ...rows);
    setAttributes(this.element, { role: "radiogroup", "aria-label": words.say("attention.heads") });
  }

  /**
   * @param {Picked} picked
   * @param {Words} words
   */
  #stamp(picked, words) {
    const name = headName(picked, words);
    const place = picked.head === null ? "mean" : picked.head + 1;
    const input = h("input", {
      type: "radio", name: "head", value: `${picked.layer + 1}.${place}`, "aria-label": name,
      change: () => this.#choose(picked),
    });
    const canvas = h("canvas", { "aria-hidden": "true" });
    this.#stamps.push({ picked, input, canvas });
    return h("label", { class: picked.head === null ? "stamp-card mean" : "stamp-card", title: name },
      input, canvas);
  }
}

/**
 * @param {Picked} picked
 * @param {Words} words
 */
export function headName({ layer, head }, words) {
  return head === null ? words.say("attention.mean", { layer: layer + 1 })
    : words.say("attention.head", { layer: layer + 1, head: head + 1 });
}
