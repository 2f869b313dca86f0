// The same words continued again and again as the training goes on: the newest first, each stamped with its
// step.

import { h, setAttributes } from "../../parts/dom.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {AppState["history"]["samples"][number]} Sample */

export class SampleList extends View {
  #prompt = h("input", {
    id: "prompt-to-sample", type: "text", maxlength: 200, autocomplete: "off", spellcheck: "false",
    translate: "no", dir: "auto", "aria-describedby": "prompt-to-sample-help",
    input: () => this.library.setPrompt(this.#prompt.value),
  });
  #empty = h("p", { class: "empty", "data-words": "samples.empty" });
  #list = h("ol", { id: "samples", class: "samples", reversed: true, "data-label": "samples.list" });
  /**
   * The first sample shown, how many are, and in which language of the page.
   * @type {[unknown, number, string]}
   */
  #shown = [null, 0, ""];

  build() {
    // A list that scrolls is scrolled by keyboard only where it can have the focus.
    new ResizeObserver(() => this.#letScroll()).observe(this.#list);
    return [
      h("div", { class: "field" },
        h("label", { for: "prompt-to-sample", "data-words": "samples.prompt" }), this.#prompt,
        h("p", { class: "help", id: "prompt-to-sample-help", "data-words": "samples.help" })),
      this.#empty, this.#list,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history: { samples }, prompt } = state;
    if (document.activeElement !== this.#prompt) this.#prompt.value = prompt;
    setAttributes(this.#prompt, { lang: languageOfText(state) });
    this.#empty.hidden = samples.length > 0;
    const [first, count, language] = this.#shown;
    if (first === samples[0] && count === samples.length && language === this.words.language) return;
    const fresh = samples[0] !== first || samples.length < count || language !== this.words.language;
    if (fresh) this.#list.replaceChildren();
    const lang = languageOfModel(state);
    for (const sample of samples.slice(fresh ? 0 : count)) this.#list.prepend(this.#ticket(sample, lang));
    this.#shown = [samples[0], samples.length, this.words.language];
    this.#letScroll();
  }

  #letScroll() {
    const scrolls = this.#list.scrollHeight > this.#list.clientHeight + 1;
    setAttributes(this.#list, { tabindex: scrolls ? 0 : null });
  }

  /**
   * @param {Sample} sample
   * @param {string} lang  of the text
   */
  #ticket({ step, prompt, text }, lang) {
    return h("li", { class: "ticket", "data-step": step },
      h("span", { class: "stamp" }, this.words.say("samples.stamp", { step })),
      h("p", { class: "ticket-text", lang, dir: "auto", translate: "no" },
        h("span", { class: "prompt" }, prompt), h("span", { class: "made" }, text)));
  }
}
