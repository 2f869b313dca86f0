// Chapter "Numbers": which tokens the model has put near one another, before its training and now.

import { barRow } from "../../parts/bars.js";
import { isolate, visible } from "../../parts/characters.js";
import { h, setText } from "../../parts/dom.js";
import { isDue } from "../../state/renewal.js";
import { modelStep } from "../../state/run_history.js";
import { tokenLabel } from "../../parts/token_label.js";
import { tokens } from "./chapter_tokens.js";
import { TokensView } from "./tokens_view.js";

/** @typedef {import("./chapter_tokens.js").TokensState} TokensState */
/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/messages.js").Neighbour} Neighbour */
/** @typedef {import("../../../api/training.js").Training} Training */
/** @typedef {{step: number, neighbours: Neighbour[]}} Near */

/** Neighbours that are shown. */
const COUNT = 8;

export class TokenNeighbours extends TokensView {
  #tokens = h("div", { class: "token-choice", translate: "no" });
  #choice = h("fieldset", {}, h("legend", { "data-words": "neighbours.choose" }), this.#tokens,
    h("p", { class: "help", "data-words": "neighbours.choose_help" }));
  #title = h("p", { class: "neighbours-of", id: "neighbours-of" });
  #sides = { before: new Side("before"), now: new Side("now") };
  #waiting = h("p", { class: "empty", "data-words": "neighbours.no_model" });
  #panel = h("div", {}, this.#choice, this.#title,
    h("p", { class: "note", "data-words": "neighbours.scale" }),
    h("div", { class: "neighbours" }, this.#sides.before.element, this.#sides.now.element),
    h("p", { class: "takeaway", "data-words": "neighbours.takeaway" }),
    h("details", {}, h("summary", { "data-words": "tokens.more" }),
      h("p", { class: "prose", "data-words": "neighbours.more_rows" }),
      h("p", { class: "prose", "data-words": "neighbours.more_cosine" })));
  /** The model whose neighbours are shown, and the token. @type {[Training|null, number|null]} */
  #of = [null, null];
  /** The step of the model that was asked. @type {number|null} */
  #shownStep = null;
  #asked = 0;
  #asking = new AbortController();
  /** The model before its training, opened beside the one at hand. @type {Promise<Training|null>|null} */
  #first = null;
  #opening = new AbortController();
  /** What the choice shows. */
  #offered = "";
  #language = "";

  build() {
    return [this.#waiting, this.#panel];
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#forget();
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    this.#follow(state);
  }

  /** @param {TokensState} state */
  draw(state) {
    const hasModel = this.controller.training !== null && state.isOfModel;
    this.#waiting.hidden = hasModel;
    this.#panel.hidden = !hasModel;
    if (!hasModel) return;
    if (this.#language !== this.words.language) {
      // What is shown is in another language: it is asked for anew.
      this.#language = this.words.language;
      this.#of = [this.#of[0], null];
      for (const side of Object.values(this.#sides)) side.clear(this.words);
    }
    const offered = offeredOf(state);
    if (state.token === null && offered.length > 0) tokens.choose(firstOf(offered));
    this.#offer(offered, state);
    const entry = state.entries[state.token ?? -1];
    setText(this.#title, entry ? this.words.say("neighbours.of", {
      token: isolate(visible(entry.text)), id: String(state.token),
    }) : "");
    this.#follow(this.state);
  }

  /**
   * @param {Offered[]} offered
   * @param {TokensState} state
   */
  #offer(offered, { token }) {
    const key = JSON.stringify([offered, this.words.language]);
    if (key !== this.#offered) {
      this.#offered = key;
      this.#tokens.replaceChildren(...offered.map(({ id, text }) => h("label", { class: "token-option" },
        h("input", {
          type: "radio", name: "neighbours-token", value: id, change: () => tokens.choose(id),
        }), tokenLabel(text, this.words))));
    }
    for (const input of this.#tokens.querySelectorAll("input")) input.checked = Number(input.value) === token;
  }

  /**
   * Asks for what is not shown yet, or not any more.
   * @param {AppState} state
   */
  #follow(state) {
    const { training } = this.controller;
    const { token, isOfModel, entries } = tokens.store.state;
    if (!training || !this.isOnScreen || !isOfModel || token === null || training.state === "failed") return;
    // The vocabulary may still be that of an earlier model.
    if (entries.length !== training.info.vocab_size) return;
    const [before] = this.#of;
    if (before !== training) this.#forget();
    const isAnother = before !== training || this.#of[1] !== token;
    if (isAnother) {
      this.#of = [training, token];
      this.#ask(training, token, true);
    } else if (isDue(state, this.#shownStep, this.#asked)) {
      this.#ask(training, token, false);
    }
  }

  /**
   * @param {Training} training
   * @param {number} token
   * @param {boolean} both  whether the model before its training is asked, too
   */
  async #ask(training, token, both) {
    this.#asked = performance.now();
    this.#shownStep = modelStep(this.state.history);
    if (both) {
      this.#asking.abort();
      this.#asking = new AbortController();
    }
    const { signal } = this.#asking;
    const options = { count: COUNT, signal };
    try {
      const now = await training.model.neighbours(token, options);
      this.#sides.now.draw(now, this.words, this.state.origin !== null);
      if (!both) return;
      const first = await (this.#first ??= this.#openFirst(training));
      signal.throwIfAborted();
      if (first) this.#sides.before.draw(await first.model.neighbours(token, options), this.words, false);
      else this.#sides.before.tell(this.words.say("neighbours.no_beginning"));
    } catch (error) {
      if (!signal.aborted) console.warn(`petit-train: no neighbours: ${error}`);
    }
  }

  /** @param {Training} training */
  async #openFirst(training) {
    const { signal } = this.#opening;
    const { drawnAgain, openBeside } = await import("../../state/comparison.js");
    const beginning = await drawnAgain(this.state, training);
    signal.throwIfAborted();
    return beginning && openBeside(beginning, training.settings, signal);
  }

  /** Another model is at hand. */
  #forget() {
    this.#asking.abort();
    this.#opening.abort();
    this.#opening = new AbortController();
    this.#first?.then((first) => first?.close(), () => {});
    this.#first = null;
    this.#of = [null, null];
    for (const side of Object.values(this.#sides)) side.clear(this.words);
  }
}

/** @typedef {{id: number, text: string}} Offered */

/**
 * The different tokens of the reader's sentence, as the model reads it.
 * @param {TokensState} state
 * @returns {Offered[]}
 */
function offeredOf({ cut, kind }) {
  const read = (kind === "bpe" ? cut?.pieces : cut?.letters) ?? [];
  /** @type {Map<number, Offered>} */
  const offered = new Map();
  for (const { id, text, part } of read) if (id !== null && !part) offered.set(id, { id, text });
  return [...offered.values()];
}

/** @param {Offered[]} offered @returns {number} one that has something to say: the longest */
function firstOf(offered) {
  return offered.toSorted((a, b) => b.text.trim().length - a.text.trim().length)[0].id;
}

/** The neighbours in one of the two models. */
class Side {
  #name;
  #title = h("h4");
  #list = h("ol", { class: "near", translate: "no" });
  #note = h("p", { class: "note" });

  /** @param {"before"|"now"} name */
  constructor(name) {
    this.#name = name;
    this.#list.id = `neighbours-${name}`;
    this.element = h("section", {}, this.#title, this.#list, this.#note);
  }

  /** @param {import("../../state/words.js").Words} words */
  clear(words) {
    this.#list.replaceChildren();
    delete this.#list.dataset.step;
    setText(this.#title, words.say(`neighbours.${this.#name}`, { step: "…" }));
    setText(this.#note, "");
  }

  /** @param {string} sentence  in place of neighbours */
  tell(sentence) {
    setText(this.#note, sentence);
  }

  /**
   * @param {Near} near
   * @param {import("../../state/words.js").Words} words
   * @param {boolean} isElsewhere  whether the model has steps that are not counted here
   */
  draw({ step, neighbours }, words, isElsewhere) {
    const key = isElsewhere && step === 0 ? "as_it_came" : this.#name;
    setText(this.#title, words.say(`neighbours.${key}`, { step }));
    setText(this.#note, "");
    this.#list.dataset.step = String(step);
    this.#list.replaceChildren(...neighbours.map(({ id, token, cosine }) => barRow(
      { "data-id": id, "data-cosine": cosine }, h("span", { class: "token" }, tokenLabel(token, words)),
      Math.max(0, cosine), words.number(cosine, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))));
  }
}
