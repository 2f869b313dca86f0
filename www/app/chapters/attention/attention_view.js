// Chapter "Attention": the words with their arcs, every head to pick from, the picked one enlarged, and what
// comes next.

import { fittingNote } from "../../parts/characters.js";
import { CandidateList } from "../../parts/candidate_list.js";
import { button, h, setText } from "../../parts/dom.js";
import { languageOfModel } from "../../parts/text_language.js";
import { dark } from "../../parts/theme.js";
import { View, translate } from "../../parts/view.js";
import { failureOf } from "../../state/failure_of.js";
import { isDue } from "../../state/renewal.js";
import { ConnectionList } from "./connection_list.js";
import { HeadCloseUp } from "./head_close_up.js";
import { HeadGallery } from "./head_gallery.js";
import { LookField } from "./look_field.js";
import { RemovalPart } from "./removal_part.js";
import { WordPart } from "./word_part.js";
import { weightsOf } from "./words.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./attention_matrix.js").Cell} Cell */
/** @typedef {import("./head_gallery.js").Picked} Picked */

export class AttentionView extends View {
  #field = new LookField(this);
  #follow = h("input", {
    type: "checkbox", id: "follow", checked: true, change: () => this.#followTraining(this.state),
  });
  #empty = h("p", { class: "empty", "data-words": "attention.empty" });
  #step = h("p", { class: "note", id: "attention-step" });
  #notes = h("p", { class: "note", id: "look-fitted" });
  #words = new WordPart(() => this.words, (query, isByKeyboard) => {
    this.#moveTo(this.#strongest(query), isByKeyboard ? () => this.#words.sentence : null);
    this.#closeUp.reveal();
  });
  #gallery = new HeadGallery((picked) => this.#show(picked, null));
  #closeUp = new HeadCloseUp((cell, isByKeyboard) => {
    this.#moveTo(cell, isByKeyboard ? () => this.#closeUp.spoken(this.words) : null);
  });
  #connections = new ConnectionList(({ layer, head, query, key }) => {
    this.#show({ layer, head }, { query, key });
  });
  #candidates = new CandidateList();
  #removal = new RemovalPart(this, () => this.#cell.query, (picked, cell) => this.#show(picked, cell));
  #beginReplay = button({ id: "replay", "data-words": "attention.replay.begin" }, () => this.#playReplay());
  #replayBox = h("div", { class: "replay" }, this.#beginReplay);
  /** Loaded once it is wanted. @type {import("./replay_part.js").ReplayPart|null} */
  #replay = null;
  #more = h("details", { id: "positions", toggle: () => this.#openMore() },
    h("summary", { "data-words": "attention.positions.summary" }));
  /** Loaded once it is opened. @type {import("./position_part.js").PositionPart|null} */
  #positions = null;
  /**
   * Speaks what the reader has moved to by keyboard: not at every refresh, nor under every pointer.
   */
  #spoken = h("p", { class: "visually-hidden", id: "attention-spoken", role: "status", translate: "no" });
  #panel = h("div", { class: "attention-panel" },
    h("div", { class: "heads" },
      h("h3", { "data-words": "attention.heads_title" }),
      h("p", { class: "note", "data-words": "attention.heads_help" }),
      this.#gallery.element, this.#step,
      h("label", { class: "check", for: "follow" }, this.#follow,
        h("span", { "data-words": "attention.follow" }))),
    this.#closeUp.element,
    h("div", { class: "reading" }, this.#candidates.element, this.#connections.element),
    this.#spoken);
  /** @type {Picked} */
  #picked = { layer: 0, head: 0 };
  /** @type {Cell} */
  #cell = { query: 0, key: 0 };
  /** The attention of what is picked, of what was seen. @type {Float32Array} [query, key] */
  #weights = new Float32Array();
  /** What is drawn, and in which language. @type {[AppState["seen"], string]} */
  #drawn = [null, ""];
  #asked = 0;

  /** @returns {AppState["seen"]} what is shown: the model as it is, or a snapshot that is replayed */
  get #seen() {
    return this.#replay?.seen ?? this.state.seen;
  }

  build() {
    this.watchScreen();
    new ResizeObserver(() => this.#layOut()).observe(this);
    dark.addEventListener("change", () => this.#drawAll());
    return [
      this.#field.offers, this.#empty, this.#words.element, this.#notes, this.#replayBox,
      this.#field.own,
      document.createElement("model-origin"),
      this.#panel,
      this.#removal.element,
      this.#more,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { seen } = state;
    this.#field.update(state);
    this.#empty.hidden = seen !== null;
    this.#panel.hidden = this.#words.element.hidden = seen === null;
    this.#followTraining(state);
    this.#more.hidden = seen === null;
    if (this.#more.open) this.#positions?.update(state);
    this.#replayBox.hidden = state.snapshots.length < 2 || seen === null;
    this.#replay?.update(state);
    const [earlier, language] = this.#drawn;
    if (!seen || (earlier === seen && language === this.words.language)) return;
    // What was said of the cursor was said in another language.
    if (language !== this.words.language) setText(this.#spoken, "");
    this.#drawn = [seen, this.words.language];
    const isAnother = earlier?.inspection.tokens.join("\0") !== seen.inspection.tokens.join("\0");
    this.#choose(isAnother);
    this.#removal.update(isAnother);
    this.#drawAll();
    if (isAnother) this.#closeUp.reveal();
  }

  /**
   * Keeps what is picked where that still exists. Of another text, the words that belong together come first,
   * where they are known, in the head that connects them most; else the last word.
   * @param {boolean} isAnother
   */
  #choose(isAnother) {
    const { seen } = this.state;
    if (!seen) return;
    const { tokens, n_layer, n_head, connections } = seen.inspection;
    const { layer, head } = this.#picked;
    this.#picked = {
      layer: Math.min(layer, n_layer - 1), head: head === null ? null : Math.min(head, n_head - 1),
    };
    if (!isAnother) return;
    const [strongest] = connections.filter((connection) => connection !== null)
      .sort((a, b) => b.share - a.share);
    if (strongest) this.#picked = { layer: strongest.layer, head: strongest.head };
    this.#weights = weightsOf(seen.inspection, this.#picked);
    this.#cell = this.#strongest(strongest?.query ?? tokens.length - 1);
  }

  /** @param {AppState} state */
  #followTraining(state) {
    const { seen } = state;
    if (!seen || !this.#follow.checked || !this.isOnScreen || this.#replay?.seen) return;
    if (!isDue(state, seen.step, this.#asked)) return;
    this.#asked = performance.now();
    this.controller.lookAgain();
  }

  async #playReplay() {
    try {
      const { ReplayPart } = await import("./replay_part.js");
      this.#replay ??= new ReplayPart(this, this.#beginReplay, () => this.#drawAll());
      this.#addLate(this.#replayBox, this.#replay.element);
      await this.#replay.play();
    } catch (error) {
      this.controller.fail(failureOf(error));
    }
  }

  async #openMore() {
    if (!this.#more.open) return;
    try {
      const { PositionPart } = await import("./position_part.js");
      this.#positions ??= new PositionPart(this);
      this.#addLate(this.#more, this.#positions.element);
      this.#positions.update(this.state);
    } catch (error) {
      this.controller.fail(failureOf(error));
    }
  }

  /**
   * @param {HTMLElement} place
   * @param {HTMLElement} element  that was loaded late
   */
  #addLate(place, element) {
    if (place.contains(element)) return;
    place.append(element);
    translate(element, this.words);
  }

  /** Draws all that depends on what was seen, in the language and the colours of now. */
  #drawAll() {
    const { state, words } = this;
    const seen = this.#seen;
    if (!seen) return;
    this.#candidates.setLanguage(languageOfModel(state));
    this.#gallery.draw(seen.inspection, words);
    // The steps of one that has learned elsewhere are not counted here.
    const isElsewhere = seen.step === 0 && state.origin !== null;
    setText(this.#step, isElsewhere ? "" : words.say("attention.step", { step: seen.step }));
    setText(this.#notes, this.#notesOn(seen));
    this.#connections.draw(seen, state.info?.model.block_size ?? 0, words);
    this.#closeUp.drawLegend(words);
    this.#positions?.draw();
    this.#drawHead();
  }

  /**
   * @param {NonNullable<AppState["seen"]>} seen
   * @returns {string} what of the text was not read as it stands
   */
  #notesOn({ text, replaced, inspection: { tokens } }) {
    const isCut = tokens.length === this.state.info?.model.block_size && tokens.join("") !== text;
    const cut = isCut ? this.words.say("attention.cut", { n: tokens.length }) : "";
    return `${fittingNote(replaced, this.words)} ${cut}`.trim();
  }

  /**
   * Picks a head, and says what is under the cursor.
   * @param {Picked} picked
   * @param {Cell|null} cell  where the cursor goes; without it, to what the token that looks gives most to
   */
  #show(picked, cell) {
    const seen = this.#seen;
    if (!seen) return;
    this.#picked = picked;
    this.#weights = weightsOf(seen.inspection, picked);
    this.#cell = cell ?? this.#strongest(this.#cell.query);
    this.#drawHead();
    this.#speak(this.#closeUp.spoken(this.words));
  }

  /** Draws what is picked. */
  #drawHead() {
    const seen = this.#seen;
    if (!seen) return;
    const { tokens } = seen.inspection;
    this.#weights = weightsOf(seen.inspection, this.#picked);
    this.#gallery.check(this.#picked);
    this.#closeUp.draw({ tokens, weights: this.#weights, picked: this.#picked }, this.words);
    this.#point();
    this.#drawQuery();
  }

  /** Draws what depends on the cell that is pointed at. */
  #point() {
    this.#closeUp.point(this.#cell, this.words);
    this.#replay?.point(this.#picked, this.#cell);
  }

  /** Fits the words' arcs to the room there is. */
  #layOut() {
    if (this.#panel.hidden) return;
    this.#words.layOut();
  }

  /** Draws what depends on the token that looks. */
  #drawQuery() {
    const seen = this.#seen;
    if (!seen) return;
    const { tokens, candidates } = seen.inspection;
    const { query } = this.#cell;
    this.#candidates.draw(tokens, query, candidates[query] ?? [], this.words);
    // The last: it measures where the words are.
    this.#words.draw({ tokens, weights: this.#weights, query }, languageOfModel(this.state));
  }

  /** @param {number} query @returns {Cell} what that token gives most to */
  #strongest(query) {
    const count = this.#seen?.inspection.tokens.length ?? 0;
    const row = this.#weights.subarray(query * count, query * count + query + 1);
    return { query, key: Math.max(0, row.indexOf(Math.max(...row))) };
  }

  /**
   * @param {Cell} cell
   * @param {(() => string)|null} spoken  what is said once it is drawn; nothing where nobody needs to hear it
   */
  #moveTo(cell, spoken) {
    const { query, key } = this.#cell;
    const isSame = cell.query === query && cell.key === key;
    this.#cell = cell;
    if (cell.query !== query) this.#drawQuery();
    if (!isSame) this.#point();
    if (spoken) this.#speak(spoken());
  }

  /** @param {string} sentence */
  #speak(sentence) {
    setText(this.#spoken, sentence);
  }
}
