// Chapter "A text": the stories of the page or a text of the reader's own, and what it holds.

import { chosenContes, contesLanguage } from "../state/run_settings.js";
import { readFiles } from "../state/text.js";
import { button, h, setText } from "./dom.js";
import { radioCards } from "./fields.js";
import { View } from "./view.js";

/** Beyond this a text box grows slow: it then shows the beginning, and cannot be edited. */
const LARGEST_EDITED = 100_000;

export class TextSource extends View {
  #cards = radioCards("text", ["contes-fr", "contes-en", "own"], (text) => this.controller.change({ text }));
  #story = h("div", { class: "story-body", id: "story", "aria-live": "polite" });
  #stories = h("article", { class: "story paper", "data-label": "text.story" }, this.#story,
    button({ id: "another-story", class: "quiet", "data-words": "text.another" }, () => this.#turnPage()));
  #box = h("textarea", {
    id: "own-text", rows: 8, spellcheck: "false", "data-hint": "text.hint", "aria-describedby": "own-help",
    input: () => this.#typed(), paste: (event) => this.#pasted(/** @type {ClipboardEvent} */ (event)),
  });
  #file = h("input", { type: "file", id: "own-files", multiple: true, accept: ".txt,.md,.text,text/plain,text/markdown", class: "visually-hidden", tabindex: -1, change: () => this.#opened() });
  #clear = button({ class: "quiet", id: "clear-own", "data-words": "text.clear" }, () => this.#emptied());
  #files = h("p", { class: "note", id: "own-file-names" });
  #own = h("div", { class: "own" },
    h("label", { for: "own-text", "data-words": "text.own_label" }),
    this.#box,
    h("div", { class: "row" },
      button({ id: "open-files", "data-words": "text.open" }, () => this.#file.click()),
      this.#file,
      this.#clear,
      h("span", { class: "note", id: "own-help", "data-words": "text.drop" })),
    this.#files);
  #facts = { characters: h("dd"), words: h("dd"), symbols: h("dd") };
  #wordsName = h("dt");
  #symbols = h("p", { class: "symbols", "aria-hidden": "true" });
  /** Which of the stories told so far is open. */
  #page = 0;
  /** What the story and the symbols were drawn from. @type {unknown[]} */
  #drawn = [];
  #typing = 0;

  build() {
    // Anywhere on the page: a file dropped beside the box would otherwise open in place of it, and end the training.
    document.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.classList.add("dropping");
    });
    document.addEventListener("dragleave", (event) => this.classList.toggle("dropping", event.relatedTarget !== null && carriesFiles(event)));
    document.addEventListener("drop", (event) => this.#dropped(event));
    return [
      h("fieldset", {}, h("legend", { "data-words": "text.choose" }), this.#cards.element),
      h("div", { class: "reading-desk" }, this.#stories, this.#own, h("div", {},
        h("dl", { class: "facts", id: "text-facts" },
          h("div", {}, h("dt", { "data-words": "text.characters" }), this.#facts.characters),
          h("div", {}, this.#wordsName, this.#facts.words),
          h("div", {}, h("dt", { "data-words": "text.symbols" }), this.#facts.symbols)),
        h("details", {}, h("summary", { "data-words": "text.alphabet" }), this.#symbols))),
    ];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    const { settings, source } = state;
    this.#cards.update(settings.text, (name, part) => this.words.say(`text.${name}.${part}`));
    this.#stories.hidden = settings.text === "own";
    this.#own.hidden = settings.text !== "own";
    this.#clear.hidden = source.own.text === "";
    const facts = source.facts;
    setText(this.#facts.characters, facts ? this.words.number(facts.characters) : "–");
    setText(this.#facts.words, facts ? this.words.number(facts.words) : "–");
    setText(this.#wordsName, this.words.say(settings.text === "own" ? "text.words" : "text.different_words"));
    setText(this.#facts.symbols, facts ? this.words.number(facts.symbols.length) : "–");
    setText(this.#files, source.own.files === "" ? "" : this.words.say("text.files", { files: source.own.files })
      + (this.#box.readOnly ? ` ${this.words.say("text.beginning", { n: LARGEST_EDITED })}` : ""));
    if (this.#drawn[2] !== settings.text) this.#page = 0;
    const story = chosenContes(state)?.stories[this.#page];
    if (story && this.#drawn[0] !== story) this.#drawStory(story);
    if (this.#drawn[1] !== facts) {
      // The whole Chinese dictionary would be of no use here: the first few hundred show what an alphabet is.
      this.#symbols.replaceChildren(...(facts?.symbols ?? []).slice(0, 300).map((symbol) => h("span", { class: "symbol" }, { " ": "␣", "\n": "↵", "\t": "⇥" }[symbol] ?? symbol)));
    }
    this.#drawn = [story ?? this.#drawn[0], facts, settings.text];
  }

  async #turnPage() {
    const language = contesLanguage(this.state);
    if (!language) return;
    const last = this.#page + 1 >= (chosenContes(this.state)?.stories.length ?? 0);
    if (last) await this.library.tell(language);
    if (this.#page + 1 < (chosenContes(this.state)?.stories.length ?? 0)) this.#page += 1;
    this.update(this.state);
  }

  /** @param {import("../state/app_state.js").Story} story */
  #drawStory({ text }) {
    this.#stories.lang = contesLanguage(this.state) ?? "";
    this.#story.replaceChildren(...text.split("\n").map((line) => h("p", {}, line)));
  }

  #typed() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.library.type(this.#box.value), 300);
  }

  #emptied() {
    this.#box.readOnly = false;
    this.#box.value = "";
    this.#box.focus();
    this.library.type("");
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length > LARGEST_EDITED || text.includes("\0")) {
      event.preventDefault();
      this.#take(() => text, this.words.say("text.pasted"));
    }
  }

  #opened() {
    const files = [...(this.#file.files ?? [])];
    this.#file.value = "";
    this.#takeFiles(files);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    this.classList.remove("dropping");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    this.#takeFiles([...(event.dataTransfer?.files ?? [])]);
  }

  /** @param {File[]} files */
  #takeFiles(files) {
    if (files.length === 0) return;
    const sorted = files.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    this.#take(() => readFiles(sorted), sorted.map((file) => file.name).join(", "));
  }

  /**
   * @param {() => string|Promise<string>} read
   * @param {string} name
   */
  async #take(read, name) {
    if (!await this.library.take(read, name)) return;
    const { text } = this.state.source.own;
    this.#box.readOnly = text.length > LARGEST_EDITED;
    this.#box.value = text.slice(0, LARGEST_EDITED);
  }
}

/** @param {DragEvent} event */
function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}
