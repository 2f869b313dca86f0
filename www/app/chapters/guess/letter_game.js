// Chapter "Guess": what comes next, letter by letter; the reader's surprise in bits, beside the model's.

import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { isDue } from "../../state/renewal.js";
import { chooseStretch } from "./choose.js";
import { Game } from "./game.js";
import { Keyboard } from "./keyboard.js";
import { LetterRound } from "./letter_round.js";
import { fold, keyRows } from "./letters.js";
import { ShareBox } from "./share_box.js";
import { SurpriseFigures } from "./surprise_figures.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./letter_round.js").Guessed} Guessed */
/** @typedef {import("./letter_round.js").Bet} Bet */
/** @typedef {import("./supply.js").Surprise} Surprise */

/** @typedef {import("./choose.js").HiddenStretch & {from: import("./supply.js").Passage["from"]}} Hidden */

/** While training goes on, the model is asked again no more often than this. */
const PAUSE_MS = 2000;

export class LetterGame extends Game {
  #start = button({ id: "letters-start", class: "primary" }, () => this.#begin());
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
  #figures = new SurpriseFigures();
  #share = new ShareBox("letters-score");
  #game = h("div", { class: "game" },
    this.from, this.passage,
    h("fieldset", { class: "bets" }, h("legend", { "data-words": "guess.bet.legend" }),
      ...this.#bets.map(({ bet, input }) => h("label", { for: `bet-${bet}` }, input,
        h("span", { "data-words": `guess.bet.${bet}` })))),
    h("div", { class: "field" }, h("label", { for: "letter-try", "data-words": "guess.your_letter" }),
      this.#input),
    this.#keyboard.element, this.status, this.#figures.element, this.#share.element);
  /** @type {LetterRound|null} */
  #round = null;
  /** @type {Hidden|null} */
  #hidden = null;
  /** Once the reader has guessed all. @type {Surprise|null} */
  #surprise = null;
  #askedAt = 0;

  constructor() {
    super("letters", "guess.letters.before");
  }

  build() {
    this.watchScreen();
    return [
      h("div", { class: "row buttons" }, this.#start), this.#game,
      h("details", {}, h("summary", { "data-words": "guess.more.summary" }),
        ...["bets", "fair", "counting"].map((name) => h("p", { "data-words": `guess.more.${name}` }))),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    super.update(state);
    this.#followTraining(state);
  }

  #begin() {
    return this.whileAsking(async () => {
      const hidden = await this.supply.find((text) => {
        const rows = keyRows(text, this.state.language);
        return chooseStretch(text, (letter) => rows.some((row) => row.includes(letter)));
      });
      if (!hidden) return this.tell("guess.letters.nothing");
      this.#hidden = hidden;
      this.#surprise = null;
      this.layOutKeys();
      // The space is a key too.
      this.#round = new LetterRound(hidden.stretch, this.#keyboard.size + 1);
      this.tell("guess.letters.begun", { n: this.#round.symbols.length });
      this.#input.focus({ preventScroll: true });
    });
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
    if (!guessed) this.tell(`guess.letters.wrong_${bet}`, { key: this.#nameOf(key) });
    else this.#tellGuessed(guessed);
    this.draw();
    this.useKeys();
    if (round.isOver) this.#askModel();
  }

  /** @param {Guessed} guessed */
  #tellGuessed({ symbol, bits, isFound }) {
    const chance = Math.log2(this.#round?.keys ?? 1);
    const key = bits <= chance ? "right" : isFound ? "late" : "told";
    this.tell(`guess.letters.${key}`, {
      key: this.#nameOf(symbol), bits: Math.round(10 * bits) / 10, chance: this.#bits(chance),
      choices: this.words.number(2 ** bits, { maximumSignificantDigits: 2 }),
    });
  }

  async #askModel() {
    const hidden = this.#hidden;
    if (!hidden || this.isAsking) return;
    this.#askedAt = performance.now();
    await this.whileAsking(async () => {
      const surprise = await this.supply.surprise(hidden, this.#surprise);
      if (hidden === this.#hidden) this.#surprise = surprise;
    });
  }

  /**
   * A model in training is asked again: its surprise falls before the reader's eyes.
   * @param {AppState} state
   */
  #followTraining(state) {
    if (!this.#surprise || !this.isOnScreen || state.phase === "creating") return;
    if (isDue(state, this.#surprise.step, this.#askedAt, PAUSE_MS)) this.#askModel();
  }

  useKeys() {
    const round = this.#round;
    setInUse(this.#start, this.canPlay);
    setText(this.#start, this.words.say(round ? "guess.letters.another" : "guess.letters.start"));
    const isPlaying = round !== null && !round.isOver;
    this.#keyboard.use((letter) => isPlaying && !round.wrong.includes(letter));
    setInUse(this.#space, isPlaying && !round.wrong.includes(" "));
    this.#input.readOnly = !isPlaying;
  }

  layOutKeys() {
    const text = this.#hidden ? this.#hidden.before + this.#hidden.stretch : "";
    this.#keyboard.layOut(keyRows(text, this.state.language), [this.#space], this.words);
    this.useKeys();
  }

  draw() {
    this.tellAgain();
    this.#drawPassage();
    const round = this.#round;
    // The steps of one that has learned elsewhere are not counted here.
    const isElsewhere = this.state.origin !== null && this.#surprise?.step === 0;
    this.#figures.draw(round, this.#surprise, isElsewhere, this.words);
    this.#share.show(round?.isOver && this.#surprise ? this.#score(round, this.#surprise) : "", this.words);
  }

  #drawPassage() {
    const [hidden, round] = [this.#hidden, this.#round];
    this.drawOrigin(hidden?.from);
    if (!hidden || !round) {
      const empty = this.words.say(this.state.running ? "guess.letters.empty" : "guess.letters.no_model");
      return this.passage.replaceChildren(h("p", { class: "note" }, empty));
    }
    const found = round.symbols.slice(0, round.guessed.length).join("");
    const cursor = h("mark", { class: "gap" }, "▢");
    setAttributes(cursor, { role: "img", "aria-label": this.words.say("guess.letters.next") });
    this.passage.replaceChildren(h("span", {}, hidden.before),
      h("span", { class: "found" }, found), round.isOver ? "" : cursor);
    this.passage.scrollTop = this.passage.scrollHeight;
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
