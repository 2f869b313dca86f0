// Chapter "Numbers": a sentence as the model gets it, letter by letter and in pieces of words.

import { fittingNote } from "../../parts/characters.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { languageOfText } from "../../parts/text_language.js";
import { tokens } from "./chapter_tokens.js";
import { drawTiles } from "./tiles.js";
import { TokensView, waitingSentence } from "./tokens_view.js";

/** @typedef {import("./chapter_tokens.js").TokensState} TokensState */
/** @typedef {import("../../../api/tokenizer.js").TextToken} TextToken */

export class TokenChips extends TokensView {
  #text = h("input", {
    id: "tokens-text", type: "text", maxlength: 160, autocomplete: "off", spellcheck: "false",
    translate: "no", dir: "auto", "aria-describedby": "tokens-hint",
    input: () => tokens.setText(this.#text.value),
  });
  #ways = { pieces: new Way("pieces"), letters: new Way("letters") };
  #both = h("p", { class: "takeaway", id: "tokens-both", role: "status" });
  #fitted = h("p", { class: "note", id: "tokens-fitted" });
  /** What is drawn. @type {[TokensState["cut"], string]} */
  #drawn = [null, ""];

  build() {
    return [
      h("div", { class: "field" }, h("label", { for: "tokens-text", "data-words": "tokens.text" }),
        this.#text, h("p", { class: "help", id: "tokens-hint", "data-words": "tokens.hint" })),
      this.#ways.pieces.element, this.#ways.letters.element, this.#both, this.#fitted,
      h("details", {}, h("summary", { "data-words": "tokens.more" }),
        h("p", { class: "prose", "data-words": "tokens.more_bytes" }),
        h("p", { class: "prose", "data-words": "tokens.more_why" })),
    ];
  }

  /** @param {TokensState} state */
  draw(state) {
    const { words } = this;
    const { text, cut, kind, isOfModel, status } = state;
    if (document.activeElement !== this.#text) this.#text.value = text;
    setAttributes(this.#text, { lang: languageOfText(this.state) });
    const { pieces, letters } = this.#ways;
    const isRead = (/** @type {"chars"|"bpe"} */ other) => kind === other && status !== "refused";
    pieces.title(words, isRead("bpe"), isOfModel);
    letters.title(words, isRead("chars"), isOfModel);
    const waiting = waitingSentence(state, words);
    pieces.wait(cut?.pieces ? "" : waiting);
    letters.wait(cut ? "" : waiting);
    if (this.#drawn[0] === cut && this.#drawn[1] === words.language) return;
    this.#drawn = [cut, words.language];
    pieces.draw(cut?.pieces ?? [], words);
    letters.draw(cut?.letters ?? [], words);
    const n = cut?.letters.length ?? 0;
    const fewer = cut?.pieces?.length ?? 0;
    setText(this.#both, n > 0 && fewer > 0 ? words.say("tokens.both", { fewer, n }) : "");
    setText(this.#fitted, fittingNote(cut?.replaced ?? [], words));
  }
}

/** One way to cut the text. */
class Way {
  #name;
  #count = h("span", { class: "way-count" });
  #badge = h("span", { class: "way-badge" });
  #heading = h("span", { class: "way-name" });
  #tiles = h("ol", { class: "tiles", translate: "no" });
  #waiting = h("p", { class: "note" });

  /** @param {"pieces"|"letters"} name */
  constructor(name) {
    this.#name = name;
    this.#tiles.id = `tokens-${name}`;
    this.element = h("figure", { class: "way" },
      h("figcaption", { class: "row" }, this.#heading, this.#count, this.#badge), this.#tiles, this.#waiting);
  }

  /**
   * @param {import("../../state/words.js").Words} words
   * @param {boolean} isRead  whether the model reads, or would read, the text so
   * @param {boolean} isOfModel  whether there is a model
   */
  title(words, isRead, isOfModel) {
    setText(this.#heading, words.say(`tokens.${this.#name}`));
    setText(this.#badge, isRead ? words.say(isOfModel ? "tokens.read" : "tokens.will_read") : "");
    this.element.dataset.read = String(isRead);
  }

  /** @param {string} sentence  in place of the tiles; none where they are there */
  wait(sentence) {
    setText(this.#waiting, sentence);
  }

  /**
   * @param {readonly TextToken[]} cut
   * @param {import("../../state/words.js").Words} words
   */
  draw(cut, words) {
    setText(this.#count, cut.length > 0 ? words.say("tokens.count", { n: cut.length }) : "");
    this.#tiles.replaceChildren(...drawTiles(cut, words));
  }
}
