// Why this token? Of one token of the passage, or of what the model wrote after it: which heads and MLPs its
// prediction depends on, and what each layer would have said.

import { h, setAttributes, setText } from "../../parts/dom.js";
import { AskingView } from "./asking_view.js";
import { CauseGraph } from "./cause_graph.js";
import { CauseTable } from "./cause_table.js";
import { NOTHING, effectOf, partOf } from "./effects.js";
import { isolate, visible } from "../../parts/characters.js";
import { languageOfModel } from "../../parts/text_language.js";
import { LensTable } from "./lens_table.js";
import { nameOfPart } from "./parts_off.js";
import { passage } from "./passage.js";
import { TokenRow } from "./token_row.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("../../../api/messages.js").Causes} Causes */

/** Tokens that the model writes after the passage, to be asked about; fewer where it sees little. */
const WRITTEN = 16;

export class DismantleCauses extends AskingView {
  /** The token that the reader asks about; without one, the first that the model wrote. */
  #picked = /** @type {number|null} */ (null);
  #row = new TokenRow((index) => {
    this.#picked = index;
    this.#hasPicked = true;
    this.changeQuestion();
  });
  #said = h("p", { class: "causes-said", id: "causes-said" });
  /** Speaks the same where the reader has picked a token, not at every refresh. */
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #hasPicked = false;
  #graph = new CauseGraph();
  #table = new CauseTable();
  #lens = new LensTable();
  #panel = h("div", { class: "causes" },
    this.#row.element, this.#said, this.#spoken,
    h("div", { class: "causes-pictures" },
      h("div", {}, h("h4", { "data-words": "dismantle.graph_title" }), this.#graph.element,
        h("p", { class: "note", "data-words": "dismantle.graph_help" })),
      h("div", {}, h("h4", { "data-words": "dismantle.lens_title" }), this.#lens.element,
        h("p", { class: "note", "data-words": "dismantle.lens_help" }))),
    h("details", {}, h("summary", { "data-words": "dismantle.more_causes" }),
      h("p", { "data-words": "dismantle.causes_about" }), this.#table.element),
    h("p", { class: "takeaway", "data-words": "dismantle.causes_lesson" }));
  #empty = h("p", { class: "empty", "data-words": "dismantle.no_model" });

  build() {
    passage.addEventListener("change", () => {
      this.#picked = null;
      this.changeQuestion();
    });
    return [this.problem, this.#empty, this.#panel];
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    this.#empty.hidden = state.info !== null;
    this.#panel.hidden = state.info === null;
  }

  /** @param {Model} model */
  async ask(model) {
    const { info } = this.state;
    if (!info) return;
    const { text } = await passage.fitted(model, this.state);
    const length = Math.min(WRITTEN, info.model.block_size >> 1);
    const [{ tokens: read, continuation }] = await model.consequences(text, [{}], { length });
    const whole = text + continuation;
    const { tokens, log_probs } = await model.score(whole);
    const written = Math.min(tokens.length - 1, Math.max(1, length));
    const first = Math.max(1, Math.min(tokens.length - 1, tokens.length - written, read.length));
    const position = Math.min(this.#picked ?? first, tokens.length - 1);
    this.#row.draw(tokens, log_probs, first, position, languageOfModel(this.state), this.words);
    if (position < 1) return setText(this.#said, this.words.say("dismantle.one_token"));
    const [causes, lens] = await Promise.all([model.causes(whole, position), model.lens(whole, position)]);
    this.#lens.draw(lens, languageOfModel(this.state), this.words);
    this.#show(causes);
    const { pairs } = await model.causes(whole, position, { pairs: true });
    if (pairs.length > 0) this.#show({ ...causes, pairs });
  }

  /** @param {Causes} causes */
  #show(causes) {
    const { words } = this;
    this.#graph.draw(causes, words);
    this.#table.draw(causes, words);
    const predicted = causes.tokens[causes.position];
    const token = isolate(visible(predicted));
    const strongest = causes.parts.toSorted((a, b) => effectOf(causes, b) - effectOf(causes, a))[0];
    const key = effectOf(causes, strongest) < NOTHING ? "dismantle.said_none" : "dismantle.said";
    setText(this.#said, words.say(key, {
      token, part: nameOfPart(partOf(strongest), words),
      chance: words.percent(Math.exp(causes.log_prob)), without: words.percent(Math.exp(strongest.log_prob)),
    }));
    setAttributes(this.#said, {
      "data-position": causes.position, "data-pairs": causes.pairs.length,
    });
    if (this.#hasPicked) setText(this.#spoken, this.#said.textContent ?? "");
    this.#hasPicked = false;
  }
}
