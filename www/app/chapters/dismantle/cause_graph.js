// The exact cause graph of one prediction: a column for each layer, its heads as circles and its MLP as a
// square, each tied to the token by a line as wide as what its loss costs. It is laid out as the model is,
// so no library has to find places for it.

import { h, s, setAttributes } from "../../parts/dom.js";
import { NOTHING, effectOf, interactionOf, partOf, strongestPairs } from "./effects.js";
import { nameOfPart } from "./parts_off.js";
import { visible } from "../../parts/characters.js";

/** @typedef {import("../../../api/messages.js").Causes} Causes */
/** @typedef {import("../../state/words.js").Words} Words */

/** Of the drawing, in its own units. */
const COLUMN = 78;
const ROW = 44;
const TOP = 34;
const LEFT = 40;
/** Room for the token, right of all layers. */
const TOKEN = 120;
/** Half of a part's width, and the widest line. */
const SIZE = 15;
const WIDEST = 11;
/** Parts whose loss costs less than this share of the largest are drawn as of no weight. */
const NEGLIGIBLE = 0.04;
/** Pairs that are drawn. */
const PAIRS = 4;

export class CauseGraph {
  /** It has no name until it shows something. */
  #svg = s("svg", { class: "cause-graph", "aria-hidden": "true" });
  element = h("div", {
    class: "cause-frame", tabindex: 0, role: "group", "data-label": "dismantle.graph_title",
  }, this.#svg);

  /**
   * @param {Causes} causes
   * @param {Words} words
   */
  draw(causes, words) {
    const layers = Math.max(...causes.parts.map(({ layer }) => layer)) + 1;
    const rows = causes.parts.length / layers;
    const [width, height] = [LEFT + layers * COLUMN + TOKEN, TOP + rows * ROW];
    const target = { x: width - TOKEN / 2, y: TOP + (rows - 1) * ROW / 2 };
    const effects = causes.parts.map((part) => effectOf(causes, part));
    const largest = Math.max(...effects.map(Math.abs), NOTHING);
    const places = causes.parts.map(({ layer }, index) => (
      { x: LEFT + layer * COLUMN, y: TOP + (index % rows) * ROW }));
    const order = places.map((_, index) => index).sort((a, b) => Math.abs(effects[a]) - Math.abs(effects[b]));
    setAttributes(this.#svg, {
      viewBox: `0 0 ${width} ${height}`, role: "img", "aria-hidden": null,
      "aria-label": this.#name(causes, words),
    });
    this.#svg.style.setProperty("--graph-width", `${width}px`);
    this.#svg.replaceChildren(
      ...Array.from({ length: layers }, (_, layer) => (
        s("text", { class: "graph-layer", x: LEFT + layer * COLUMN, y: 12 },
          words.say("dismantle.layer", { n: layer + 1 })))),
      ...order.map((index) => line(places[index], target, effects[index] / largest)),
      ...strongestPairs(causes, PAIRS).map((pair) => (
        arc(places[pair.parts[0]], places[pair.parts[1]], interactionOf(causes, pair)))),
      ...causes.parts.map((part, index) => (
        node(places[index], part.head, effects[index] / largest, nameOfPart(partOf(part), words)))),
      s("rect", { class: "graph-token", x: target.x - 46, y: target.y - 22, width: 92, height: 44, rx: 8 }),
      s("text", { class: "graph-word", x: target.x, y: target.y + 6 }, shortened(causes)));
  }

  /**
   * @param {Causes} causes
   * @param {Words} words
   */
  #name(causes, words) {
    const size = (/** @type {Causes["parts"][number]} */ part) => Math.abs(effectOf(causes, part));
    const sorted = causes.parts.toSorted((a, b) => size(b) - size(a));
    return words.say("dismantle.graph", {
      token: visible(causes.tokens[causes.position]),
      parts: words.list(sorted.slice(0, 3).map((part) => nameOfPart(partOf(part), words))),
    });
  }
}

/** @param {Causes} causes */
function shortened({ tokens, position }) {
  const signs = [...visible(tokens[position])];
  return signs.length > 9 ? `${signs.slice(0, 8).join("")}…` : signs.join("");
}

/** @typedef {{x: number, y: number}} Place */

/**
 * @param {Place} from
 * @param {Place} to
 * @param {number} share  of the largest effect, between -1 and 1
 */
function line(from, to, share) {
  const middle = (from.x + to.x) / 2;
  const end = to.x - 46;
  return s("path", {
    class: `graph-line ${kindOf(share)}`,
    d: `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${end} ${to.y}`,
    "stroke-width": Math.max(1, Math.abs(share) * WIDEST).toFixed(1),
  });
}

/**
 * @param {Place} one
 * @param {Place} other
 * @param {number} interaction
 */
function arc(one, other, interaction) {
  const bend = one.x === other.x ? -COLUMN / 2 : 0;
  const x = (one.x + other.x) / 2 + bend;
  const y = (one.y + other.y) / 2 - (bend ? 0 : ROW / 2);
  return s("path", {
    class: `graph-pair ${interaction > 0 ? "replace" : "chain"}`,
    d: `M${one.x} ${one.y}Q${x} ${y} ${other.x} ${other.y}`,
  });
}

/**
 * @param {Place} place
 * @param {number|null|undefined} head  none of an MLP
 * @param {number} share
 * @param {string} name
 */
function node({ x, y }, head, share, name) {
  const isMlp = head === null || head === undefined;
  const shape = isMlp
    ? s("rect", { x: x - SIZE - 4, y: y - SIZE + 1, width: 2 * SIZE + 8, height: 2 * SIZE - 2, rx: 4 })
    : s("circle", { cx: x, cy: y, r: SIZE });
  return s("g", { class: `graph-node ${kindOf(share)}` }, s("title", {}, name), shape,
    s("text", { x, y: y + 5 }, isMlp ? "MLP" : String(head + 1)));
}

/** @param {number} share */
function kindOf(share) {
  if (Math.abs(share) < NEGLIGIBLE) return "idle";
  return share > 0 ? "helps" : "hinders";
}
