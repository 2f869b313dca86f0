// What a milestone wrote: one text to read, the others folded away, and how good they are, once that is
// known.

import { h, setAttributes, setText } from "../../parts/dom.js";
import { JudgedText } from "../../parts/judged_text.js";
import { qualitySentence } from "../../parts/quality_figures.js";

/** @typedef {import("../../state/run_history.js").Sample} Sample */
/** @typedef {import("../../state/words.js").Words} Words */

export class SampleTicket {
  #words;
  #lang;
  #texts;
  #counter = h("p", { class: "counter" });
  #others;
  #list = h("ol", { class: "others", start: 2 });
  #cost = h("p", { class: "note" });
  /** What is shown. @type {Sample|null} */
  #sample = null;

  /**
   * @param {Sample} sample
   * @param {string} lang  of the texts
   * @param {Words} words
   */
  constructor(sample, lang, words) {
    this.#words = words;
    this.#lang = lang;
    this.#texts = sample.texts.map(() => new JudgedText(false));
    this.#others = h("details", { hidden: sample.texts.length < 2, toggle: () => this.#fill() },
      h("summary", {}, words.say("samples.others", { n: sample.texts.length - 1 })), this.#list, this.#cost);
    this.element = h("li", { class: "ticket", "data-step": sample.step },
      h("span", { class: "stamp" }, words.say("samples.stamp", { step: sample.step })),
      h("div", { class: "ticket-body" }, ...this.#shown(0), this.#counter, this.#others));
    this.update(sample);
  }

  /** @param {Sample} sample  the same as before, judged or not */
  update(sample) {
    if (sample === this.#sample) return;
    this.#sample = sample;
    const { prompt, texts, judgements, quality, ms } = sample;
    texts.forEach(({ text, ended }, index) => {
      const judgement = judgements?.[index] ?? null;
      this.#texts[index].update({ prompt, text, ended, judgement }, this.#words);
    });
    setText(this.#counter, quality ? qualitySentence(quality, this.#words) : "");
    const whole = quality?.kind === "tales" ? quality.whole : null;
    setAttributes(this.element, { "data-whole": whole });
    setText(this.#cost, this.#words.say("samples.cost", {
      n: texts.length, seconds: this.#words.number(ms / 1000, { maximumSignificantDigits: 2 }),
    }));
  }

  /** @param {number} index  of the text @returns {Node[]} it and its note */
  #shown(index) {
    const { parts, note } = this.#texts[index];
    const text = h("p", { class: "ticket-text", lang: this.#lang, dir: "auto", translate: "no" }, ...parts);
    return [text, note];
  }

  /** The other texts are put there when they are wanted first. */
  #fill() {
    if (this.#list.hasChildNodes()) return;
    this.#list.append(...this.#texts.slice(1).map((_, index) => h("li", {}, ...this.#shown(index + 1))));
  }
}
