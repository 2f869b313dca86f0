// How the text is cut into tokens, with the reader's prompt cut before their eyes where the page can do it.

import { automaticTokenizer } from "../../state/settings.js";
import { textSize } from "../../state/app_state.js";
import { SPECIAL_TOKENS } from "../../state/run_settings.js";
import { button, h, setText } from "../../parts/dom.js";
import { SettingField, radioCards } from "../../parts/fields.js";
import { tokenLabel } from "../../parts/token_label.js";
import { View } from "../../parts/view.js";

/** Colours that tiles take in turn. */
const TONES = 5;

export class TokenizerChoice extends View {
  #cards = radioCards("tokenizer", ["chars", "bpe"], (tokenizer) => this.choices.change({ tokenizer }));
  #reason = h("span", { id: "tokenizer-reason" });
  #automatic = button({ id: "tokenizer-automatic", class: "quiet", "data-words": "tokenizer.let_choose" },
    () => this.choices.chooseTokenizer());
  #size = new SettingField("vocab_size", (change) => this.choices.change(change));
  #fewer = h("p", { class: "note", id: "fewer-tokens" });
  #caption = h("p", { class: "note" });
  #tiles = h("ol", { class: "tiles", id: "token-tiles", translate: "no" });
  #drawn = "";

  build() {
    return [
      h("fieldset", {}, h("legend", { "data-words": "tokenizer.choose" }), this.#cards.element),
      h("p", { class: "note row" }, this.#reason, this.#automatic),
      this.#size.element,
      this.#fewer,
      h("figure", { class: "cut" }, this.#tiles, h("figcaption", {}, this.#caption)),
    ];
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update(state) {
    const { settings, given, source, look, seen, running, info } = state;
    this.#cards.update(settings.tokenizer, (name, part) => this.words.say(`tokenizer.${name}.${part}`));
    const isOwn = given.tokenizer !== undefined;
    const { reason } = automaticTokenizer(settings, textSize(source));
    setText(this.#reason, this.words.say(isOwn ? "tokenizer.own" : `tokenizer.reason.${reason}`));
    this.#automatic.hidden = !isOwn;
    this.#size.element.hidden = settings.tokenizer !== "bpe";
    this.#size.update(settings, this.words);
    const isSame = running?.tokenizer.kind === settings.tokenizer;
    const asked = isSame && running.tokenizer.kind === "bpe" ? running.tokenizer.vocab_size : 0;
    const isFewer = info !== null && info.vocab_size < asked;
    setText(this.#fewer, isFewer ? this.words.say("tokenizer.bpe.fewer", { n: info.vocab_size }) : "");
    // Pieces of words are found by the engine: they can be shown once it has cut this text.
    const known = running?.tokenizer.kind === settings.tokenizer && seen;
    const tokens = settings.tokenizer === "chars" ? [...look] : known ? seen.inspection.tokens : [];
    const caption = tokens.length > 0 ? `tokenizer.${settings.tokenizer}.shown` : "tokenizer.bpe.later";
    setText(this.#caption, this.words.say(caption, { n: tokens.length }));
    const symbols = settings.tokenizer === "chars" ? source.facts?.symbols ?? [] : [];
    this.#draw(tokens, tokens.map((token) => symbols.indexOf(token)));
  }

  /**
   * @param {readonly string[]} tokens
   * @param {readonly number[]} places  of each among the symbols of the text; -1 where its number is not
   *   known
   */
  #draw(tokens, places) {
    // Some tokens have names.
    const drawn = JSON.stringify([tokens, places, this.words.language]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#tiles.replaceChildren(...tokens.map((token, index) => {
      const number = places[index] >= 0 ? String(places[index] + SPECIAL_TOKENS) : "";
      return h("li", { class: `tile tone-${index % TONES}` },
        h("span", { class: "tile-text" }, tokenLabel(token, this.words)),
        number === "" ? "" : h("span", { class: "tile-number" }, number));
    }));
  }
}
