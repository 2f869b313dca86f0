// The figures of a chart as a table, folded away until wanted.

import { h } from "../../parts/dom.js";

export class ChartTable {
  #rows = h("tbody");
  #rowsOf;

  /**
   * @param {string} title  key of its name
   * @param {readonly string[]} columns  keys of theirs; the first heads the rows
   * @param {() => string[][]} rowsOf    the cells of now
   */
  constructor(title, columns, rowsOf) {
    this.#rowsOf = rowsOf;
    this.element = h(
      "details",
      { toggle: () => this.update() },
      h("summary", { "data-words": title }),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "data-label": title },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h("tr", {}, ...columns.map((column) => h("th", { scope: "col", "data-words": column }))),
          ),
          this.#rows,
        ),
      ),
    );
  }

  update() {
    if (!this.element.open) return;
    this.#rows.replaceChildren(...this.#rowsOf().map(([first, ...others]) => h("tr", {},
      h("th", { scope: "row" }, first), ...others.map((cell) => h("td", {}, cell)))));
  }
}
