// Chapter "Keep": how the model at hand is kept, and the shelf of all that this browser keeps.

import { keptStep } from "../../state/app_state.js";
import { isWithoutText } from "../../state/run_settings.js";
import { failureSentence } from "../../parts/failure_sentence.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { megabytes } from "./entry_words.js";
import { ShelfRow } from "./shelf_row.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

export class KeepShelf extends View {
  #now = h("p", { id: "kept-now" });
  #again = button({ id: "keep-again", class: "quiet", "data-words": "keep.again" },
    () => this.controller.keeping?.keepAgain());
  #withText = h("input", {
    type: "checkbox", id: "keep-text",
    change: () => this.controller.keeping?.setWithText(this.#withText.checked),
  });
  #list = h("ul", { class: "shelf", "data-label": "keep.shelf" });
  #empty = h("p", { class: "empty" });
  #total = h("p", { class: "note", id: "kept-total" });
  #persist = button({ id: "persist", class: "quiet", "data-words": "keep.persist" },
    () => this.controller.keeping?.persist());
  #refused = h("p", { class: "note", role: "status" });
  /** @type {Map<string, ShelfRow>} */
  #rows = new Map();

  build() {
    return [
      this.#now,
      h("div", { class: "row" }, this.#again),
      h("label", { class: "check" }, this.#withText, h("span", { "data-words": "keep.with_text" })),
      this.#list,
      this.#empty,
      h("div", { class: "row" }, this.#total, this.#persist, this.#refused),
      h("p", { class: "note", "data-words": "keep.about" }),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { kept } = state;
    const { entries, withText, isPersistent } = kept;
    setText(this.#now, this.#sentence(state));
    setAttributes(this.#now, { "data-step": keptStep(state), "data-refusal": kept.refusal });
    this.#again.hidden = !kept.isForgotten;
    this.#withText.checked = withText;
    this.#updateRows(state);
    const isEmpty = entries?.length === 0;
    this.#empty.hidden = !isEmpty;
    if (isEmpty) setText(this.#empty, this.words.say("keep.empty"));
    this.#total.hidden = !entries || isEmpty;
    const bytes = (entries ?? []).reduce((sum, entry) => sum + entry.bytes, 0);
    const total = { n: entries?.length ?? 0, size: megabytes(bytes, this.words) };
    setText(this.#total, this.words.say("keep.total", total));
    this.#persist.hidden = this.#total.hidden || isPersistent !== false;
    setText(this.#refused, isPersistent === "refused" ? this.words.say("keep.persist_refused") : "");
  }

  /** @param {AppState} state */
  #updateRows(state) {
    const { entries, current } = state.kept;
    const shown = new Set();
    const elements = (entries ?? []).map((entry) => {
      shown.add(entry.id);
      const row = this.#rows.get(entry.id) ?? new ShelfRow(entry.id, this);
      this.#rows.set(entry.id, row);
      row.update(entry, entry.id === current, this.words);
      setInUse(row.resume, state.phase !== "creating");
      return row.element;
    });
    for (const id of this.#rows.keys()) if (!shown.has(id)) this.#rows.delete(id);
    // Only where something changes: a row that is moved loses the keyboard's focus.
    const before = [...this.#list.children];
    const isSame = before.length === elements.length && before.every((row, at) => row === elements[at]);
    if (!isSame) this.#list.replaceChildren(...elements);
  }

  /** @param {AppState} state */
  #sentence(state) {
    const { kept: { entries, refusal, isForgotten, isCopy }, history, running } = state;
    if (refusal) return failureSentence({ code: refusal, params: {}, cause: "" }, this.words);
    if (isForgotten) return this.words.say("keep.now.forgotten");
    const step = keptStep(state);
    if (step !== null) return this.words.say(isCopy ? "keep.now.copy" : "keep.now.kept", { step });
    if (history.steps.length > 0) return this.words.say("keep.now.soon");
    if (isWithoutText(running)) return this.words.say("keep.now.alone");
    return entries === null ? "" : this.words.say("keep.now.none");
  }
}
