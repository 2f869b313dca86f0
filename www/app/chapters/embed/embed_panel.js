// Chapter "Put into an article": a card as its author wants it, seen at work, and what to copy for it.

import { cardParameters } from "../../state/card_address.js";
import { CARDS, CARD_PARAMETERS, hideable } from "../../state/parameters.js";
import { LANGUAGES } from "../../state/settings.js";
import { addressHash } from "../../state/url.js";
import { button, h, s, setAttributes, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { HEIGHTS, SNIPPETS, cardAddress } from "./snippets.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./snippets.js").Snippet} Snippet */

const FORMATS = ["frame", "element", "link", "markdown", "qr"];
/** Of the card on view, in pixels; the last as wide as the page. */
const WIDTHS = ["280", "600", "full"];
const LOCAL = /^(localhost|127\.|\[::1\])/;

export class EmbedPanel extends View {
  #chapter = this.#select("chapter", CARDS.map(({ name }) => name));
  #language = this.#select("lang", LANGUAGES);
  #theme = this.#select("theme", choicesOf("theme"));
  #ground = this.#select("ground", choicesOf("ground"));
  #width = this.#select("width", WIDTHS);
  #format = this.#select("format", FORMATS);
  #hidden = h("div", { class: "row", role: "group", "data-label": "embed.hide.label" });
  /** What the boxes were made for. */
  #boxesFor = "";
  #frame = h("iframe", { id: "embed-preview", loading: "lazy", height: HEIGHTS.train });
  #output = h("textarea", {
    id: "embed-output", rows: 6, readonly: true, spellcheck: "false", translate: "no",
    "data-label": "embed.output", focus: () => this.#output.select(),
  });
  #code = h("div", { id: "embed-qr", class: "qr" });
  #copy = button({ id: "embed-copy", class: "primary", "data-words": "embed.copy" },
    () => this.#copyOutput());
  #told = h("p", { class: "note", id: "embed-told", role: "status" });
  /** What the author should know of what they copy. */
  #note = h("p", { class: "note", id: "embed-note" });
  /** That of a card of the chapter "Train", until the card on view has told its own. */
  #height = HEIGHTS.train;
  #shown = "";

  build() {
    this.#chapter.value = "train";
    this.#width.value = "600";
    this.#language.value = this.words.language;
    addEventListener("message", (event) => this.#heard(event));
    return [
      h("div", { class: "fields" }, this.#field(this.#chapter), this.#field(this.#language),
        this.#field(this.#theme), this.#field(this.#ground), this.#field(this.#width)),
      h("fieldset", {}, h("legend", { "data-words": "embed.hide.label" }), this.#hidden),
      this.#note,
      h("div", { class: "embed-stage" }, this.#frame),
      h("div", { class: "embed-output" }, this.#field(this.#format), this.#output, this.#code,
        h("div", { class: "row buttons" }, this.#copy), this.#told),
      h("p", { class: "note", "data-words": "embed.more" }),
    ];
  }

  /** @param {AppState} state */
  update({ given, settings }) {
    this.#drawBoxes();
    const parameters = this.#parameters(given);
    const width = this.#width.value;
    this.#frame.style.width = width === "full" ? "100%" : `${width}px`;
    this.#frame.style.colorScheme = this.#theme.value === "auto" ? "" : this.#theme.value;
    this.#frame.title = this.words.say("embed.preview");
    const address = cardAddress(baseAddress(), parameters);
    if (this.#frame.src !== address) this.#frame.src = address;
    const notes = [
      ...(settings.text === "own" ? ["embed.own_text"] : []),
      ...(LOCAL.test(location.host) ? ["embed.local"] : []),
    ];
    setText(this.#note, notes.map((key) => this.words.say(key)).join(" "));
    this.#write({
      base: baseAddress(), title: this.#title, parameters, height: this.#height,
      hash: addressHash(given, this.#chosenLanguage, this.#chapter.value, ""),
    });
  }

  get #chosenLanguage() {
    return /** @type {import("../../state/settings.js").Language} */ (this.#language.value);
  }

  /** Of the chosen chapter, in the language of the card. */
  get #title() {
    return CARDS.find(({ name }) => name === this.#chapter.value)?.title[this.#chosenLanguage] ?? "";
  }

  /** @param {AppState["given"]} given */
  #parameters(given) {
    const hide = [...this.#hidden.querySelectorAll("input")].filter(({ checked }) => checked)
      .map(({ value }) => value);
    const theme = /** @type {import("../../state/url.js").Look["theme"]} */ (this.#theme.value);
    const ground = /** @type {import("../../state/url.js").Look["ground"]} */ (this.#ground.value);
    return cardParameters(given, this.#chosenLanguage, this.#chapter.value, { theme, ground, hide });
  }

  /** What the chosen chapter's card can leave out. */
  #drawBoxes() {
    const made = `${this.#chapter.value} ${this.words.language}`;
    if (this.#boxesFor === made) return;
    this.#boxesFor = made;
    this.#hidden.replaceChildren(...hideable(this.#chapter.value).map((piece) => (
      h("label", { class: "check" },
        h("input", { type: "checkbox", value: piece, change: () => this.update(this.state) }),
        this.words.say(`embed.hide.${piece}`)))));
  }

  /** @param {Snippet} snippet */
  async #write(snippet) {
    const format = this.#format.value;
    const isCode = format === "qr";
    const text = SNIPPETS[isCode ? "link" : /** @type {keyof typeof SNIPPETS} */ (format)](snippet);
    if (this.#output.value !== text) this.#output.value = text;
    this.#output.rows = isCode || format === "link" || format === "markdown" ? 2 : 6;
    this.#code.hidden = !isCode;
    if (this.#shown !== format + text) setText(this.#told, "");
    if (isCode && this.#code.dataset.of !== text) await this.#drawCode(text);
    this.#shown = format + text;
  }

  /** @param {string} text */
  async #drawCode(text) {
    this.#code.dataset.of = text;
    try {
      const { qrCode } = await import("./qr_code.js");
      const { size, path } = qrCode(text);
      if (this.#code.dataset.of !== text) return;
      // Four squares of white around it are part of a code.
      this.#code.replaceChildren(s("svg", {
        viewBox: `-4 -4 ${size + 8} ${size + 8}`, role: "img", "aria-label": this.words.say("embed.qr_label"),
      }, s("path", { d: path })));
    } catch (error) {
      console.warn("petit-train: no code can be drawn.", error);
      this.#code.dataset.of = "";
      setText(this.#told, this.words.say("embed.no_qr"));
    }
  }

  async #copyOutput() {
    try {
      await navigator.clipboard.writeText(this.#output.value);
      setText(this.#told, this.words.say("embed.copied"));
    } catch {
      // Some frames, and pages without https, have no clipboard.
      this.#output.focus();
      this.#output.select();
      setText(this.#told, this.words.say("embed.not_copied"));
    }
  }

  /** The height that the card on view needs. @param {MessageEvent} event */
  #heard({ source, origin, data }) {
    const isOurs = source === this.#frame.contentWindow && origin === self.origin;
    if (!isOurs || data?.type !== "petit-train:height" || !Number.isFinite(data.height)) return;
    this.#height = data.height;
    this.#frame.height = String(data.height);
    this.update(this.state);
  }

  /**
   * @param {string} name
   * @param {readonly string[]} values
   */
  #select(name, values) {
    return h("select", { id: `card-${name}`, change: () => this.update(this.state) },
      ...values.map((value) => h("option", { value, "data-words": `embed.${name}.${value}` })));
  }

  /** @param {HTMLSelectElement} select */
  #field(select) {
    const key = select.id.replace("card-", "embed.");
    return h("div", { class: "field" }, h("label", { for: select.id, "data-words": `${key}.label` }), select);
  }
}

/** The folder that the page is in. */
function baseAddress() {
  return new URL("./", location.href).href;
}

/** @param {string} name  of an option of cards */
function choicesOf(name) {
  const option = CARD_PARAMETERS.find((candidate) => candidate.name === name);
  return option?.type === "choice" ? option.choices : [];
}
