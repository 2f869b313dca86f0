// The reader's own text: a box to type and paste in, files and folders to read, and what was made of them.

import { openedFiles } from "../../state/found_files.js";
import { DOCUMENT_END, TextRefused, joinDocuments, splitDocuments } from "../../state/text.js";
import { button, h } from "../../parts/dom.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("../../state/found_files.js").FoundFile} FoundFile */
/** @typedef {import("../../state/words.js").Words} Words */

/**
 * Characters beyond which a text box grows slow: it shows so many, and the rest of the text stays behind it.
 */
const LARGEST_SHOWN = 100_000;
/** Characters under which a text can only be learned by heart: the smallest model reads them 75 times. */
const SHORT = 5_000;
/** Files that a note names; of the others it gives the number. */
const NAMED = 4;

export class OwnText {
  #library;
  #box = h("textarea", {
    id: "own-text", rows: 8, spellcheck: "false", translate: "no", dir: "auto",
    "data-hint": "text.hint", "aria-describedby": "own-help",
    input: () => this.#typed(),
    paste: (event) => this.#pasted(/** @type {ClipboardEvent} */ (event)),
  });
  // Any kind of file can be chosen: telephones grey out texts whose kind they do not know. What is none is
  // refused later.
  #file = h("input", {
    type: "file", id: "own-files", multiple: true, class: "visually-hidden", tabindex: -1,
    change: () => this.#opened(),
  });
  #clear = button({ class: "quiet", id: "clear-own", "data-words": "text.clear" }, () => this.#emptied());
  #back = button({ class: "quiet", id: "bring-back-own", "data-words": "text.bring_back" },
    () => this.#broughtBack());
  #notes = h("ul", { class: "note", id: "own-notes" });
  element = h("div", { class: "own-text" },
    h("label", { for: "own-text", "data-words": "text.own_label" }),
    this.#box,
    h("div", { class: "row" },
      button({ id: "open-files", "data-words": "text.open" }, () => this.#file.click()),
      this.#file, this.#clear, this.#back,
      h("span", { class: "note", id: "own-help", "data-words": "text.drop" })),
    h("div", { role: "status" }, this.#notes));
  /** What the box shows the beginning of. @type {readonly string[]} */
  #documents = [];
  /** What follows of it after the part that the box shows. */
  #rest = "";
  /** Where the caret goes when the box is filled next. */
  #caret = 0;
  /** The notes as they were drawn. */
  #drawn = "";

  /** @param {import("../../state/library.js").Library} library */
  constructor(library) {
    this.#library = library;
  }

  /**
   * @param {AppState} state
   * @param {Words} words
   */
  update(state, words) {
    const { own } = state.source;
    this.element.hidden = state.settings.text !== "own";
    this.#clear.hidden = own.documents.length === 0;
    this.#back.hidden = own.before === null;
    if (own.documents !== this.#documents) this.#fill(own.documents);
    const sentences = this.#sentences(state, words);
    if (this.#drawn === sentences.join("\n")) return;
    this.#drawn = sentences.join("\n");
    this.#notes.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }

  /** @param {readonly string[]} documents */
  #fill(documents) {
    const whole = joinDocuments(documents);
    const end = /[\ud800-\udbff]/.test(whole[LARGEST_SHOWN - 1] ?? "") ? LARGEST_SHOWN - 1 : LARGEST_SHOWN;
    this.#documents = documents;
    this.#rest = whole.slice(end);
    this.#box.value = whole.slice(0, end);
    this.#box.setSelectionRange(this.#caret, this.#caret);
    this.#caret = 0;
  }

  #typed() {
    this.#documents = this.#library.type(this.#box.value + this.#rest);
  }

  #emptied() {
    this.#library.clear();
    this.#box.focus();
  }

  #broughtBack() {
    this.#library.bringBack();
    this.#box.focus();
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const files = [...event.clipboardData?.files ?? []];
    if (pasted === "" && files.length > 0) {
      event.preventDefault();
      this.takeFiles(openedFiles(files));
      return;
    }
    const { value, selectionStart, selectionEnd } = this.#box;
    // After the last character that is shown, the reader means the end of the text.
    const atEnd = this.#rest !== "" && selectionStart === value.length;
    const isSmall = value.length + pasted.length <= LARGEST_SHOWN && !pasted.includes("\0");
    if (isSmall && !atEnd) return; // The browser inserts it, and can undo that.
    event.preventDefault();
    const before = atEnd ? value + this.#rest : value.slice(0, selectionStart);
    const after = atEnd ? "" : value.slice(selectionEnd) + this.#rest;
    this.#insert(before, pasted, after, atEnd ? "pasted_at_end" : "pasted");
  }

  /**
   * @param {string} before
   * @param {string} pasted
   * @param {string} after
   * @param {"pasted"|"pasted_at_end"} code
   */
  async #insert(before, pasted, after, code) {
    const caret = before.length + pasted.replace(/\r\n/g, "\n").length;
    await this.#library.take((own) => {
      this.#caret = caret;
      const earlier = own.notes.filter((note) => !note.code.startsWith("pasted"));
      return { documents: splitDocuments(before + pasted + after), notes: [...earlier, { code, files: [] }] };
    });
  }

  #opened() {
    const files = openedFiles(this.#file.files ?? []);
    this.#file.value = "";
    if (files.length > 0) this.takeFiles(files);
  }

  /** @param {FoundFile[]|Promise<FoundFile[]>} found */
  takeFiles(found) {
    this.#library.take(async () => {
      const { readFiles } = await import("../../state/files.js").catch(() => {
        throw new TextRefused("not_found");
      });
      return readFiles(await found);
    });
  }

  /**
   * What there is to tell of the text.
   * @param {AppState} state
   * @param {Words} words
   * @returns {string[]}
   */
  #sentences({ source: { own, facts }, info, running }, words) {
    const sentences = own.notes.map(({ code, files }) =>
      words.say(`text.note.${code}`, { n: files.length, files: listFiles(files, words) }));
    const n = own.documents.length;
    if (n > 1) sentences.push(words.say("text.documents", { n, mark: DOCUMENT_END }));
    if (this.#rest !== "") sentences.push(words.say("text.beginning", { n: LARGEST_SHOWN }));
    if (facts && facts.characters < SHORT) sentences.push(words.say("text.short"));
    const isTrainedOn = running?.source.kind === "text";
    if (isTrainedOn && info?.validation_tokens === 0) sentences.push(words.say("text.no_validation"));
    return sentences;
  }
}

/**
 * @param {readonly string[]} files
 * @param {Words} words
 */
function listFiles(files, words) {
  const more = files.length - NAMED;
  // One name too many is as long as saying so.
  if (more <= 1) return words.list(files);
  return words.list([...files.slice(0, NAMED), words.say("text.note.more", { n: more })]);
}
