// The numbers behind the cause graph: every part, and the pairs of which one stands in for the other.

import { h } from "../../parts/dom.js";
import { effectOf, interactionOf, partOf, strongestPairs } from "./effects.js";
import { nameOfPart } from "./parts_off.js";

/** @typedef {import("../../../api/messages.js").Causes} Causes */
/** @typedef {import("../../state/words.js").Words} Words */

/** Pairs that are told. */
const PAIRS = 6;

export class CauseTable {
  #rows = h("tbody");
  #pairs = h("ul", { class: "pair-list" });
  element = h("div", {},
    h("div", { class: "table-frame", tabindex: 0, role: "group", "data-label": "dismantle.more_causes" },
      h("table", { class: "dismantle-table", id: "cause-table" },
        h("thead", {}, h("tr", {},
          h("th", { scope: "col", "data-words": "dismantle.column_part" }),
          h("th", { scope: "col", "data-words": "dismantle.column_without" }),
          h("th", { scope: "col", "data-words": "dismantle.column_bits" }))),
        this.#rows)),
    this.#pairs);

  /**
   * @param {Causes} causes
   * @param {Words} words
   */
  draw(causes, words) {
    const sorted = causes.parts.toSorted((a, b) => effectOf(causes, b) - effectOf(causes, a));
    this.#rows.replaceChildren(...sorted.map((cause) => h("tr", { "data-part": partOf(cause) },
      h("th", { scope: "row" }, nameOfPart(partOf(cause), words)),
      h("td", {}, words.percent(Math.exp(cause.log_prob))),
      h("td", { "data-bits": effectOf(causes, cause) }, signed(effectOf(causes, cause), words)))));
    this.#pairs.replaceChildren(...strongestPairs(causes, PAIRS).map((pair) => {
      const [one, other] = pair.parts.map((place) => nameOfPart(partOf(causes.parts[place]), words));
      const alone = pair.parts.reduce((sum, place) => sum + effectOf(causes, causes.parts[place]), 0);
      const key = interactionOf(causes, pair) > 0 ? "replace" : "chain";
      return h("li", { class: key }, words.say(`dismantle.pair.${key}`, {
        one, other, together: signed(effectOf(causes, pair), words), alone: signed(alone, words),
      }));
    }));
  }
}

/**
 * @param {number} bits
 * @param {Words} words
 */
function signed(bits, words) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return words.number(bits, { ...digits, signDisplay: "exceptZero" });
}
