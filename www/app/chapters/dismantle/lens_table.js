// The logit lens: what each layer would say if it were the last.

import { h, setAttributes } from "../../parts/dom.js";
import { tokenLabel } from "../../parts/token_label.js";

/** @typedef {import("../../../api/messages.js").Lens} Lens */
/** @typedef {import("../../state/words.js").Words} Words */

const SHOWN = 3;

export class LensTable {
  #rows = h("tbody");
  element = h("div", {
    class: "table-frame", tabindex: 0, role: "group", "data-label": "dismantle.lens_title",
  },
    h("table", { class: "dismantle-table", id: "lens-table" },
      h("thead", {}, h("tr", {},
        h("th", { scope: "col", "data-words": "dismantle.column_after" }),
        h("th", { scope: "col", "data-words": "dismantle.column_says" }),
        h("th", { scope: "col", "data-words": "dismantle.column_chance" }))),
      this.#rows));

  /**
   * @param {Lens} lens
   * @param {string} lang  of the tokens
   * @param {Words} words
   */
  draw({ tokens, position, layers }, lang, words) {
    const really = tokens[position];
    this.#rows.replaceChildren(...layers.map(({ candidates, probability }, layer) => {
      const name = layer === 0 ? words.say("dismantle.entrance") : words.say("dismantle.layer", { n: layer });
      const tokens = candidates.slice(0, SHOWN).map(({ token }) => (
        h("span", { class: token === really ? "lens-token really" : "lens-token", lang, translate: "no" },
          tokenLabel(token, words))));
      const share = h("td", { class: "lens-share" }, words.percent(probability ?? 0));
      share.style.setProperty("--share", String(probability ?? 0));
      const row = h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, ...tokens), share);
      setAttributes(row, { "data-probability": probability });
      return row;
    }));
  }
}
