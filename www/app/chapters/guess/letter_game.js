// Chapter "Guess": what comes next, letter by letter; the reader's surprise in bits, beside the model's.

import { EngineFailure } from "../../../api/failure.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { languageOfModel } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";
import { chooseStretch } from "./choose.js";
import { Keyboard } from "./keyboard.js";
import { LetterRound } from "./letter_round.js";
import { fold, keyRows } from "./letters.js";
import { ShareBox } from "./share_box.js";
import { Supply } from "./supply.js";
import { SurpriseFigures } from "./surprise_figures.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./letter_round.js").Guessed} Guessed */
/** @typedef {import("./letter_round.js").Bet} Bet */
/** @typedef {import("./supply.js").Surprise} Surprise */

/** @typedef {import("./choose.js").HiddenStretch & {from: import("./supply.js").Passage["from"]}} Hidden */

/** While training goes on, the model is asked again no more often than this. */
const REFRESH_MS = 2000;

export class LetterGame extends View {
  #supply = new Supply(View.app);
  #start = button({ id: "letters-start", class: "primary" }, () => this.#begin());
  #from = h("p", { class: "note", id: "letters-from" });
  #passage = h("div", {
    class: "paper passage", id: "letters-passage", role: "group", tabindex: 0,
    "data-label": "guess.passage", translate: "no",
  });
  #bets = /** @type {const} */ (["unsure", "sure"]).map((bet) => ({
    bet,
    input: h("input", {
      type: "radio", name: "bet", value: bet, id: `bet-${bet}`, checked: bet === "unsure",
    }),
  }));
  #input = h("input", {
    id: "letter-try", class: "one-letter", type: "text", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", inputmode: "none", translate: "no", "aria-describedby": "letters-status",
    input: () => this.#typed(),
  });
  #keyboard = new Keyboard((letter) => this.#try(letter));
  #space = button({ class: "key wide", "data-words": "guess.space" }, () => this.#try(" "));
  #status = h("p", { class: "game-status", id: "letters-status", role: "status" });
  #figures = new SurpriseFigures();
  #share = new ShareBox("letters-score");
  #game = h("div", { class: "game" },
    this.#from, this.#passage,
    h("fieldset", { class: "bets" }, h("legend", { "data-words": "guess.bet.legend" }),
      ...this.#bets.map(({ bet, input }) => h("label", { for: `bet-${bet}` }, input,
        h("span", { "data-words": `guess.bet.${bet}` })))),
    h("div", { class: "field" }, h("label", { for: "letter-try", "data-words": "guess.your_letter" }),
      this.#input),
    this.#keyboard.element, this.#status, this.#figures.element, this.#share.element);
  /** @type {LetterRound|null} */
  #round = null;
  /** @type {Hidden|null} */
  #hidden = null;
  /** Once the reader has guessed all. @type {Surprise|null} */
  #surprise = null;
  #isAsking = false;
  #askedAt = 0;
  /** What the status says: a key and its parameters. @type {[string, Record<string, string|number>]} */
  #told = ["guess.letters.before", {}];
  /** What of the state is drawn. */
  #shown = "";
  #onScreen = false;

  build() {
    new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
    }).observe(this);
    return [
      h("div", { class: "row buttons" }, this.#start), this.#game,
      h("details", {}, h("summary", { "data-words": "guess.more.summary" }),
        ...["bets", "fair", "counting"].map((name) => h("p", { "data-words": `guess.more.${name}` }))),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    this.#useKeys();
    this.#followTraining(state);
    const shown = `${this.words.language} ${state.running !== null}`;
    if (this.#shown === shown) return;
    this.#shown = shown;
    this.#layOutKeys();
    this.#draw();
  }

  async #begin() {
    this.#isAsking = true;
    this.#useKeys();
    try {
      const hidden = await this.#supply.find((text) => {
        const rows = keyRows(text, this.state.language);
        return chooseStretch(text, (letter) => rows.some((row) => row.includes(letter)));
      });
      if (!hidden) return this.#tell("guess.letters.nothing");
      this.#hidden = hidden;
      this.#surprise = null;
      this.#layOutKeys();
      // The space is a key too.
      this.#round = new LetterRound(hidden.stretch, this.#keyboard.size + 1);
      this.#tell("guess.letters.begun", { n: this.#round.symbols.length });
      this.#input.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      this.#tell("guess.status.refused");
    } finally {
      this.#isAsking = false;
      this.#draw();
      this.#useKeys();
    }
  }

  /** What was typed is tried at once; accents and capitals are forgiven. */
  #typed() {
    const key = [...fold(this.#input.value)].at(-1);
    this.#input.value = "";
    if (key !== undefined && (key === " " || this.#keyboard.has(key))) this.#try(key);
  }

  /** @param {string} key */
  #try(key) {
    const round = this.#round;
    if (!round || round.isOver || round.wrong.includes(key)) return;
    const bet = /** @type {Bet} */ (this.#bets.find(({ input }) => input.checked)?.bet ?? "unsure");
    const guessed = round.try(key, bet);
    // Sure of one letter, the reader is seldom sure of the next.
    this.#bets[0].input.checked = true;
    if (!guessed) this.#tell(`guess.letters.wrong_${bet}`, { key: this.#nameOf(key) });
    else this.#tellGuessed(guessed);
    this.#draw();
    this.#useKeys();
    if (round.isOver) this.#askModel();
  }

  /** @param {Guessed} guessed */
  #tellGuessed({ symbol, bits, isFound }) {
    const chance = Math.log2(this.#round?.keys ?? 1);
    const key = bits <= chance ? "right" : isFound ? "late" : "told";
    this.#tell(`guess.letters.${key}`, {
      key: this.#nameOf(symbol), bits: Math.round(10 * bits) / 10, chance: this.#bits(chance),
      choices: this.words.number(2 ** bits, { maximumSignificantDigits: 2 }),
    });
  }

  async #askModel() {
    const hidden = this.#hidden;
    if (!hidden || this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    try {
      const surprise = await this.#supply.surprise(hidden, this.#surprise);
      if (hidden === this.#hidden) this.#surprise = surprise;
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      this.#tell("guess.status.refused");
    } finally {
      this.#isAsking = false;
      this.#draw();
      this.#useKeys();
    }
  }

  /**
   * A model in training is asked again: its surprise falls before the reader's eyes.
   * @param {AppState} state
   */
  #followTraining({ history, phase }) {
    const done = history.steps.at(-1)?.step ?? 0;
    const asked = this.#surprise?.step;
    if (asked === undefined || !this.#onScreen || asked === done || phase === "creating") return;
    if (performance.now() - this.#askedAt >= REFRESH_MS) this.#askModel();
  }

  #useKeys() {
    const { phase, running } = this.state;
    const canPlay = running !== null && phase !== "creating" && phase !== "failed" && !this.#isAsking;
    const round = this.#round;
    setInUse(this.#start, canPlay);
    setText(this.#start, this.words.say(round ? "guess.letters.another" : "guess.letters.start"));
    const isPlaying = round !== null && !round.isOver;
    this.#keyboard.use((letter) => isPlaying && !round.wrong.includes(letter));
    setInUse(this.#space, isPlaying && !round.wrong.includes(" "));
    this.#input.readOnly = !isPlaying;
  }

  #layOutKeys() {
    const text = this.#hidden ? this.#hidden.before + this.#hidden.stretch : "";
    this.#keyboard.layOut(keyRows(text, this.state.language), [this.#space], this.words);
    this.#useKeys();
  }

  /**
   * @param {string} key
   * @param {Record<string, string|number>} [params]
   */
  #tell(key, params = {}) {
    this.#told = [key, params];
    setText(this.#status, this.words.say(key, params));
  }

  #draw() {
    this.#tell(...this.#told);
    this.#drawPassage();
    const round = this.#round;
    // The steps of one that has learned elsewhere are not counted here.
    const isElsewhere = this.state.origin !== null && this.#surprise?.step === 0;
    this.#figures.draw(round, this.#surprise, isElsewhere, this.words);
    this.#share.show(round?.isOver && this.#surprise ? this.#score(round, this.#surprise) : "", this.words);
  }

  #drawPassage() {
    const [hidden, round] = [this.#hidden, this.#round];
    setText(this.#from, hidden ? this.words.say(`guess.from.${hidden.from}`) : "");
    setAttributes(this.#passage, { lang: languageOfModel(this.state) });
    if (!hidden || !round) {
      const empty = this.words.say(this.state.running ? "guess.letters.empty" : "guess.letters.no_model");
      return this.#passage.replaceChildren(h("p", { class: "note" }, empty));
    }
    const found = round.symbols.slice(0, round.guessed.length).join("");
    const cursor = h("mark", { class: "gap" }, "▢");
    setAttributes(cursor, { role: "img", "aria-label": this.words.say("guess.letters.next") });
    this.#passage.replaceChildren(h("span", {}, hidden.before),
      h("span", { class: "found" }, found), round.isOver ? "" : cursor);
    this.#passage.scrollTop = this.#passage.scrollHeight;
  }

  /**
   * @param {LetterRound} round
   * @param {Surprise} surprise
   * @returns {string} to be sent to somebody; it does not tell the text
   */
  #score(round, surprise) {
    const signs = round.guessed.map(({ isFound, tries }) => (!isFound ? "⬜" : tries === 1 ? "🟩" : "🟡"));
    const lines = this.#figures.compare(round, surprise)
      .map(({ who, bits }) => this.words.say(`guess.share.${who}_bits`, { bits: this.#bits(bits) }));
    return [this.words.say("guess.share.letters_title"), signs.join(""), ...lines].join("\n");
  }

  /** @param {string} symbol */
  #nameOf(symbol) {
    return symbol === " " ? this.words.say("characters.U+0020") : symbol;
  }

  /** @param {number} bits */
  #bits(bits) {
    return this.words.number(bits, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }
}
