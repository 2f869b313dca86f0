// What the model expects after a token, as bars.

import { h, setText, visible } from "./dom.js";

/** @typedef {import("../engine/protocol.js").Candidate} Candidate */

const SHOWN = 6;
/** Characters of the context that the caption repeats. */
const CONTEXT = 18;

export class CandidateList {
  #caption = h("p", { class: "candidates-caption" });
  #list = h("ol", { class: "candidates", id: "candidates" });
  element = h("div", { class: "candidates-box" }, this.#caption, this.#list);

  /**
   * @param {readonly string[]} tokens
   * @param {number} query
   * @param {readonly Candidate[]} candidates
   * @param {import("../state/words.js").Words} words
   */
  draw(tokens, query, candidates, words) {
    const context = tokens.slice(0, query + 1).join("");
    const cut = context.length > CONTEXT ? `…${context.slice(-CONTEXT)}` : context;
    setText(this.#caption, words.say("attention.candidates", { context: cut.replaceAll("\n", "↵") }));
    const really = tokens[query + 1];
    this.#list.replaceChildren(...candidates.slice(0, SHOWN).map(({ token, probability }) => {
      const bar = h("span", { class: "bar" });
      bar.style.setProperty("--share", String(probability));
      return h("li", { class: token === really ? "really" : "" },
        h("span", { class: "token" }, visible(token)), bar,
        h("span", { class: "share" }, words.percent(probability)),
        token === really ? h("span", { class: "visually-hidden" }, words.say("attention.really")) : "");
    }));
  }
}
