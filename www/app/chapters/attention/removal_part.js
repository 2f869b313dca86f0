// Why attention is no explanation: every head is switched off in turn. One that stares at a word may change
// nothing, and another, which hardly looks, everything.

import { isolate, visible } from "../../parts/characters.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { failureOf } from "../../state/failure_of.js";
import { headName } from "./head_gallery.js";
import { weightsOf } from "./words.js";

/** @typedef {import("./attention_matrix.js").Cell} Cell */
/** @typedef {import("./head_gallery.js").Picked} Picked */

/** A head stares where it gives one token so much. */
const STARES = 0.5;
/** A probability has hardly changed by less than this part of itself, or by half a percent. */
const HARDLY = 0.1;
const HALF_PERCENT = 0.005;

/**
 * A head, what it looks at most, how much, and the probability of what really follows without it.
 * @typedef {{picked: {layer: number, head: number}, key: number, share: number, without: number}} Removed
 */

export class RemovalPart {
  #view;
  #button = button({ id: "remove-heads", "data-words": "attention.removal.button" }, () => this.#remove());
  #about = h("p");
  #idle;
  #busy;
  #verdict = h("p", { class: "removal-verdict" });
  #result = h("div", { class: "removal-result", id: "removed", hidden: true });
  element;
  #query;
  /** Draws the last answer anew, in the language of now. */
  #draw = () => {};

  /**
   * @param {import("../../parts/view.js").View} view
   * @param {() => number} query  the token that looks
   * @param {(picked: Picked, cell: Cell) => void} show
   */
  constructor(view, query, show) {
    this.#view = view;
    this.#query = query;
    this.#idle = new RemovedRow("idle", show);
    this.#busy = new RemovedRow("busy", show);
    this.#result.append(this.#about, this.#idle.element, this.#busy.element, this.#verdict);
    this.element = h("div", { class: "removal" },
      h("p", { class: "takeaway", "data-words": "attention.takeaway" }),
      h("div", { class: "row" }, this.#button), this.#result);
  }

  /** @param {boolean} isAnother  whether another text is looked at, of which nothing is known yet */
  update(isAnother) {
    if (isAnother) {
      this.#result.hidden = true;
      this.#draw = () => {};
    }
    setInUse(this.#button, (this.#view.state.seen?.inspection.tokens.length ?? 0) > 1);
    this.#draw();
  }

  async #remove() {
    const { state: { seen }, controller } = this.#view;
    const { training } = controller;
    if (!seen || !training) return;
    // What follows the last token is not known.
    const query = Math.min(this.#query(), seen.inspection.tokens.length - 2);
    try {
      const [causes, looked] = await Promise.all([
        training.model.causes(seen.text, query + 1), training.model.look(seen.text)]);
      if (this.#view.state.seen?.text !== seen.text) return;
      // A part without a head is an MLP.
      const removed = causes.parts.flatMap(({ layer, head, log_prob }) => (typeof head === "number"
        ? [removedOf(looked, { layer, head }, query, Math.exp(log_prob))] : []));
      const whole = Math.exp(causes.log_prob);
      this.#draw = () => this.#tell(looked.tokens, query, whole, removed);
      this.#draw();
    } catch (error) {
      controller.fail(failureOf(error));
    }
  }

  /**
   * @param {readonly string[]} tokens
   * @param {number} query
   * @param {number} whole  probability of what really follows, from the whole model
   * @param {readonly Removed[]} removed  one a head
   */
  #tell(tokens, query, whole, removed) {
    const { words } = this.#view;
    const effect = (/** @type {Removed} */ { without }) => Math.abs(without - whole);
    const byEffect = [...removed].sort((a, b) => effect(a) - effect(b));
    const busy = byEffect.at(-1);
    // At another word, best: that a token looks at itself surprises nobody.
    const others = byEffect.filter(({ key }) => key !== query);
    const idle = others.find(({ share }) => share >= STARES)
      ?? [...others, ...byEffect].sort((a, b) => b.share - a.share)[0];
    if (!busy || !idle) return;
    const name = (/** @type {number} */ index) => isolate(visible(tokens[index].replace(/^ (?=.)/, "")));
    setText(this.#about, words.say("attention.removal.about", {
      next: name(query + 1), query: name(query), share: words.percent(whole),
    }));
    this.#idle.draw(idle, query, name(idle.key), words);
    this.#busy.draw(busy, query, name(busy.key), words);
    const isNothing = effect(idle) <= Math.max(HARDLY * whole, HALF_PERCENT) && idle !== busy;
    setText(this.#verdict, words.say(`attention.removal.${isNothing ? "nothing" : "something"}`));
    this.#result.hidden = false;
  }
}

/**
 * @param {Pick<import("../../../api/messages.js").Inspection, "attention"|"tokens"|"n_head">} looked
 * @param {{layer: number, head: number}} picked
 * @param {number} query
 * @param {number} without
 * @returns {Removed}
 */
function removedOf(looked, picked, query, without) {
  const count = looked.tokens.length;
  const row = weightsOf(looked, picked).subarray(query * count, query * count + query + 1);
  const share = Math.max(...row);
  return { picked, key: row.indexOf(share), share, without };
}

/** One head: what it looks at, what its absence changes, and a button that shows it. */
class RemovedRow {
  #text = h("span");
  #kind;
  /** @type {() => void} */
  #shown = () => {};
  #show;

  /**
   * @param {"idle"|"busy"} kind
   * @param {(picked: Picked, cell: Cell) => void} show
   */
  constructor(kind, show) {
    this.#kind = kind;
    this.#show = show;
    this.element = h("p", { class: "removed", translate: "no" }, this.#text, " ",
      button({ class: "quiet", "data-words": "attention.removal.show" }, () => this.#shown()));
  }

  /**
   * @param {Removed} removed
   * @param {number} query
   * @param {string} key  its name
   * @param {import("../../state/words.js").Words} words
   */
  draw({ picked, key: place, share, without }, query, key, words) {
    this.#shown = () => this.#show(picked, { query, key: place });
    setText(this.#text, words.say(`attention.removal.${this.#kind}`, {
      head: headName(picked, words), key, share: words.percent(share), without: words.percent(without),
    }));
    this.element.dataset.layer = String(picked.layer + 1);
    this.element.dataset.head = String(picked.head + 1);
    this.element.dataset.without = without.toFixed(6);
  }
}
