// What the model expects after a token, as bars.

import { barRow } from "./bars.js";
import { isolate } from "./characters.js";
import { h, setAttributes, setText } from "./dom.js";
import { tokenLabel } from "./token_label.js";

/** @typedef {import("../../api/messages.js").Candidate} Candidate */

const SHOWN = 6;
/** Characters of the context that the caption repeats. */
const CONTEXT = 18;

export class CandidateList {
  #caption = h("p", { class: "candidates-caption" });
  #list = h("ol", { class: "candidates", id: "candidates" });
  element = h("div", { class: "candidates-box", translate: "no" }, this.#caption, this.#list);

  /** @param {string} lang  of the tokens */
  setLanguage(lang) {
    setAttributes(this.#list, { lang });
  }

  /**
   * @param {readonly string[]} tokens
   * @param {number} query
   * @param {readonly Candidate[]} candidates
   * @param {import("../state/words.js").Words} words
   */
  draw(tokens, query, candidates, words) {
    const context = tokens.slice(0, query + 1).join("");
    const cut = context.length > CONTEXT ? `…${context.slice(-CONTEXT)}` : context;
    const shown = isolate(cut.replaceAll("\n", "↵"));
    setText(this.#caption, words.say("attention.candidates", { context: shown }));
    const really = tokens[query + 1];
    this.#list.replaceChildren(...candidates.slice(0, SHOWN).map(({ token, probability }) => (
      barRow({ class: token === really ? "really" : "" },
        h("span", { class: "token" }, tokenLabel(token, words)), probability, words.percent(probability),
        token === really ? h("span", { class: "visually-hidden" }, words.say("attention.really")) : ""))));
  }
}
