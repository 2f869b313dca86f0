// What a model wrote, and the other ways that its text could have gone: the beginning that they share once,
// then each way beside the others. Beside them, how the token that the reader has chosen came; below, what
// was copied.

import { canBeAsked, textsOf } from "../../state/app_state.js";
import { talesLanguage } from "../../state/run_settings.js";
import { modelStep } from "../../state/run_history.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { tellVerdict } from "../../parts/judged_text.js";
import { languageOfModel } from "../../parts/text_language.js";
import { MOST_PATHS, closePath, findCopies, takePath } from "./paths.js";
import { TokenPanel } from "./token_panel.js";
import { TokenText } from "./token_text.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/app_state.js").Writing} Writing */
/** @typedef {import("../../state/words.js").Words} Words */
/** @typedef {import("../../parts/view.js").App} App */
/** @typedef {ReturnType<WrittenTexts["makeCard"]>} Card  one of several ways */

export class WrittenTexts {
  #words;
  #app;
  #shared = new TokenText((index) => this.#open(this.#texts[0]?.id ?? 0, index));
  #written = h("output", {
    id: "written", class: "paper written", for: "prompt", "aria-live": "off", translate: "no", dir: "auto",
  }, ...this.#shared.parts);
  /** Of the first text, where it is alone. */
  note = h("p", { class: "verdict" });
  #paths = h("div", { class: "paths", id: "paths" });
  #invite = h("p", { class: "note", id: "token-invite" });
  #find = button({ id: "find-copies", "data-words": "copies.find" }, () => findCopies(this.#app));
  #found = h("p", { class: "copies-found", id: "copies-found", role: "status" });
  #searched = h("p", { class: "note" });
  #copies = h("div", { class: "copies" }, this.#find, this.#found, this.#searched);
  #panel;
  /** @type {readonly Writing[]} */
  #texts = [];
  /** By the id of its text. @type {Map<number, Card>} */
  #cards = new Map();
  /** The token that is explained. @type {{id: number, index: number}|null} */
  #opened = null;
  /** @type {AppState|null} */
  #state = null;
  element;

  /** @param {App} app */
  constructor(app) {
    const { words } = app;
    this.#words = words;
    this.#app = app;
    this.#panel = new TokenPanel(words, (drawing, first) => {
      const opened = this.#opened;
      if (!opened) return;
      const { temperature, topK, topP } = drawing;
      const seed = Math.floor(Math.random() * 2 ** 32);
      takePath(app, { ...opened, first, drawing: { temperature, topK, topP, seed } });
    }, () => this.#close());
    this.element = h("div", { class: "desk" },
      h("div", { class: "desk-texts" }, this.#written, this.note, this.#invite, this.#paths, this.#copies),
      this.#panel.element);
  }

  /** @param {AppState} state */
  update(state) {
    this.#state = state;
    this.#texts = textsOf(state);
    const [first] = this.#texts;
    this.element.hidden = !first || state.meeting !== null;
    if (!first || state.meeting) return;
    const opened = this.#texts.find(({ id }) => id === this.#opened?.id);
    if (!opened || !opened.tokens[this.#opened?.index ?? 0]) this.#opened = null;
    const busy = this.#texts.some(({ done }) => !done);
    const isAlone = this.#texts.length === 1;
    const shared = isAlone ? first.tokens.length : sharedTokens(this.#texts);
    setAttributes(this.#written, {
      "aria-busy": String(busy && isAlone), "data-done": String(!busy), lang: languageOfModel(state),
    });
    this.#shared.update(first, { from: 0, to: shared }, this.#openedOf(first), this.#words);
    this.note.hidden = !isAlone;
    tellVerdict(this.note, first, this.#words);
    this.note.hidden ||= this.note.textContent === "";
    this.#updatePaths(shared, isAlone);
    const hasTokens = this.#texts.some(({ tokens }) => tokens.length > 0);
    setText(this.#invite, hasTokens && !this.#opened ? this.#words.say("token.invite") : "");
    this.#updateCopies(state);
    this.#updatePanel(state);
  }

  /**
   * @param {number} shared   tokens of the beginning that all share
   * @param {boolean} isAlone  whether there is one text only, which has no card
   */
  #updatePaths(shared, isAlone) {
    this.#paths.hidden = isAlone;
    const texts = isAlone ? [] : this.#texts;
    for (const [id, card] of this.#cards) {
      if (texts.some((text) => text.id === id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    texts.forEach((text, number) => {
      let card = this.#cards.get(text.id);
      if (!card) {
        card = this.makeCard(text.id);
        this.#cards.set(text.id, card);
        this.#paths.append(card.element);
      }
      const { heading, written, note, close } = card;
      setText(heading, this.#words.say("paths.path", { number: number + 1, step: text.step }));
      setAttributes(close, { "aria-label": this.#words.say("paths.close", { number: number + 1 }) });
      setAttributes(written, {
        "aria-busy": String(!text.done), "data-done": String(text.done),
        lang: this.#state && languageOfModel(this.#state),
      });
      card.text.update(text, { from: shared, to: text.tokens.length }, this.#openedOf(text), this.#words);
      tellVerdict(note, text, this.#words);
      note.hidden = note.textContent === "";
    });
  }

  /** @param {number} id  of its text */
  makeCard(id) {
    const text = new TokenText((index) => this.#open(id, index));
    const heading = h("h3");
    const close = button({ class: "quiet close" }, () => closePath(this.#app, id),
      h("span", { "aria-hidden": "true" }, "×"));
    const written = h("p", { class: "written path-text", translate: "no", dir: "auto" }, ...text.parts);
    const note = h("p", { class: "verdict" });
    const head = h("div", { class: "panel-head" }, heading, close);
    const element = h("section", { class: "path paper" }, head, written, note);
    return { text, heading, close, written, note, element };
  }

  /** @param {AppState} state */
  #updateCopies(state) {
    const searched = this.#texts.flatMap((text) => (text.copies ? [{ text, copies: text.copies }] : []));
    this.#copies.hidden = this.#texts.every(({ text }) => text === "");
    setInUse(this.#find, canBeAsked(state) && this.#texts.every(({ done }) => done));
    const tales = state.running !== null && talesLanguage(state.running.source) !== null;
    const [found, how] = searched.length > 0 ? this.#copiesFound(searched, tales) : ["", ""];
    setText(this.#found, found);
    setText(this.#searched, how);
  }

  /**
   * @param {readonly {text: Writing, copies: NonNullable<Writing["copies"]>}[]} searched  one text at least
   * @param {boolean} tales  whether the model learns tales
   * @returns {[found: string, how: string]}
   */
  #copiesFound(searched, tales) {
    const [{ copies: { at_least, searched: characters, unread } }] = searched;
    if (characters === 0) return [this.#words.say("copies.no_text"), ""];
    const shares = searched.map(({ text }) => this.#words.percent(copiedShare(text)));
    const found = this.#words.say("copies.share", { share: this.#words.list(shares) });
    const how = this.#words.say("copies.limit", { characters: at_least, searched: characters });
    const share = this.#words.percent(unread ?? 0);
    return [
      unread === null ? found : `${found} ${this.#words.say("copies.unread", { share })}`,
      tales ? `${how} ${this.#words.say("copies.tales")}` : how,
    ];
  }

  /** @param {AppState} state */
  #updatePanel(state) {
    const opened = this.#opened;
    const text = this.#texts.find(({ id }) => id === opened?.id);
    this.#panel.element.hidden = !opened || !text;
    this.element.classList.toggle("opened", Boolean(opened && text));
    if (!opened || !text) return;
    const step = modelStep(state.history);
    const when = text.step === step ? null : this.#words.say("token.when", { step: text.step });
    const isFull = this.#texts.length >= MOST_PATHS || !canBeAsked(state);
    this.#panel.update(text, opened.index, { isFull, when, lang: languageOfModel(state) });
  }

  /** @param {Writing} text @returns {number|null} the number of its token that is explained */
  #openedOf({ id }) {
    return this.#opened?.id === id ? this.#opened.index : null;
  }

  /**
   * @param {number} id
   * @param {number} index
   */
  #open(id, index) {
    this.#opened = { id, index };
    if (this.#state) this.update(this.#state);
  }

  #close() {
    const opened = this.#opened;
    this.#opened = null;
    if (!this.#state || !opened) return;
    this.update(this.#state);
    const text = this.#cards.get(opened.id)?.text ?? this.#shared;
    text.focus(opened.index);
  }
}

/** @param {readonly Writing[]} texts @returns {number} tokens of the beginning that all of them have */
function sharedTokens([first, ...others]) {
  const differs = first.tokens.findIndex(({ id }, index) => (
    others.some(({ tokens, fork }) => tokens[index]?.id !== id || fork === index)));
  return differs < 0 ? first.tokens.length : differs;
}

/** @param {Writing} text @returns {number} the share of what the model wrote that is copied */
function copiedShare({ prompt, text, copies }) {
  const written = (/** @type {number} */ unit) => Math.max(0, unit - prompt.length);
  const copied = (copies?.copies ?? []).reduce((sum, { range }) => (
    sum + written(range.end) - written(range.start)), 0);
  return copied / Math.max(1, text.length);
}
