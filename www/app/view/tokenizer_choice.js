// How the text is cut into tokens, with the reader's prompt cut before their eyes where the page can do it.

import { h, setText, visible } from "./dom.js";
import { SettingField, radioCards } from "./fields.js";
import { View } from "./view.js";

export class TokenizerChoice extends View {
  #cards = radioCards("tokenizer", ["chars", "bpe"], (tokenizer) => this.controller.change({ tokenizer }));
  #size = new SettingField("vocab_size");
  #caption = h("p", { class: "note" });
  #tiles = h("ol", { class: "tiles", id: "token-tiles" });
  #drawn = "";

  build() {
    return [
      h("fieldset", {}, h("legend", { "data-words": "tokenizer.choose" }), this.#cards.element),
      this.#size.element,
      h("figure", { class: "cut" }, this.#tiles, h("figcaption", {}, this.#caption)),
    ];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    const { settings, source, look, seen, running } = state;
    this.#cards.update(settings.tokenizer, (name, part) => this.words.say(`tokenizer.${name}.${part}`));
    this.#size.element.hidden = settings.tokenizer !== "bpe";
    this.#size.update(state);
    // Pieces of words are found by the engine: they can be shown once it has cut this text.
    const known = running?.tokenizer.kind === settings.tokenizer && seen;
    const tokens = settings.tokenizer === "chars" ? [...look] : known ? seen.inspection.tokens : [];
    setText(this.#caption, this.words.say(tokens.length > 0 ? `tokenizer.${settings.tokenizer}.shown` : "tokenizer.bpe.later", { n: tokens.length }));
    const numbers = settings.tokenizer === "chars" ? tokens.map((token) => source.facts?.symbols.indexOf(token) ?? -1) : [];
    const drawn = JSON.stringify([tokens, numbers]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#tiles.replaceChildren(...tokens.map((token, index) => h("li", { class: `tile tone-${index % 5}` },
      h("span", { class: "tile-text" }, visible(token)),
      numbers[index] >= 0 ? h("span", { class: "tile-number" }, String(numbers[index])) : "")));
  }
}
