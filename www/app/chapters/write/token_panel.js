// How one written token came: what the model expected, what the settings made of that, and the random number
// that decided. The settings can be turned here; the model is not asked again.

import { placeOf, rank, standing, withSettings } from "../../../api/drawing.js";
import { visible } from "../../parts/characters.js";
import { button, h, setAttributes, setText } from "../../parts/dom.js";
import { spokenToken, tokenLabel } from "../../parts/token_label.js";
import { translate } from "../../parts/view.js";
import { DrawingSliders } from "./drawing_sliders.js";

/** @typedef {import("../../state/app_state.js").Writing} Writing */
/** @typedef {import("../../state/words.js").Words} Words */
/** @typedef {import("../../../api/messages.js").WrittenToken} WrittenToken */
/** @typedef {import("../../../api/options.js").Drawing} Drawing */
/** @typedef {import("../../../api/drawing.js").Ranked} Ranked */
/** @typedef {{place: number, id: number, token: string}} Row  a candidate, and its place among all */

/** Candidates that have a row each; so has the token that was written. */
const ROWS = 7;
/** Parts of the draw that are narrower than this share bear no name. */
const NAMED = 0.1;

export class TokenPanel {
  #title = h("h3", { id: "token-title" });
  #rank = h("p", { class: "token-rank" });
  #source = h("figure", { class: "copied-source" });
  #parts = h("div", { class: "draw-parts", translate: "no" });
  #needle = h("span", { class: "needle" });
  #verdict = h("p", { class: "draw-verdict", role: "status", id: "draw-verdict" });
  #body = h("tbody", { translate: "no" });
  #sliders = new DrawingSliders(() => this.#draw());
  #again = button({ id: "draw-again", "data-words": "token.again" }, () => this.#take(this.#sliders.drawing));
  #full = h("p", { class: "note", "data-words": "token.full" });
  #take;
  /** @type {WrittenToken|null} */
  #token = null;
  /** The vocabulary, as the page shows it. @type {readonly string[]} */
  #labels = [];
  /** All candidates for it. @type {Ranked|null} */
  #ranked = null;
  #isFull = false;
  /** Of the text. */
  #lang = "";
  /** All that is shown, as of the last update. @type {unknown[]} */
  #shown = [];
  /** @type {Words} */
  #words;
  element;

  /**
   * @param {Words} words
   * @param {(drawing: Drawing, first?: number) => void} take  writes the text on from here another way
   * @param {() => void} close
   */
  constructor(words, take, close) {
    this.#words = words;
    this.#take = take;
    const cross = h("span", { "aria-hidden": "true" }, "×");
    const [candidate, before, after, other] = ["candidate", "before", "after", "try"].map((name) => (
      h("th", { scope: "col", class: name, "data-words": `token.${name}` })));
    const bars = h("td", { class: "bars", "aria-hidden": "true" });
    this.element = h("section", {
      class: "token-panel paper", id: "token-panel", "aria-labelledby": "token-title",
      keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Escape" && close(),
    },
    h("div", { class: "panel-head" }, this.#title,
      button({ class: "quiet", id: "close-token", "data-label": "token.close" }, close, cross)),
    this.#rank, this.#source,
    h("div", { class: "draw", "aria-hidden": "true" }, this.#parts, this.#needle), this.#verdict,
    h("table", { class: "token-candidates", id: "token-candidates" },
      h("caption", { class: "visually-hidden", "data-words": "token.table" }),
      h("thead", {}, h("tr", {}, candidate, bars, before, after, other)), this.#body),
    this.#sliders.element, h("div", { class: "row buttons" }, this.#again, this.#full));
  }

  /**
   * @param {Writing} writing
   * @param {number} index  of its token
   * @param {object} more
   * @param {boolean} more.isFull    whether no other way can be taken
   * @param {string|null} more.when  the step whose model wrote it, in words
   * @param {string} more.lang       of the text
   */
  update(writing, index, { isFull, when, lang }) {
    const token = writing.tokens[index];
    // Drawn anew, the buttons would lose the keyboard.
    const shown = [token, writing.labels, writing.copies, isFull, when, lang, this.#words.language];
    if (shown.every((value, at) => value === this.#shown[at])) return;
    this.#shown = shown;
    if (token !== this.#token) {
      this.#ranked = rank(token.logits);
      this.#sliders.begin(writing.drawing);
    }
    this.#token = token;
    this.#isFull = isFull;
    translate(this.element, this.#words);
    this.#lang = lang;
    setAttributes(this.#parts, { lang });
    this.#labels = writing.labels;
    this.#title.replaceChildren(...this.#quoted(this.#nameOf(token.id)));
    const { probability, rank: place } = standing(token.logits, token.id);
    const share = this.#words.percent(probability);
    const ranked = this.#words.say("token.rank", { rank: place, count: token.logits.length, share });
    setText(this.#rank, [ranked, when ?? ""].join(" ").trim());
    this.#tellSource(writing, index, lang);
    setAttributes(this.#again, { "aria-disabled": isFull ? "true" : null });
    this.#full.hidden = !isFull;
    this.#draw();
  }

  /** Draws what depends on the settings. */
  #draw() {
    const [token, ranked] = [this.#token, this.#ranked];
    if (!token || !ranked) return;
    this.#sliders.update(this.#words);
    const after = withSettings(ranked, this.#sliders.drawing);
    const chosen = token.number === null ? null : placeOf(after, token.number);
    const rows = this.#rowsOf(token.id, ranked);
    this.#drawRows(token, rows, ranked.probabilities, after);
    this.#drawParts(rows, after, chosen, token.number);
    setText(this.#verdict, this.#verdictOf(token, ranked, chosen));
    const isSame = chosen === null || ranked.ids[chosen] === token.id;
    setAttributes(this.#verdict, { "data-same": isSame });
  }

  /**
   * @param {WrittenToken} token
   * @param {readonly Row[]} rows
   * @param {Float64Array} before
   * @param {Float64Array} after
   */
  #drawRows(token, rows, before, after) {
    const [others, othersAfter] = [rest(rows, before), rest(rows, after)];
    const elements = rows.map(({ place, id, token: name }) => {
      const cells = this.#cells(before[place], after[place]);
      const isWritten = id === token.id;
      const how = token.number === null ? "token.chosen" : "token.drawn";
      const go = isWritten ? h("span", { class: "drawn" }, this.#words.say(how)) : this.#goButton(id, name);
      const head = h("th", { scope: "row", lang: this.#lang }, tokenLabel(name, this.#words));
      return h("tr", { class: rowClass(after[place], isWritten) }, head, ...cells, h("td", {}, go));
    });
    if (others.count > 0) {
      const name = this.#words.say("token.others", { count: others.count });
      elements.push(h("tr", { class: `others ${rowClass(othersAfter.sum, false)}` },
        h("th", { scope: "row" }, name), ...this.#cells(others.sum, othersAfter.sum), h("td", {})));
    }
    this.#body.replaceChildren(...elements);
  }

  /**
   * @param {number} before
   * @param {number} after
   */
  #cells(before, after) {
    const bars = h("span", { class: "bars" });
    bars.style.setProperty("--before", String(before));
    bars.style.setProperty("--after", String(after));
    return [
      h("td", { class: "bars", "aria-hidden": "true" }, bars),
      h("td", { class: "share" }, this.#words.percent(before)),
      h("td", { class: "share" }, after === 0 ? this.#words.say("token.cut") : this.#words.percent(after)),
    ];
  }

  /**
   * @param {number} id
   * @param {string} token
   */
  #goButton(id, token) {
    const label = this.#words.say("token.take", { token: nameInSentence(token, this.#words) });
    return button({
      class: "quiet go", "aria-label": label, title: label, "data-id": id,
      "aria-disabled": this.#isFull ? "true" : null,
    }, () => this.#take(this.#sliders.drawing, id), h("span", { "aria-hidden": "true" }, "↪"));
  }

  /**
   * The parts of all candidates one after the other, and the number that falls into one of them.
   * @param {readonly Row[]} rows
   * @param {Float64Array} after
   * @param {number|null} chosen  the place of the candidate that the number chooses
   * @param {number|null} number
   */
  #drawParts(rows, after, chosen, number) {
    /** @type {HTMLElement[]} */
    const parts = [];
    let passed = 0;
    const add = (/** @type {number} */ end, /** @type {string} */ look, /** @type {string} */ name) => {
      const share = after.subarray(passed, end).reduce((sum, probability) => sum + probability, 0);
      passed = end;
      if (share === 0) return;
      const part = h("span", { class: look }, share < NAMED ? "" : h("bdi", {}, name));
      part.style.setProperty("--share", String(share));
      parts.push(part);
    };
    const named = new Map(rows.map(({ place, token }) => [place, token]));
    const alone = [...new Set([...named.keys(), ...(chosen === null ? [] : [chosen])])].sort((a, b) => a - b);
    for (const place of alone) {
      if (place > passed) add(place, "tail", "");
      add(place + 1, place === chosen ? "chosen" : "part", visible(named.get(place) ?? ""));
    }
    add(after.length, "tail", "");
    this.#parts.replaceChildren(...parts);
    this.#needle.hidden = number === null;
    this.#needle.style.setProperty("--number", String(number ?? 0));
    setText(this.#needle, number === null ? "" : this.#decimals(number));
  }

  /**
   * @param {WrittenToken} token
   * @param {Ranked} ranked
   * @param {number|null} chosen
   * @returns {string} what the number chose, and what it would have with other settings
   */
  #verdictOf(token, ranked, chosen) {
    if (token.number === null || chosen === null) return this.#words.say("token.given");
    const id = ranked.ids[chosen];
    const params = {
      number: this.#decimals(token.number), token: nameInSentence(this.#nameOf(id), this.#words),
    };
    if (this.#sliders.isUsual) return this.#words.say("token.fell", params);
    if (id === token.id) return this.#words.say("token.same", params);
    return this.#words.say("token.other", params);
  }

  /**
   * Where the token is part of something copied, the place that it was copied from.
   * @param {Writing} writing
   * @param {number} index
   * @param {string} lang
   */
  #tellSource({ prompt, tokens, copies }, index, lang) {
    const start = tokens.slice(0, index).reduce((at, token) => at + token.text.length, prompt.length);
    const end = start + tokens[index].text.length;
    const copy = copies?.copies.find(({ range }) => start < range.end && end > range.start);
    this.#source.hidden = !copy;
    if (!copy) return;
    const { before, passage, after } = copy;
    this.#source.replaceChildren(
      h("figcaption", {}, this.#words.say("token.source")),
      h("blockquote", { lang, translate: "no" }, before && `…${before}`, h("mark", {}, passage),
        after && `${after}…`));
  }

  /** @param {string} token @returns {Node[]} the token as a sentence quotes it */
  #quoted(token) {
    const [before, after = ""] = this.#words.say("token.title", { token: "\n" }).split("\n");
    const quoted = h("span", { lang: this.#lang }, tokenLabel(token.trim() || token, this.#words));
    return [new Text(before), quoted, new Text(after)];
  }

  /** @param {number} id */
  #nameOf(id) {
    return this.#labels[id] ?? String(id);
  }

  /**
   * @param {number} id  of the written token
   * @param {Ranked} ranked
   * @returns {Row[]} the likeliest candidates and the token itself
   */
  #rowsOf(id, { ids }) {
    const places = Array.from(ids.subarray(0, ROWS), (_, place) => place);
    if (!ids.subarray(0, ROWS).includes(id)) places.push(ids.indexOf(id));
    return places.map((place) => ({ place, id: ids[place], token: this.#nameOf(ids[place]) }));
  }

  /** @param {number} number */
  #decimals(number) {
    return this.#words.number(number, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  }
}

/**
 * @param {string} token
 * @param {Words} words
 * @returns {string} the token for a sentence that quotes it: without the space that most begin with
 */
function nameInSentence(token, words) {
  return spokenToken(token.trim() || token, words);
}

/**
 * @param {readonly Row[]} rows
 * @param {Float64Array} probabilities
 * @returns {{count: number, sum: number}} how many candidates have no row, and their share together
 */
function rest(rows, probabilities) {
  const shown = new Set(rows.map(({ place }) => place));
  const sum = probabilities.reduce((total, share, place) => (shown.has(place) ? total : total + share), 0);
  return { count: probabilities.length - rows.length, sum };
}

/**
 * @param {number} after
 * @param {boolean} isWritten
 */
function rowClass(after, isWritten) {
  return [after === 0 ? "cut" : "", isWritten ? "written-token" : ""].filter(Boolean).join(" ");
}
