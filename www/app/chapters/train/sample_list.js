// The same words continued again and again as the training goes on: the newest first, each ticket stamped
// with its step.

import { isolate, listCharacters } from "../../parts/characters.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";
import { SampleTicket } from "./sample_ticket.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/run_history.js").Sample} Sample */

export class SampleList extends View {
  /** Of several lines, as in the chapter "Write": the line of a title ends. */
  #prompt = h("textarea", {
    id: "prompt-to-sample", rows: 2, maxlength: 2000, spellcheck: "false", translate: "no", dir: "auto",
    "aria-describedby": "prompt-to-sample-help",
    input: () => this.library.setPrompt(this.#prompt.value),
  });
  /** What the reader's own prompt gave way to. */
  #instead = h("p", { class: "note", id: "prompt-instead" });
  #empty = h("p", { class: "empty", "data-words": "samples.empty" });
  #list = h("ol", { id: "samples", class: "samples", reversed: true, "data-label": "samples.list" });
  /** One a sample, the oldest first. @type {{texts: Sample["texts"], ticket: SampleTicket}[]} */
  #tickets = [];
  /** What the tickets were made from, and the language of the page then. */
  #shown = /** @type {readonly Sample[]|null} */ (null);
  #language = "";

  build() {
    // A list that scrolls is scrolled by keyboard only where it can have the focus.
    new ResizeObserver(() => this.#letScroll()).observe(this.#list);
    return [
      h("div", { class: "field" },
        h("label", { for: "prompt-to-sample", "data-words": "samples.prompt" }), this.#prompt,
        h("p", { class: "help", id: "prompt-to-sample-help", "data-words": "samples.help" })),
      this.#instead, this.#empty, this.#list,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { history: { samples }, prompt } = state;
    if (document.activeElement !== this.#prompt) this.#prompt.value = prompt;
    setAttributes(this.#prompt, { lang: languageOfText(state) });
    this.#sayInstead(samples.at(-1));
    this.#empty.hidden = samples.length > 0;
    if (this.#shown === samples && this.#language === this.words.language) return;
    // What another training wrote, or was said in another language, goes.
    const goesOn = this.#language === this.words.language && this.#tickets.length <= samples.length
      && this.#tickets.every(({ texts }, index) => texts === samples[index].texts);
    if (!goesOn) this.#tickets = [];
    if (!goesOn) this.#list.replaceChildren();
    this.#tickets.forEach(({ ticket }, index) => ticket.update(samples[index]));
    for (const sample of samples.slice(this.#tickets.length)) {
      const ticket = new SampleTicket(sample, languageOfModel(state), this.words);
      this.#tickets.push({ texts: sample.texts, ticket });
      this.#list.prepend(ticket.element);
    }
    this.#shown = samples;
    this.#language = this.words.language;
    this.#letScroll();
  }

  /** @param {Sample|undefined} sample  the newest */
  #sayInstead(sample) {
    const { unreadable = null, prompt = "" } = sample ?? {};
    this.#instead.hidden = unreadable === null;
    if (!unreadable) return;
    const key = unreadable.length > 0 ? "samples.unknown" : "samples.no_beginning";
    const characters = listCharacters(unreadable, this.words);
    setText(this.#instead, this.words.say(key, { characters, prompt: isolate(prompt) }));
  }

  #letScroll() {
    const scrolls = this.#list.scrollHeight > this.#list.clientHeight + 1;
    setAttributes(this.#list, { tabindex: scrolls ? 0 : null });
  }
}
