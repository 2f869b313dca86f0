// Chapter "Attention": every head to pick from, the picked one as a matrix and over the text, and what comes
// next.

import { canBeAsked } from "../../state/app_state.js";
import { fittingNote, isolate, visible } from "../../parts/characters.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { AttentionMatrix } from "./attention_matrix.js";
import { CandidateList } from "../../parts/candidate_list.js";
import { ConnectionList } from "./connection_list.js";
import { cssColour, inkOn } from "../../parts/colour_scale.js";
import { HeadGallery } from "./head_gallery.js";
import { languageOfText, languageOfModel } from "../../parts/text_language.js";
import { choosePassage } from "./passage.js";
import { charactersPerToken, chosenContes, modelConfig } from "../../state/run_settings.js";
import { modelStep } from "../../state/run_history.js";
import { dark } from "../../parts/theme.js";
import { spokenToken } from "../../parts/token_label.js";
import { TokenStrip } from "./token_strip.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/messages.js").Inspection} Inspection */
/** @typedef {import("./attention_matrix.js").Cell} Cell */

/** While training goes on, the picture is renewed no more often than this. */
const REFRESH_MS = 1500;
/** The shares that the legend names. */
const LEGEND = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1];
const KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
});

export class AttentionView extends View {
  #text = h("input", {
    id: "look", type: "text", maxlength: 500, autocomplete: "off", spellcheck: "false",
    translate: "no", dir: "auto",
    input: () => this.library.setLook(this.#text.value),
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Enter" && this.#button.click(),
  });
  #button = button({ id: "inspect", "data-words": "attention.look" }, () => this.controller.look());
  #passage = button({ id: "passage", class: "quiet", "data-words": "attention.passage" },
    () => this.#offerPassage());
  #follow = h("input", {
    type: "checkbox", id: "follow", checked: true, change: () => this.#followTraining(this.state),
  });
  #empty = h("p", { class: "empty", "data-words": "attention.empty" });
  #gallery = new HeadGallery((layer, head) => {
    this.#pick(layer, head);
    this.#toStrongest();
    this.#drawHead();
    this.#speak();
  });
  #matrix = new AttentionMatrix();
  #frame = h("div", {
    id: "attention-matrix", class: "matrix", role: "application", tabindex: 0,
    "data-label": "attention.matrix", "aria-describedby": "attention-help",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
  }, this.#matrix.element);
  #step = h("p", { class: "note", id: "attention-step" });
  #fitted = h("p", { class: "note", id: "look-fitted" });
  #value = h("p", { class: "attention-value", id: "attention-value", translate: "no" });
  /**
   * Speaks the value when the reader has moved by keyboard: not at every refresh, nor under every pointer.
   */
  #spoken = h("p", { class: "visually-hidden", id: "attention-spoken", role: "status", translate: "no" });
  #strip = new TokenStrip((index) => this.#moveTo({ query: index, key: Math.min(this.#cell.key, index) }));
  #legend = h("div", { class: "scale", "aria-hidden": "true" });
  #candidates = new CandidateList();
  #connections = new ConnectionList(({ layer, head, query, key }) => {
    this.#pick(layer, head);
    this.#cell = { query, key };
    this.#drawHead();
    this.#speak();
  });
  #panel = h("div", { class: "attention-panel" },
    h("div", { class: "heads" },
      h("h3", { "data-words": "attention.heads_title" }), this.#gallery.element, this.#step,
      this.#fitted),
    h("div", { class: "matrix-box" }, this.#frame, this.#value, this.#spoken, this.#legend,
      h("p", { class: "note", id: "attention-help", "data-words": "attention.help" })),
    h("div", { class: "reading" }, this.#connections.element, this.#strip.element, this.#candidates.element));
  #layer = 0;
  #head = 0;
  /** @type {Cell} */
  #cell = { query: 0, key: 0 };
  /** What is drawn, and in which language. @type {[AppState["seen"], string]} */
  #drawn = [null, ""];
  #onScreen = false;
  #asked = 0;

  build() {
    // The last of several entries is how it is now. After a training has ended, no change of the state comes
    // by which this would be asked again.
    new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#followTraining(this.state);
    }).observe(this);
    new ResizeObserver(() => this.#layOut()).observe(this);
    dark.addEventListener("change", () => this.#drawAll());
    return [
      h("div", { class: "field" }, h("label", { for: "look", "data-words": "attention.text" }),
        h("div", { class: "row" }, this.#text, this.#button, this.#passage),
        h("label", { class: "check", for: "follow" },
          this.#follow, h("span", { "data-words": "attention.follow" }))),
      document.createElement("model-origin"),
      this.#empty, this.#panel,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { seen, look } = state;
    if (document.activeElement !== this.#text) this.#text.value = look;
    setAttributes(this.#text, { lang: languageOfText(state) });
    this.#passage.hidden = !chosenContes(state);
    setInUse(this.#button, canBeAsked(state));
    this.#empty.hidden = seen !== null;
    this.#panel.hidden = seen === null;
    this.#followTraining(state);
    const [earlier, language] = this.#drawn;
    if (!seen || (earlier === seen && language === this.words.language)) return;
    // What was said of the cursor was said in another language.
    if (language !== this.words.language) setText(this.#spoken, "");
    this.#drawn = [seen, this.words.language];
    const { tokens, n_layer, n_head } = seen.inspection;
    this.#pick(Math.min(this.#layer, n_layer - 1), Math.min(this.#head, n_head - 1));
    const isAnother = earlier?.inspection.tokens.length !== tokens.length;
    if (isAnother) {
      this.#cell = { query: tokens.length - 1, key: tokens.length - 1 };
      this.#toStrongest();
    }
    this.#drawAll();
    if (isAnother) this.#matrix.revealInside(this.#frame);
  }

  /** @param {AppState} state */
  #followTraining({ seen, history, phase }) {
    const done = modelStep(history);
    if (!seen || !this.#follow.checked || !this.#onScreen || seen.step === done) return;
    if (phase === "training" && performance.now() - this.#asked < REFRESH_MS) return;
    this.#asked = performance.now();
    this.controller.lookAgain();
  }

  /** Another piece of a story in which words refer to each other, as long as the model sees. */
  #offerPassage() {
    const { block_size } = this.state.info?.model ?? modelConfig(this.state.settings);
    const longest = block_size * (charactersPerToken(this.state) ?? 1);
    const passage = choosePassage(chosenContes(this.state)?.stories ?? [], longest, this.state.look);
    if (!passage) return;
    this.library.offerLook(passage);
    this.controller.look();
  }

  /** Draws all that depends on what was seen, in the language and the colours of now. */
  #drawAll() {
    const { state, words } = this;
    const { seen } = state;
    if (!seen) return;
    this.#candidates.setLanguage(languageOfModel(state));
    this.#gallery.draw(seen.inspection, words);
    // The steps of one that has learned elsewhere are not counted here.
    const isElsewhere = seen.step === 0 && state.origin !== null;
    setText(this.#step, isElsewhere ? "" : words.say("attention.step", { step: seen.step }));
    setText(this.#fitted, fittingNote(seen.replaced, words));
    this.#connections.draw(seen, state.info?.model.block_size ?? 0, words);
    this.#legend.replaceChildren(...LEGEND.map((share) => {
      const swatch = h("span", {}, words.percent(share));
      swatch.style.background = cssColour(share);
      swatch.style.color = inkOn(share);
      return swatch;
    }));
    this.#drawHead();
  }

  /** Draws the picked head. */
  #drawHead() {
    const { seen } = this.state;
    if (!seen) return;
    const { inspection } = seen;
    this.#gallery.check(this.#layer * inspection.n_head + this.#head);
    setAttributes(this.#frame, {
      "data-layer": this.#layer + 1, "data-head": this.#head + 1, "data-tokens": inspection.tokens.length,
    });
    this.#layOut();
    this.#matrix.draw(this.#weights(inspection));
    this.#drawQuery();
    this.#drawCell();
  }

  /** Fits the matrix to the room there is. */
  #layOut() {
    const { seen } = this.state;
    if (seen && !this.#panel.hidden) this.#matrix.layOut(seen.inspection.tokens, this.#frame.clientWidth);
  }

  /** Draws what depends on the token that looks. */
  #drawQuery() {
    const { seen } = this.state;
    if (!seen) return;
    const { tokens, candidates } = seen.inspection;
    const { query } = this.#cell;
    this.#strip.draw(tokens, this.#weights(seen.inspection), query);
    this.#candidates.draw(tokens, query, candidates[query] ?? [], this.words);
  }

  /** Draws the cursor, and tells what is under it. */
  #drawCell() {
    this.#matrix.point(this.#cell);
    setText(this.#value, this.#describe((token) => isolate(visible(token))));
  }

  /** Speaks what is under the cursor, spaces and line ends by their names. */
  #speak() {
    setText(this.#spoken, this.#describe((token) => spokenToken(token, this.words)));
  }

  /**
   * @param {(token: string) => string} name
   * @returns {string} which token looks at which, and how much
   */
  #describe(name) {
    const { seen } = this.state;
    if (!seen) return "";
    const { query, key } = this.#cell;
    const { tokens } = seen.inspection;
    const share = this.#weights(seen.inspection)[query * tokens.length + key];
    return this.words.say(key > query ? "attention.hidden" : "attention.value", {
      query: name(tokens[query]), key: name(tokens[key]), share: this.words.percent(share),
    });
  }

  /**
   * @param {Inspection} inspection
   * @returns {Float32Array} [query, key] of the picked head
   */
  #weights({ attention, n_head, tokens }) {
    const size = tokens.length ** 2;
    const start = (this.#layer * n_head + this.#head) * size;
    return attention.subarray(start, start + size);
  }

  /** Puts the cursor on what the token that looks gives most to. */
  #toStrongest() {
    const { seen } = this.state;
    if (!seen) return;
    const { query } = this.#cell;
    const count = seen.inspection.tokens.length;
    const row = this.#weights(seen.inspection).subarray(query * count, query * count + query + 1);
    this.#cell = { query, key: Math.max(0, row.indexOf(Math.max(...row))) };
  }

  /**
   * @param {number} layer
   * @param {number} head
   */
  #pick(layer, head) {
    this.#layer = layer;
    this.#head = head;
  }

  /** @param {Cell} cell */
  #moveTo(cell) {
    const { query, key } = this.#cell;
    if (cell.query === query && cell.key === key) return;
    this.#cell = cell;
    if (cell.query !== query) this.#drawQuery();
    this.#drawCell();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    const count = this.state.seen?.inspection.tokens.length ?? 0;
    if (!move || count === 0) return;
    event.preventDefault();
    const within = (/** @type {number} */ value) => Math.min(count - 1, Math.max(0, value));
    this.#moveTo({ query: within(this.#cell.query + move[0]), key: within(this.#cell.key + move[1]) });
    this.#matrix.reveal();
    this.#speak();
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const cell = this.#matrix.cellAt(event);
    if (cell) this.#moveTo(cell);
  }
}
