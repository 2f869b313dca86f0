// The pairs of letters of the chosen text as a sheet to print, and two dice to write with it.

import { button, h, setInUse, setText } from "../../parts/dom.js";
import { languageOfText } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";
import { chosenText, documentsOf } from "./counted_text.js";
import { THROWS, diceOf, follower, pairTable } from "./pair_table.js";
import { printOnly } from "./print_only.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./pair_table.js").PairTable} PairTable */
/** @typedef {import("./pair_table.js").Row} Row */

/** Letters that one press writes at once. */
const MANY = 60;
/** Of what was written, the end that is shown. */
const SHOWN = 240;
/** How a space is shown, that one can see it. */
const SPACE_SIGN = "␣";

export class PaperModel extends View {
  #note = h("p", { class: "note" });
  #written = h("p", { class: "paper dice-text", id: "dice-text", translate: "no" });
  #told = h("p", { class: "dice-told", id: "dice-told", role: "status" });
  #rows = h("tbody", {});
  #table = h("table", { class: "pair-table", id: "pair-table" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col", "data-words": "class.paper.after" }),
      h("th", { scope: "col", "data-words": "class.paper.comes" }))),
    this.#rows);
  #once = button({ id: "throw-dice", class: "primary", "data-words": "class.paper.throw" },
    () => this.#throw(1));
  #often = button({ id: "throw-often", "data-words": "class.paper.often" }, () => this.#throw(MANY));
  #again = button({ class: "quiet", "data-words": "class.paper.again" }, () => this.#begin());
  #print = button({ id: "print-pairs", "data-words": "class.paper.print" }, () => this.#printSheet());
  #empty = h("p", { class: "empty", "data-words": "class.paper.empty" });
  #sheet = h("div", { class: "sheet", id: "pair-sheet" },
    h("h4", { class: "printed", "data-words": "class.paper.sheet_title" }),
    h("p", { class: "printed", "data-words": "class.paper.sheet_how" }),
    this.#table, this.#note);
  #details = h("details", { toggle: () => this.#details.open && this.#pairs() },
    h("summary", { "data-words": "class.paper.show" }), this.#sheet);
  #live = h("div", {},
    h("div", { class: "row buttons" }, this.#once, this.#often, this.#again),
    this.#written, this.#told, this.#details, h("div", { class: "row buttons" }, this.#print));
  /** The text that is counted, or would be. @type {unknown} */
  #chosen = null;
  /** The pairs of that text, once they are wanted. @type {Promise<PairTable|null>|null} */
  #counting = null;
  /** What is drawn. @type {PairTable|null} */
  #drawn = null;
  /** What the dice have written. */
  #text = "";
  #language = "";

  build() {
    return [this.#empty, this.#live];
  }

  /** @param {AppState} state */
  update(state) {
    const chosen = chosenText(state);
    if (chosen !== this.#chosen) {
      this.#chosen = chosen;
      this.#counting = null;
      this.#begin();
      if (this.#details.open) this.#pairs();
    }
    this.#empty.hidden = chosen !== null;
    this.#live.hidden = chosen === null;
    if (this.#language === this.words.language) return;
    this.#language = this.words.language;
    this.#drawNote();
    this.#begin();
  }

  /** @returns {Promise<PairTable|null>} the pairs of the chosen text, which are drawn too */
  async #pairs() {
    const { state, words } = this;
    const counting = this.#counting ??= documentsOf(state)
      .then((documents) => pairTable(documents, languageOfText(state) || words.language));
    const pairs = await counting;
    // Another text may have been chosen meanwhile.
    if (counting === this.#counting && pairs !== this.#drawn) this.#draw(pairs);
    return pairs;
  }

  /** @param {PairTable|null} pairs */
  #draw(pairs) {
    this.#drawn = pairs;
    this.#rows.replaceChildren(...(pairs?.rows ?? []).map((row) => h("tr", {},
      h("th", { scope: "row", translate: "no" }, signOf(row.letter)),
      h("td", { translate: "no" }, ...ranges(row)))));
    this.#drawNote();
  }

  #drawNote() {
    const { words } = this;
    if (!this.#drawn) return;
    const { counted, left_out } = this.#drawn;
    const leftOut = left_out > 0 ? ` ${words.say("class.paper.left_out", { n: left_out })}` : "";
    setText(this.#note, words.say("class.paper.counted", { n: counted }) + leftOut);
  }

  async #printSheet() {
    if (await this.#pairs()) printOnly(this.#sheet);
    else setText(this.#told, this.words.say("class.paper.no_letters"));
  }

  /** Begins a text: a word is about to start. */
  #begin() {
    this.#text = "";
    setText(this.#told, "");
    this.#show();
  }

  /** @param {number} times */
  async #throw(times) {
    const pairs = await this.#pairs();
    if (!pairs) {
      setText(this.#told, this.words.say("class.paper.no_letters"));
      return;
    }
    let said = this.words.say("class.paper.thrown_often", { n: times });
    for (let time = 0; time < times; time++) {
      const before = this.#text.at(-1) ?? " ";
      const row = pairs.rows.find(({ letter }) => letter === before) ?? pairs.rows[0];
      const thrown = Math.floor(Math.random() * THROWS);
      const letter = follower(row, thrown);
      this.#text += letter;
      if (times === 1) {
        said = this.words.say("class.paper.thrown", {
          before: signOf(before), dice: diceOf(thrown), letter: signOf(letter),
        });
      }
    }
    setText(this.#told, said);
    this.#show();
  }

  #show() {
    const shown = this.#text.slice(-SHOWN);
    setText(this.#written, shown === "" ? this.words.say("class.paper.nothing") : shown.trimStart());
    this.#written.classList.toggle("nothing", shown === "");
    setInUse(this.#again, shown !== "");
  }
}

/** @param {Row} row @returns {(Node|string)[]} which throws give which letter */
function ranges({ next }) {
  let from = 0;
  return next.flatMap(({ letter, throws }) => {
    const [first, last] = [diceOf(from), diceOf(from + throws - 1)];
    from += throws;
    const range = first === last ? first : `${first}–${last}`;
    return [h("span", { class: "throws" }, h("b", {}, signOf(letter)), ` ${range}`), " "];
  });
}

/** @param {string} letter */
function signOf(letter) {
  return letter === " " ? SPACE_SIGN : letter;
}
