// Chapter "Numbers": all tokens that the model knows, with how often each stands in its text. Of a large
// vocabulary only the rows in sight are drawn.

import { bar } from "../../parts/bars.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { tokenLabel } from "../../parts/token_label.js";
import { tokens } from "./chapter_tokens.js";
import { TokensView } from "./tokens_view.js";

/** @typedef {import("./chapter_tokens.js").TokensState} TokensState */

/** Height of a row and rows drawn beyond those in sight; the style sheet has the height, too. */
const ROW_PX = 36;
const BEYOND = 6;
/** Tokens that a page up or down passes. */
const PAGE = 8;
const ORDERS = /** @type {const} */ (["frequent", "rare", "number", "long"]);

export class TokenVocabulary extends TokensView {
  #search = h("input", {
    id: "vocabulary-search", type: "search", autocomplete: "off", spellcheck: "false", translate: "no",
    dir: "auto", "data-hint": "vocabulary.example", input: () => this.#list(),
  });
  #order = h("select", { id: "vocabulary-order", change: () => this.#list() },
    ...ORDERS.map((order) => h("option", { value: order, "data-words": `vocabulary.order.${order}` })));
  #found = h("p", { class: "note", id: "vocabulary-found", role: "status" });
  #rows = h("div", { class: "vocabulary-rows", role: "presentation" });
  #frame = h("div", {
    id: "vocabulary", class: "vocabulary paper", role: "listbox", tabindex: 0, translate: "no",
    "data-label": "vocabulary.list",
    scroll: () => this.#drawRows(),
    click: (event) => this.#clicked(/** @type {MouseEvent} */ (event)),
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  }, this.#rows);
  /** Ids in the order of the list. @type {number[]} */
  #ids = [];
  /** The row of the keyboard's cursor. */
  #cursor = -1;
  /** What the list was made of. @type {readonly unknown[]} */
  #of = [];
  #most = 1;

  build() {
    return [
      h("div", { class: "vocabulary-tools" },
        h("div", { class: "field" },
          h("label", { for: "vocabulary-search", "data-words": "vocabulary.search" }), this.#search),
        h("div", { class: "field" },
          h("label", { for: "vocabulary-order", "data-words": "vocabulary.sort" }), this.#order)),
      this.#found, this.#frame,
      h("details", {}, h("summary", { "data-words": "vocabulary.special" }),
        h("p", { class: "prose", "data-words": "vocabulary.special_end" }),
        h("p", { class: "prose", "data-words": "vocabulary.special_turns" }),
        h("p", { class: "prose", "data-words": "vocabulary.special_bytes" })),
    ];
  }

  /** @param {TokensState} state */
  draw({ entries, occurrences, token }) {
    const of = [entries, occurrences, this.words.language];
    if (of.some((one, index) => one !== this.#of[index])) {
      this.#of = of;
      this.#most = occurrences?.tokens.reduce((most, n) => Math.max(most, n), 1) ?? 1;
      this.#list();
    } else this.#select(token);
  }

  /** Finds and orders the tokens that are listed. */
  #list() {
    const { entries, occurrences, isOfTales } = tokens.store.state;
    const wanted = this.#search.value.toLocaleLowerCase();
    const matches = (/** @type {number} */ id) => wanted === "" || String(id) === wanted.trim()
      || this.#nameOf(id).toLocaleLowerCase().includes(wanted);
    this.#ids = entries.map((_, id) => id).filter(matches);
    const count = (/** @type {number} */ id) => occurrences?.tokens[id] ?? 0;
    const length = (/** @type {number} */ id) => (entries[id].kind === "piece" ? entries[id].text.length : 0);
    switch (this.#order.value) {
      case "frequent": this.#ids.sort((a, b) => count(b) - count(a)); break;
      case "rare": this.#ids.sort((a, b) => count(a) - count(b)); break;
      case "long": this.#ids.sort((a, b) => length(b) - length(a)); break;
    }
    const total = occurrences?.tokens.reduce((sum, n) => sum + n, 0) ?? 0;
    const isAll = this.#ids.length === entries.length;
    const found = this.words.say(`vocabulary.${isAll ? "all" : "found"}`, {
      n: this.#ids.length, of: entries.length,
    });
    const where = isOfTales ? "vocabulary.counted_tales" : "vocabulary.counted";
    const counted = total > 0 ? this.words.say(where, { total }) : "";
    setText(this.#found, entries.length > 0 ? `${found} ${counted}` : "");
    this.#rows.style.height = `${this.#ids.length * ROW_PX}px`;
    this.#frame.scrollTop = 0;
    this.#cursor = this.#ids.indexOf(tokens.store.state.token ?? -1);
    this.#drawRows();
  }

  /** @param {number} id */
  #nameOf(id) {
    const { text } = tokens.store.state.entries[id];
    const key = `special.${text}`;
    return this.words.has(key) ? this.words.say(key) : text;
  }

  #drawRows() {
    const { scrollTop, clientHeight } = this.#frame;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - BEYOND);
    const last = Math.min(this.#ids.length, Math.ceil((scrollTop + clientHeight) / ROW_PX) + BEYOND);
    const seen = this.#ids.slice(first, last);
    this.#rows.replaceChildren(...seen.map((id, index) => this.#row(id, first + index)));
    this.#point();
  }

  /**
   * @param {number} id
   * @param {number} position  in the list
   */
  #row(id, position) {
    const { entries, occurrences, token } = tokens.store.state;
    const { text, kind } = entries[id];
    const count = occurrences?.tokens[id];
    const row = h("div", {
      class: "vocabulary-row", role: "option", id: `vocabulary-${id}`, "data-id": id, "data-kind": kind,
      "aria-selected": String(id === token), "aria-setsize": this.#ids.length, "aria-posinset": position + 1,
    },
    h("span", { class: "row-number" }, String(id)),
    h("span", { class: "token" }, tokenLabel(text, this.words)), bar((count ?? 0) / this.#most),
    h("span", { class: "row-count" }, count === undefined ? "" : this.words.number(count)));
    row.style.top = `${position * ROW_PX}px`;
    return row;
  }

  /** @param {TokensState["token"]} token */
  #select(token) {
    for (const row of this.#rows.children) {
      setAttributes(row, { "aria-selected": String(idOf(row) === token) });
    }
  }

  /** Marks the keyboard's cursor. */
  #point() {
    const id = this.#ids[this.#cursor];
    for (const row of this.#rows.children) row.classList.toggle("pointed", idOf(row) === id);
    const pointed = this.#rows.querySelector(".pointed");
    setAttributes(this.#frame, { "aria-activedescendant": pointed ? pointed.id : null });
  }

  /** @param {MouseEvent} event */
  #clicked({ target }) {
    const row = /** @type {Element} */ (target).closest(".vocabulary-row");
    if (row) this.#moveTo(this.#ids.indexOf(idOf(row)));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const to = /** @type {Record<string, number>} */ ({
      ArrowDown: this.#cursor + 1, ArrowUp: this.#cursor - 1, PageDown: this.#cursor + PAGE,
      PageUp: this.#cursor - PAGE, Home: 0, End: this.#ids.length - 1,
    })[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#moveTo(Math.max(0, Math.min(to, this.#ids.length - 1)));
  }

  /** @param {number} position */
  #moveTo(position) {
    this.#cursor = position;
    const [top, { scrollTop, clientHeight }] = [position * ROW_PX, this.#frame];
    if (top < scrollTop) this.#frame.scrollTop = top;
    else if (top + ROW_PX > scrollTop + clientHeight) this.#frame.scrollTop = top + ROW_PX - clientHeight;
    tokens.choose(this.#ids[position] ?? null);
    this.#drawRows();
  }
}

/** @param {Element} row @returns {number} of its token */
function idOf(row) {
  return Number(row.getAttribute("data-id"));
}
