// The same words continued again and again as the training goes on: the newest first, each stamped with its step.

import { h, setText } from "./dom.js";
import { View } from "./view.js";

export class SampleList extends View {
  #prompt = h("input", { id: "prompt-to-sample", type: "text", maxlength: 200, autocomplete: "off", spellcheck: "false", input: () => this.library.setPrompt(this.#prompt.value) });
  #empty = h("p", { class: "empty", "data-words": "samples.empty" });
  #list = h("ol", { id: "samples", class: "samples", reversed: true, "data-label": "samples.list" });
  /** How many are shown, of which history. @type {[unknown, number, string]} */
  #shown = [null, 0, ""];

  build() {
    return [
      h("div", { class: "field" },
        h("label", { for: "prompt-to-sample", "data-words": "samples.prompt" }), this.#prompt,
        h("p", { class: "help", "data-words": "samples.help" })),
      this.#empty, this.#list,
    ];
  }

  /** @param {import("./view.js").AppState} state */
  update({ history, prompt }) {
    if (document.activeElement !== this.#prompt) this.#prompt.value = prompt;
    const { samples } = history;
    this.#empty.hidden = samples.length > 0;
    const [first, count, language] = this.#shown;
    const fresh = samples[0] !== first || samples.length < count || language !== this.words.language;
    if (fresh) this.#list.replaceChildren();
    for (const sample of samples.slice(fresh ? 0 : count)) this.#list.prepend(this.#ticket(sample));
    this.#shown = [samples[0], samples.length, this.words.language];
  }

  /** @param {{step: number, prompt: string, text: string}} sample */
  #ticket({ step, prompt, text }) {
    const stamp = h("span", { class: "stamp" });
    setText(stamp, this.words.say("samples.stamp", { step }));
    return h("li", { class: "ticket", "data-step": step }, stamp,
      h("p", { class: "ticket-text" }, h("span", { class: "prompt" }, prompt), h("span", { class: "made" }, text)));
  }
}
