// The bill: where the parameters of the model are.

import { h, setAttributes, setText } from "../../parts/dom.js";
import { AskingView } from "./asking_view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("../../../api/messages.js").BillEntry} BillEntry */

/** In the order of a model's parts. */
const PARTS = /** @type {const} */ (["embedding", "positions", "attention", "mlp", "norm"]);

export class DismantleBill extends AskingView {
  #total = h("p", { class: "bill-total", id: "bill-total" });
  #bar = h("div", { class: "bill-bar", "aria-hidden": "true" });
  #items = h("dl", { class: "bill-items", id: "bill-items" });
  #rows = h("tbody");
  #panel = h("div", { class: "bill" }, this.#total, this.#bar, this.#items,
    h("details", {}, h("summary", { "data-words": "dismantle.bill_more" }),
      h("p", { "data-words": "dismantle.bill_about" }),
      h("div", { class: "table-frame", tabindex: 0, role: "group", "data-label": "dismantle.bill_more" },
        h("table", { class: "dismantle-table" },
          h("thead", {}, h("tr", {},
            h("th", { scope: "col", "data-words": "dismantle.column_where" }),
            h("th", { scope: "col", "data-words": "dismantle.column_shape" }),
            h("th", { scope: "col", "data-words": "dismantle.column_numbers" }))),
          this.#rows))),
    h("p", { class: "takeaway", "data-words": "dismantle.bill_lesson" }));
  #empty = h("p", { class: "empty", "data-words": "dismantle.no_model" });
  /** What is drawn, and in which language. @type {[readonly BillEntry[]|null, string]} */
  #drawn = [null, ""];

  build() {
    return [this.problem, this.#empty, this.#panel];
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    this.#empty.hidden = state.info !== null;
    this.#panel.hidden = state.info === null;
    const [bill, language] = this.#drawn;
    if (bill && language !== this.words.language) this.#draw(bill);
  }

  /** @param {Model} model */
  async ask(model) {
    this.#draw((await model.bill()).answer);
  }

  /** @param {readonly BillEntry[]} bill */
  #draw(bill) {
    const { words } = this;
    this.#drawn = [bill, words.language];
    const total = sum(bill);
    const parts = PARTS.map((part) => ({ part, count: sum(bill.filter((entry) => entry.part === part)) }))
      .filter(({ count }) => count > 0);
    setText(this.#total, words.say("dismantle.bill_total", { count: total }));
    setAttributes(this.#total, { "data-count": total });
    this.#bar.replaceChildren(...parts.map(({ part, count }) => {
      const slice = h("span", { class: `slice ${part}` });
      slice.style.flexGrow = String(count);
      return slice;
    }));
    this.#items.replaceChildren(...parts.map(({ part, count }) => h("div", { class: "bill-item" },
      h("dt", {}, h("span", { class: `slice ${part}`, "aria-hidden": "true" }),
        words.say(`dismantle.bill.${part}`)),
      h("dd", { "data-count": count }, `${words.number(count)} (${words.percent(count / total)})`))));
    this.#rows.replaceChildren(...bill.map(({ name, shape: [rows, columns] }) => h("tr", {},
      h("th", { scope: "row", translate: "no" }, name.replace(/^model\.|\.weight$/g, "")),
      h("td", {}, `${words.number(rows)} × ${words.number(columns)}`),
      h("td", {}, words.number(rows * columns)))));
  }
}

/** @param {readonly BillEntry[]} entries */
function sum(entries) {
  return entries.reduce((total, { shape: [rows, columns] }) => total + rows * columns, 0);
}
