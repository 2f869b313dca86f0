// Chapter "Attention": every head to pick from, the picked one as a matrix and over the text, and what comes next.

import { canBeAsked } from "../state/app_state.js";
import { button, h, setAttributes, setInUse, setText, visible } from "./dom.js";
import { AttentionMatrix } from "./attention_matrix.js";
import { CandidateList } from "./candidate_list.js";
import { ConnectionList } from "./connection_list.js";
import { cssColour, darkScheme, inkOn } from "./colour_scale.js";
import { HeadGallery } from "./head_gallery.js";
import { choosePassage } from "../state/passage.js";
import { chosenContes, modelConfig } from "../state/run_settings.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

/** While training goes on, the picture is renewed no more often than this. */
const REFRESH_MS = 1500;
const KEYS = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });

export class AttentionView extends View {
  #text = h("input", {
    id: "look", type: "text", maxlength: 500, autocomplete: "off", spellcheck: "false",
    input: () => this.library.setLook(this.#text.value),
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Enter" && this.#button.click(),
  });
  #button = button({ id: "inspect", "data-words": "attention.look" }, () => this.controller.look());
  #passage = button({ id: "passage", class: "quiet", "data-words": "attention.passage" }, () => this.#offerPassage());
  #follow = h("input", { type: "checkbox", id: "follow", checked: true });
  #empty = h("p", { class: "empty", "data-words": "attention.empty" });
  #gallery = new HeadGallery((layer, head) => this.#pick(layer, head));
  #canvas = h("canvas", { "aria-hidden": "true" });
  #matrix = new AttentionMatrix(this.#canvas);
  #frame = h("div", {
    id: "attention-matrix", class: "matrix", role: "application", tabindex: 0, "data-label": "attention.matrix", "aria-describedby": "attention-help",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
    pointermove: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
    pointerdown: (event) => this.#pointed(/** @type {PointerEvent} */ (event)),
  }, this.#canvas);
  #stamp = h("p", { class: "note", id: "attention-step" });
  #value = h("p", { class: "attention-value", id: "attention-value", role: "status" });
  #strip = h("p", { class: "strip", "aria-hidden": "true" });
  #scale = h("div", { class: "scale", "aria-hidden": "true" });
  #candidates = new CandidateList();
  #connections = new ConnectionList(({ layer, head, query, key }) => {
    [this.#layer, this.#head, this.#cell] = [layer, head, { query, key }];
    this.#redraw();
  });
  #panel = h("div", { class: "attention-panel" },
    h("div", { class: "heads" }, h("h3", { "data-words": "attention.heads_title" }), this.#gallery.element, this.#stamp),
    h("div", { class: "matrix-box" }, this.#frame, this.#value, this.#scale, h("p", { class: "note", id: "attention-help", "data-words": "attention.help" })),
    h("div", { class: "reading" }, this.#connections.element, this.#strip, this.#candidates.element));
  #layer = 0;
  #head = 0;
  #cell = { query: 0, key: 0 };
  /** @type {unknown[]} */
  #drawn = [];
  #onScreen = false;
  #asked = 0;

  build() {
    new IntersectionObserver(([entry]) => { this.#onScreen = entry.isIntersecting; }).observe(this);
    new ResizeObserver(() => this.#redraw()).observe(this);
    darkScheme.addEventListener("change", () => this.#redraw());
    return [
      h("div", { class: "field" }, h("label", { for: "look", "data-words": "attention.text" }),
        h("div", { class: "row" }, this.#text, this.#button, this.#passage),
        h("label", { class: "check", for: "follow" }, this.#follow, h("span", { "data-words": "attention.follow" }))),
      this.#empty, this.#panel,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { seen, look } = state;
    if (document.activeElement !== this.#text) this.#text.value = look;
    this.#passage.hidden = !chosenContes(state);
    setInUse(this.#button, canBeAsked(state));
    this.#empty.hidden = seen !== null;
    this.#panel.hidden = seen === null;
    this.#followTraining(state);
    if (!seen || (this.#drawn[0] === seen && this.#drawn[1] === this.words.language)) return;
    const fresh = this.#drawn[0] === undefined || /** @type {NonNullable<AppState["seen"]>} */ (this.#drawn[0]).inspection.tokens.length !== seen.inspection.tokens.length;
    this.#drawn = [seen, this.words.language];
    const { tokens, n_layer, n_head } = seen.inspection;
    this.#layer = Math.min(this.#layer, n_layer - 1);
    this.#head = Math.min(this.#head, n_head - 1);
    if (fresh) this.#cell = { query: tokens.length - 1, key: tokens.length - 1 };
    this.#redraw(fresh);
  }

  /** @param {AppState} state */
  #followTraining({ seen, history, phase }) {
    const done = history.kept ?? history.steps.at(-1)?.step ?? 0;
    if (!seen || !this.#follow.checked || !this.#onScreen || seen.step === done) return;
    if (phase === "training" && performance.now() - this.#asked < REFRESH_MS) return;
    this.#asked = performance.now();
    this.controller.lookAgain();
  }

  /** Draws all that depends on the inspection. @param {boolean} [toStrongest] moves the cursor to what is looked at most */
  #redraw(toStrongest = false) {
    const { seen } = this.state;
    if (!seen || this.#panel.hidden) return;
    if (toStrongest) this.#toStrongest();
    this.#gallery.draw(seen.inspection, this.#layer, this.#head, this.words);
    setText(this.#stamp, this.words.say("attention.step", { step: seen.step }));
    this.#connections.draw(seen, this.state.info?.model.block_size ?? 0, this.words);
    this.#scale.replaceChildren(...[0, 0.01, 0.05, 0.1, 0.25, 0.5, 1].map((share) => {
      const swatch = h("span", {}, this.words.percent(share));
      swatch.style.background = cssColour(share);
      swatch.style.color = inkOn(share);
      return swatch;
    }));
    this.#point();
  }

  /** Another piece of a story in which words refer to each other, as long as the model sees. */
  #offerPassage() {
    const { info } = this.state;
    const { block_size } = info?.model ?? modelConfig(this.state.settings);
    const passage = choosePassage(chosenContes(this.state)?.stories ?? [], block_size * (info?.characters_per_token ?? 1), this.state.look);
    if (!passage) return;
    this.library.offerLook(passage);
    this.controller.look();
  }

  /** Draws what depends on the head and the cell pointed at. */
  #point() {
    const { seen } = this.state;
    if (!seen) return;
    const { tokens, candidates } = seen.inspection;
    const { query, key } = this.#cell;
    const weights = this.#weights(seen.inspection);
    this.#matrix.draw(tokens, weights, this.#cell, this.#frame.clientWidth);
    setAttributes(this.#frame, { "data-layer": this.#layer + 1, "data-head": this.#head + 1, "data-tokens": tokens.length });
    const share = weights[query * tokens.length + key];
    setText(this.#value, this.words.say(key > query ? "attention.hidden" : "attention.value", {
      query: visible(tokens[query]), key: visible(tokens[key]), share: this.words.percent(share),
    }));
    this.#strip.replaceChildren(...tokens.map((token, index) => {
      const element = h("span", { class: index === query ? "looks" : index > query ? "future" : "", pointerdown: () => this.#moveTo({ query: index, key: Math.min(this.#cell.key, index) }) }, visible(token));
      if (index <= query) {
        element.style.background = cssColour(weights[query * tokens.length + index]);
        element.style.color = inkOn(weights[query * tokens.length + index]);
      }
      return element;
    }));
    this.#candidates.draw(tokens, query, candidates[query] ?? [], this.words);
  }

  /**
   * @param {import("../engine/protocol.js").Inspection} inspection
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
    this.#cell = { query, key: row.indexOf(Math.max(...row)) };
  }

  /**
   * @param {number} layer
   * @param {number} head
   */
  #pick(layer, head) {
    this.#layer = layer;
    this.#head = head;
    this.#toStrongest();
    this.#point();
  }

  /** @param {{query: number, key: number}} cell */
  #moveTo(cell) {
    if (cell.query === this.#cell.query && cell.key === this.#cell.key) return;
    this.#cell = cell;
    this.#point();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    const count = this.state.seen?.inspection.tokens.length ?? 0;
    if (!move || count === 0) return;
    event.preventDefault();
    const within = (/** @type {number} */ value) => Math.min(count - 1, Math.max(0, value));
    this.#moveTo({ query: within(this.#cell.query + move[0]), key: within(this.#cell.key + move[1]) });
  }

  /** @param {PointerEvent} event */
  #pointed(event) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const cell = this.#matrix.cellAt(event.clientX - left, event.clientY - top);
    if (cell) this.#moveTo(cell);
  }
}
