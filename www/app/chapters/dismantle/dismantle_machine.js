// The machine: its switches, and what becomes of a passage without the parts that are off.

import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { AskingView } from "./asking_view.js";
import { canBeAsked } from "../../state/app_state.js";
import { compare } from "./comparison.js";
import { fittingNote } from "../../parts/characters.js";
import { Machine } from "./machine.js";
import { Outcomes } from "./outcomes.js";
import { PartsOff, interventionsOf, nameOfPart } from "./parts_off.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";
import { passage } from "./passage.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("./parts_off.js").PartName} PartName */

export class DismantleMachine extends AskingView {
  #off = new PartsOff();
  #text = h("input", {
    id: "dismantle-text", type: "text", maxlength: 500, autocomplete: "off", spellcheck: "false",
    translate: "no", dir: "auto", "aria-describedby": "dismantle-fitted",
    input: () => passage.type(this.#text.value),
  });
  #open = button({ id: "open-hood", class: "primary", "data-words": "dismantle.open" }, () => this.askNow());
  #empty = h("div", { class: "empty" }, h("p", { "data-words": "dismantle.empty" }), this.#open);
  #fitted = h("p", { class: "note", id: "dismantle-fitted" });
  #undo = button({ id: "dismantle-undo", "data-words": "dismantle.undo" }, 
    () => this.#change(() => this.#off.undo()));
  #reset = button({ id: "dismantle-reset", class: "quiet", "data-words": "dismantle.reset" },
    () => this.#change(() => this.#off.reset()));
  #machine = new Machine((part) => this.#change(() => this.#off.toggle(part)));
  #told = h("p", { class: "dismantle-told", id: "dismantle-told" });
  /** Speaks the same where the reader has switched something, not at every refresh. */
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #hasSwitched = false;
  #outcomes = new Outcomes("dismantle.dismantled");
  #panel = h("div", {},
    this.#machine.element,
    h("p", { class: "note", "data-words": "dismantle.help" }),
    h("div", { class: "row dismantle-buttons" }, this.#undo, this.#reset),
    this.#told, this.#spoken, this.#outcomes.element,
    h("p", { class: "takeaway", "data-words": "dismantle.lesson" }));

  build() {
    passage.addEventListener("change", () => this.changeQuestion());
    return [
      h("div", { class: "field" },
        h("label", { for: "dismantle-text", "data-words": "dismantle.text" }), this.#text, this.#fitted),
      this.problem, this.#empty, this.#panel,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    if (document.activeElement !== this.#text) this.#text.value = passage.text(state);
    setAttributes(this.#text, { lang: languageOfText(state) });
    setInUse(this.#open, canBeAsked(state));
    this.#panel.hidden = state.info === null;
    this.#empty.hidden = state.info !== null;
    if (state.info) this.#machine.draw(state.info.model, this.#off.now, this.words);
    setInUse(this.#undo, this.#off.canUndo);
    setInUse(this.#reset, this.#off.now.size > 0);
  }

  /** @param {Model} model */
  async ask(model) {
    const { info } = this.state;
    if (!info) return;
    const off = this.#off.now;
    const interventions = off.size > 0 ? interventionsOf(off, info.model) : null;
    const { fitted, whole, changed } = await compare(model, this.state, interventions);
    const { words } = this;
    const isFull = whole.tokens.length === info.model.block_size;
    const note = isFull ? words.say("dismantle.full", { tokens: whole.tokens.length }) : "";
    setText(this.#fitted, [fittingNote(fitted.replaced, words), note].filter(Boolean).join(" "));
    this.#outcomes.draw(whole, changed, languageOfModel(this.state), words);
    this.#machine.setNext(changed.candidates[0]?.token ?? "");
    this.#tell(off, changed.bits_per_token - whole.bits_per_token);
    this.update(this.state);
  }

  /** @param {() => void} change */
  #change(change) {
    change();
    this.#hasSwitched = true;
    this.update(this.state);
    this.changeQuestion();
  }

  /**
   * Says what the parts that are off have cost.
   * @param {ReadonlySet<PartName>} off
   * @param {number} cost  bits a token
   */
  #tell(off, cost) {
    const { words } = this;
    const what = off.size === 1 ? nameOfPart([...off][0], words)
      : words.say("dismantle.told.parts", { count: off.size });
    const bits = Math.round(Math.abs(cost) * 100) / 100;
    const effect = bits === 0 ? "nothing" : cost > 0 ? "worse" : "better";
    setText(this.#told, words.say(`dismantle.told.${off.size === 0 ? "whole" : effect}`, { bits, what }));
    if (this.#hasSwitched) setText(this.#spoken, this.#told.textContent ?? "");
    this.#hasSwitched = false;
  }
}
