// Chapter "A text": the stories of the page or a text of the reader's own, and what it holds.

import { droppedFiles } from "../../state/found_files.js";
import { chosenContes, contesLanguage } from "../../state/run_settings.js";
import { unseenName, visible } from "../../parts/characters.js";
import { button, h, setAttributes, setText } from "../../parts/dom.js";
import { radioCards } from "../../parts/fields.js";
import { View } from "../../parts/view.js";
import { acceptDrops } from "./drop_zone.js";
import { OwnText } from "./own_text.js";

/** A file that only a model has: a folder of texts may hold JSON. */
const MODEL_FILE = /\.(safetensors|zip)$/i;
/** Symbols of an alphabet that are shown: enough to see what it is, where it is that of Chinese. */
const SHOWN_SYMBOLS = 300;

export class TextSource extends View {
  #cards = radioCards("text", ["contes-fr", "contes-en", "own"], (text) => this.choices.change({ text }));
  #story = h("div", { class: "story-body", id: "story", translate: "no" });
  #stories = h("article", { class: "story paper", "data-label": "text.story" }, this.#story,
    button({ id: "another-story", class: "quiet", "data-words": "text.another" }, () => this.#turnPage()));
  #own = new OwnText(this.library);
  #facts = { characters: h("dd"), words: h("dd"), symbols: h("dd") };
  #wordsName = h("dt");
  #symbols = h("p", { class: "symbols", "aria-hidden": "true", translate: "no" });
  /** Which of the stories told so far is open. */
  #page = 0;
  /** What the story and the symbols were drawn from. @type {unknown[]} */
  #drawn = [];

  build() {
    acceptDrops(this, (transfer) => this.#takeDrop(droppedFiles(transfer)));
    // The stories come when the reader nears them.
    const near = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      this.library.open();
    });
    near.observe(this.#stories);
    return [
      h("fieldset", {}, h("legend", { "data-words": "text.choose" }), this.#cards.element),
      h("div", { class: "reading-desk" }, this.#stories, this.#own.element, h("div", {},
        h("dl", { class: "facts", id: "text-facts" },
          h("div", {}, h("dt", { "data-words": "text.characters" }), this.#facts.characters),
          h("div", {}, this.#wordsName, this.#facts.words),
          h("div", {}, h("dt", { "data-words": "text.symbols" }), this.#facts.symbols)),
        h("details", {}, h("summary", { "data-words": "text.alphabet" }), this.#symbols))),
    ];
  }

  /** @param {Promise<import("../../state/found_files.js").FoundFile[]>} found  a text, or a model */
  async #takeDrop(found) {
    const names = await found.then((files) => files.map(({ path }) => path), () => []);
    // What cannot be read is told by whoever takes texts.
    if (!names.some((name) => MODEL_FILE.test(name))) return this.#own.takeFiles(found);
    const { openModel } = await import("../keep/open_model.js");
    await this.words.include("../chapters/keep/words.");
    await openModel(this, await Promise.all((await found).map(({ open }) => open())));
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update(state) {
    const { settings, source: { facts } } = state;
    this.#cards.update(settings.text, (name, part) => this.words.say(`text.${name}.${part}`));
    this.#stories.hidden = settings.text === "own";
    this.#own.update(state, this.words);
    setText(this.#facts.characters, facts ? this.words.number(facts.characters) : "–");
    setText(this.#facts.words, facts ? this.words.number(facts.words) : "–");
    setText(this.#wordsName, this.words.say(settings.text === "own" ? "text.words" : "text.different_words"));
    setText(this.#facts.symbols, facts ? this.words.number(facts.symbols.length) : "–");
    if (this.#drawn[2] !== settings.text) this.#page = 0;
    const story = chosenContes(state)?.stories[this.#page];
    if (story && this.#drawn[0] !== story) this.#drawStory(story);
    const { language } = this.words;
    if (this.#drawn[1] !== facts || this.#drawn[3] !== language) this.#drawSymbols(facts?.symbols ?? []);
    this.#drawn = [story ?? this.#drawn[0], facts, settings.text, language];
  }

  async #turnPage() {
    const language = contesLanguage(this.state);
    if (!language) return;
    // Read aloud where the reader asks for it, not as it arrives with the page.
    setAttributes(this.#story, { "aria-live": "polite" });
    const last = this.#page + 1 >= (chosenContes(this.state)?.stories.length ?? 0);
    if (last) await this.library.tell(language);
    if (this.#page + 1 < (chosenContes(this.state)?.stories.length ?? 0)) this.#page += 1;
    this.update(this.state);
  }

  /** @param {import("../../state/app_state.js").Story} story */
  #drawStory({ text }) {
    this.#stories.lang = contesLanguage(this.state) ?? "";
    const [title, ...lines] = text.split("\n");
    this.#story.replaceChildren(
      h("p", { class: "story-title" }, title),
      ...lines.map((line) => h("p", {}, line)),
    );
  }

  /** @param {readonly string[]} symbols */
  #drawSymbols(symbols) {
    this.#symbols.replaceChildren(...symbols.slice(0, SHOWN_SYMBOLS).map((symbol) =>
      h("bdi", { class: "symbol", title: unseenName(symbol, this.words) }, visible(symbol))));
  }
}
