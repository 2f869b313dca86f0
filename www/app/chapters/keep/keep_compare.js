// Chapter "Keep": the proof that a training changes the model. Its weights and its texts beside those of
// another moment: its first step, the model on arrival, one on the shelf, or a file.

import { isLost } from "../../state/app_state.js";
import { failureOf } from "../../state/failure_of.js";
import { bar } from "../../parts/bars.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { dateOf, nameOf } from "./entry_words.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/comparison.js").Other} Other */
/** @typedef {import("../../state/comparison.js").Compared} Compared */
/** @typedef {import("../../../api/training.js").Checkpoint} Checkpoint */

export class KeepCompare extends View {
  #first = button({ id: "compare-first", "data-words": "keep.compare.first" }, () => this.#compare("first"));
  #arrival = button({ id: "compare-arrival", "data-words": "keep.compare.arrival" },
    () => this.#compare("arrival"));
  #entries = h("select", { id: "compare-entries", "data-label": "keep.compare.entries", translate: "no" });
  #kept = button({ id: "compare-kept", "data-words": "keep.compare.kept" }, () => this.#compare("kept"));
  #shelf = h("div", { class: "row" }, this.#kept, this.#entries);
  #file = button({ id: "compare-file", "data-words": "keep.compare.file" }, () => this.#input.click());
  #input = h("input", {
    type: "file", id: "compare-files", multiple: true, class: "visually-hidden", tabindex: -1,
    "data-label": "keep.compare.file",
    change: () => this.#compare("file"),
  });
  #status = h("p", { id: "compare-status", role: "status" });
  #bytes = h("p", { id: "compare-bytes" });
  #table = h("table", { class: "moved", id: "moved" });
  #write = button({ id: "compare-write", class: "primary", "data-words": "keep.compare.write" },
    () => this.#writeBoth());
  #sides = [new Side("other"), new Side("now")];
  #result = h("div", { id: "comparison", hidden: true }, this.#bytes,
    h("div", { class: "scrolled" }, this.#table),
    h("div", { class: "row buttons" }, this.#write),
    h("div", { class: "side-by-side" }, ...this.#sides.map(({ element }) => element)));
  /** What was compared. @type {{other: Other, now: Checkpoint, moved: Compared}|null} */
  #compared = null;
  #writing = new AbortController();
  #language = "";
  /** What is offered of the shelf. */
  #offered = "";

  build() {
    return [
      h("div", { class: "row" }, this.#first, this.#arrival, this.#file, this.#input), this.#shelf,
      this.#status, this.#result,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const canCompare = state.checkpointStep !== null && !isLost(state);
    for (const element of [this.#first, this.#arrival, this.#kept, this.#file]) setInUse(element, canCompare);
    this.#drawEntries(state);
    if (!canCompare) setText(this.#status, this.words.say("keep.files.none"));
    else if (this.#status.textContent === this.words.say("keep.files.none")) setText(this.#status, "");
    if (this.#language !== this.words.language) this.#draw();
  }

  /** Offers what is on the shelf, but for the model at hand. @param {AppState} state */
  #drawEntries({ kept: { entries, current } }) {
    const others = (entries ?? []).filter(({ id }) => id !== current);
    this.#shelf.hidden = others.length === 0;
    const options = others.map((entry) => [entry.id, this.words.say("keep.compare.entry", {
      name: nameOf(entry, this.words), step: entry.step, date: dateOf(entry, this.words),
    })]);
    const drawn = JSON.stringify(options);
    if (this.#offered === drawn) return;
    this.#offered = drawn;
    const { value } = this.#entries;
    this.#entries.replaceChildren(...options.map(([id, text]) => h("option", { value: id }, text)));
    if (others.some(({ id }) => id === value)) this.#entries.value = value;
  }

  /** @param {"first"|"arrival"|"kept"|"file"} kind */
  async #compare(kind) {
    const files = [...this.#input.files ?? []];
    this.#input.value = "";
    const now = this.controller.training?.checkpoint;
    if (!now || (kind === "file" && files.length === 0)) return;
    setText(this.#status, this.words.say("keep.compare.reading"));
    try {
      const { weightsMoved } = await import("../../state/comparison.js");
      const other = await this.#other(kind, now, files);
      if (!other) return setText(this.#status, this.words.say("keep.compare.no_first"));
      const moved = await weightsMoved(other, now);
      this.#writing.abort();
      this.#compared = { other, now, moved };
      setText(this.#status, "");
      this.#draw();
    } catch (error) {
      setText(this.#status, "");
      this.controller.fail(failureOf(error));
    }
  }

  /**
   * @param {"first"|"arrival"|"kept"|"file"} kind
   * @param {Checkpoint} now
   * @param {readonly File[]} files
   * @returns {Promise<Other|null>}
   */
  async #other(kind, now, files) {
    const { state, controller: { keeping } } = this;
    const { firstStep, fromArrival, fromFiles, fromShelf } = await import("../../state/comparison.js");
    switch (kind) {
      case "first": return firstStep(state, now);
      case "arrival": return fromArrival(state);
      case "kept": return keeping && fromShelf(keeping, this.#entries.value);
      case "file": return fromFiles(state, files);
    }
  }

  #draw() {
    this.#language = this.words.language;
    this.#result.hidden = this.#compared === null;
    if (!this.#compared) return;
    const { words } = this;
    const { other, now, moved: { bytes, different_bytes, layers } } = this.#compared;
    setText(this.#bytes, words.say("keep.compare.bytes", {
      n: different_bytes, bytes, share: words.percent(different_bytes / Math.max(1, bytes)),
    }));
    const head = h("tr", {}, ...["layer", "numbers", "moved"].map((name) =>
      h("th", { scope: "col" }, words.say(`keep.compare.${name}`))));
    const most = Math.max(...layers.map(shareOf), Number.MIN_VALUE);
    const rows = layers.map((layer) => h("tr", { "data-share": shareOf(layer) },
      h("th", { scope: "row" }, this.#nameOf(layer.name)),
      h("td", {}, words.number(layer.numbers)),
      h("td", {}, bar(shareOf(layer) / most), words.percent(shareOf(layer)))));
    this.#table.replaceChildren(h("caption", {}, words.say("keep.compare.caption")),
      h("thead", {}, head), h("tbody", {}, ...rows));
    const names = [this.#momentOf(other), words.say("keep.compare.now", { step: now.step })];
    this.#sides.forEach((side, index) => side.clear(names[index] ?? ""));
  }

  /** @param {Other} other */
  #momentOf({ origin, step }) {
    const { words } = this;
    switch (origin?.kind) {
      case "file": return words.say("keep.compare.of_file", { file: origin.file, step });
      case "shelf": return words.say("keep.compare.of_file", { file: nameOf(origin, words), step });
      case "arrival": return words.say("keep.compare.of_arrival");
      default: return words.say("keep.compare.step", { step });
    }
  }

  /** @param {string} name  of a layer, as its weights have it */
  #nameOf(name) {
    const [, index] = name.match(/^layers\.(\d+)$/) ?? [];
    return index ? this.words.say("keep.compare.block", { n: Number(index) + 1 })
      : this.words.say(`keep.compare.of.${name}`);
  }

  async #writeBoth() {
    if (!this.#compared) return;
    this.#writing.abort();
    const { signal } = this.#writing = new AbortController();
    const { other, now } = this.#compared;
    const { state } = this;
    const { continued } = await import("../../state/comparison.js");
    const moments = [other, { checkpoint: now.blob, step: now.step }];
    try {
      for (const [index, moment] of moments.entries()) {
        const side = this.#sides[index];
        side?.begin();
        for await (const piece of continued(moment, state, signal)) side?.add(piece);
        side?.end();
      }
    } catch (error) {
      if (!signal.aborted) this.controller.fail(failureOf(error));
    }
  }
}

/** @param {import("../../../api/files.js").LayerChange} layer @returns {number} its change beside its size */
function shareOf({ change, size }) {
  return size > 0 ? change / size : 0;
}

/** What one of the two writes. */
class Side {
  #title = h("h4");
  #prompt = h("span", { class: "prompt" });
  #text = h("span");
  #written;

  /** @param {string} id */
  constructor(id) {
    this.#written = h("p", {
      class: "paper written", id: `compare-${id}`, translate: "no", dir: "auto", "data-done": "false",
    }, this.#prompt, this.#text);
    this.element = h("section", {}, this.#title, this.#written);
  }

  /** @param {string} title */
  clear(title) {
    setText(this.#title, title);
    this.begin();
  }

  begin() {
    this.#written.dataset.done = "false";
    setText(this.#prompt, "");
    setText(this.#text, "");
  }

  /** @param {{prompt: string, text: string}} piece */
  add({ prompt, text }) {
    setText(this.#prompt, prompt);
    this.#text.append(text);
  }

  end() {
    this.#written.dataset.done = "true";
  }
}
