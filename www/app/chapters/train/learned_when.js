// When did it learn this? A passage, asked of the model of every snapshot: which of its tokens were learned
// at which step, and which kinds of tokens came first.

import { EngineFailure } from "../../../api/failure.js";
import { isolate, visible } from "../../parts/characters.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { failureSentence } from "../../parts/failure_sentence.js";
import { languageOfModel } from "../../parts/text_language.js";
import { dark } from "../../parts/theme.js";
import { spokenToken } from "../../parts/token_label.js";
import { View } from "../../parts/view.js";
import { colourOfStep, inkOnStep, LitPassage } from "./lit_passage.js";
import { orderOf, stepsOfLearning } from "./learning_order.js";
import { Replay } from "./replay.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/snapshots.js").Snapshot} Snapshot */
/** @typedef {import("./learning_order.js").Curve} Curve */

/**
 * What the snapshots say of a passage.
 * @typedef {object} Answer
 * @property {readonly string[]} tokens
 * @property {readonly Curve[]} curves
 * @property {readonly (number|null)[]} learned  steps, one a token
 */

/** Characters of a passage, at most: some two hundred tokens, fifty times. */
const LONGEST = 600;
/** With fewer there is no before and after. */
const FEW_SNAPSHOTS = 2;
/** Colours that the legend shows. */
const SWATCHES = 6;
const MEGABYTE = 1e6;

export class LearnedWhen extends View {
  #text = h("textarea", {
    id: "learned-text", rows: 4, maxlength: LONGEST, spellcheck: "false", translate: "no", dir: "auto",
    input: () => { this.#isOurs = false; },
  });
  #show = button({ id: "learned-show", class: "primary", "data-words": "learned.show" }, () => this.#ask());
  #other = button({ id: "learned-other", class: "quiet", "data-words": "learned.other" },
    () => this.#offer());
  #empty = h("p", { class: "empty", "data-words": "learned.empty" });
  #progress = h("progress", { class: "learned-progress", "data-label": "learned.asking", hidden: true });
  #status = h("p", { class: "note learned-status", id: "learned-status", role: "status" });
  #passage = new LitPassage((index) => this.#describe(index));
  #replay = new Replay(() => this.words, (step) => this.#passage.light(step));
  #value = h("p", { class: "learned-value", id: "learned-value", translate: "no" });
  #order = h("p", { class: "learned-order", id: "learned-order" });
  #legend = h("div", { class: "learned-legend", "aria-hidden": "true" });
  #rows = h("tbody", { translate: "no" });
  #panel = h("div", { class: "learned-panel", hidden: true },
    this.#progress, this.#replay.element, this.#passage.element, this.#legend, this.#value, this.#order,
    h("p", { class: "takeaway", "data-words": "learned.keep" }),
    h("details", {}, h("summary", { "data-words": "learned.table" }),
      h("div", { class: "scroll" }, h("table", { class: "learned-table" },
        h("thead", {}, h("tr", {},
          h("th", { scope: "col", "data-words": "learned.column_step" }),
          h("th", { scope: "col", "data-words": "learned.column_tokens" }))),
        this.#rows))));
  #more = h("p");
  /** @type {Answer|null} */
  #answer = null;
  /** What it was asked of. @type {import("../../../api/training.js").Training|null} */
  #training = null;
  #asking = new AbortController();
  /** Whether the passage is one that was suggested here. */
  #isOurs = true;
  /** Of the passage that is suggested next. */
  #number = 0;
  #language = "";

  build() {
    this.watchScreen();
    dark.addEventListener("change", () => this.#draw());
    return [
      this.#empty,
      h("div", { class: "field" },
        h("label", { for: "learned-text", "data-words": "learned.text" }), this.#text,
        h("div", { class: "row" }, this.#show, this.#other)),
      this.#status, this.#panel,
      h("details", {}, h("summary", { "data-words": "learned.more" }), this.#more),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { snapshots } = state;
    const isReady = snapshots.length >= FEW_SNAPSHOTS;
    const { training } = this.controller;
    if (training !== this.#training) this.#forget();
    this.#empty.hidden = isReady;
    setInUse(this.#show, isReady);
    setInUse(this.#other, isReady);
    setAttributes(this.#text, { lang: languageOfModel(state) });
    if (isReady && this.isOnScreen && this.#isOurs && this.#text.value === "") this.#offer();
    const bytes = snapshots.reduce((sum, { blob }) => sum + blob.size, 0);
    setText(this.#more, this.words.say("learned.about", {
      n: snapshots.length,
      megabytes: this.words.number(bytes / MEGABYTE, { maximumFractionDigits: 1 }),
    }));
    if (this.#language === this.words.language) return;
    this.#language = this.words.language;
    this.#replay.translate();
    setText(this.#status, "");
    this.#draw();
  }

  /** Another model is at hand. */
  #forget() {
    this.#training = this.controller.training;
    this.#asking.abort();
    this.#answer = null;
    this.#panel.hidden = this.#progress.hidden = true;
    setText(this.#status, "");
    if (this.#isOurs) this.#text.value = "";
    this.#number = 0;
  }

  /** Puts a passage there that the model has not learned from; without one, the text that is looked at. */
  async #offer() {
    const training = this.#training;
    if (!training) return;
    const number = this.#number++;
    // Not asked for again while it is on its way.
    this.#isOurs = false;
    const passage = await training.model.validationPassage(number).catch(() => null);
    if (training !== this.#training) return;
    this.#isOurs = true;
    this.#text.value = passage ?? this.state.look;
  }

  /** Asks the model of every snapshot, and plays what came of it. */
  async #ask() {
    const training = this.#training;
    const text = this.#text.value;
    if (!training) return;
    this.#asking.abort();
    const { signal } = this.#asking = new AbortController();
    const models = this.state.snapshots.map(({ step }) => training.model.at(step));
    this.#replay.stop();
    setAttributes(this.#progress, { max: models.length, value: 0 });
    // At once, in its size, so that nothing moves once it is known.
    if (!this.#answer) this.#passage.wait(text);
    this.#progress.hidden = this.#panel.hidden = false;
    setText(this.#status, this.words.say("learned.asking"));
    try {
      const { answer: fitted } = await training.model.fit(text, signal);
      /** @type {Curve[]} */
      const curves = [];
      /** @type {readonly string[]} */
      let tokens = [];
      for (const model of models) {
        const { step, log_probs, tokens: read } = await model.score(fitted.text, { whole: true, signal });
        tokens = read;
        curves.push({ step, log_probs });
        setAttributes(this.#progress, { value: curves.length });
      }
      this.#answer = { tokens, curves, learned: stepsOfLearning(curves) };
      this.#draw();
      this.#replay.play();
      setText(this.#status, this.words.say("learned.asked", { n: curves.length }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof EngineFailure)) throw error;
      this.#panel.hidden = this.#answer === null;
      setText(this.#status, failureSentence(error.failure, this.words));
    } finally {
      if (this.#asking.signal === signal) this.#progress.hidden = true;
    }
  }

  /** Draws what was answered, in the language and the colours of now. */
  #draw() {
    if (!this.#answer) return;
    const { tokens, curves, learned } = this.#answer;
    const steps = curves.map(({ step }) => step);
    setAttributes(this.#passage.element, { lang: languageOfModel(this.state) });
    this.#passage.draw(tokens, learned, steps);
    this.#replay.steps = steps;
    // At the first nothing has been learned.
    const shown = Array.from({ length: SWATCHES }, (_, index) => (
      steps[1 + Math.round((index / (SWATCHES - 1)) * (steps.length - 2))]));
    this.#legend.replaceChildren(
      h("span", {}, this.words.say("learned.legend")),
      ...[...new Set(shown)].map((step) => {
        const swatch = h("span", { class: "swatch" }, this.words.number(step));
        swatch.style.background = colourOfStep(step, steps);
        swatch.style.color = inkOnStep(step, steps);
        return swatch;
      }),
      h("span", { class: "never" }, this.words.say("learned.never")));
    setText(this.#order, this.#sayOrder());
    this.#describe(null);
    this.#rows.replaceChildren(...[...steps, null].flatMap((step) => {
      const those = tokens.filter((_, index) => index > 0 && learned[index] === step);
      if (those.length === 0) return [];
      const name = step === null ? this.words.say("learned.never") : this.words.number(step);
      return [h("tr", {}, h("th", { scope: "row" }, name),
        h("td", {}, those.map((token) => spokenToken(token, this.words)).join(" · ")))];
    }));
  }

  /** @returns {string} which kinds of tokens were learned first, then, and last */
  #sayOrder() {
    const { tokens = [], learned = [] } = this.#answer ?? {};
    const groups = orderOf(tokens, learned);
    if (groups.length === 0) return this.words.say("learned.too_short");
    const known = groups.filter(({ step }) => step !== null);
    const [first, ...rest] = [...new Set(known.map(({ step }) => step))];
    const last = rest.pop();
    const parts = [
      ["learned.first", known.filter(({ step }) => step === first)],
      ["learned.then", known.filter(({ step }) => step !== first && step !== last)],
      ["learned.last", known.filter(({ step }) => last !== undefined && step === last)],
      ["learned.not_yet", groups.filter(({ step }) => step === null)],
    ];
    return parts.flatMap(([key, those]) => {
      if (typeof key !== "string" || typeof those === "string" || those.length === 0) return [];
      const list = those.map(({ kind, step }) => {
        const named = this.words.say(`learned.kind.${kind}`);
        return step === null ? named : this.words.say("learned.at", { named, step });
      });
      return [this.words.say(key, { list: this.words.list(list) })];
    }).join(" ");
  }

  /** @param {number|null} index  of the token that is pointed at */
  #describe(index) {
    const { tokens = [], curves = [], learned = [] } = this.#answer ?? {};
    if (index === null || tokens[index] === undefined) {
      return setText(this.#value, this.words.say("learned.point"));
    }
    const token = isolate(visible(tokens[index]));
    if (index === 0) return setText(this.#value, this.words.say("learned.given", { token }));
    const share = this.words.percent(Math.exp(curves.at(-1)?.log_probs[index - 1] ?? 0));
    const step = learned[index];
    setText(this.#value, step === null
      ? this.words.say("learned.token_never", { token, share })
      : this.words.say("learned.token", { token, share, step }));
  }
}
