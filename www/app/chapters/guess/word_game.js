// Chapter "Guess": a word is hidden; the reader looks for it letter by letter, and the model beside them.

import { barRow } from "../../parts/bars.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { Board, describe, squaresOf } from "./board.js";
import { chooseWord } from "./choose.js";
import { Game } from "./game.js";
import { Keyboard } from "./keyboard.js";
import { fold, keyRows } from "./letters.js";
import { ModelOffer } from "./model_offer.js";
import { ShareBox } from "./share_box.js";
import { TRIES, WordRound } from "./word_round.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("./word_round.js").Mark} Mark */

/** Letters of the board before there is a word. */
const USUAL_LENGTH = 5;
/** Of the model's words, those that are told in the end. */
const TOLD = 5;
/** A smaller probability is told as less than this. */
const LEAST = 0.001;

/** @typedef {import("./choose.js").HiddenWord & {from: import("./supply.js").Passage["from"]}} Hidden */

export class WordGame extends Game {
  #offer = new ModelOffer();
  #start = button({ id: "word-start", class: "primary" }, () => this.#begin());
  #own = new Board("guess.you", false);
  #models = new Board("guess.model", true);
  #boards = h("div", { class: "boards" }, this.#own.element, this.#models.element);
  #input = h("input", {
    id: "word-try", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    inputmode: "none", translate: "no", "aria-describedby": "word-help",
    input: () => this.#type(this.#input.value),
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Enter" && this.#try(),
  });
  #submit = button({ id: "word-submit", "data-words": "guess.try" }, () => this.#try());
  #keyboard = new Keyboard((letter) => this.#type(this.#input.value + letter));
  #backspace = button({ class: "key wide", "data-words": "guess.backspace" },
    () => this.#type([...this.#input.value].slice(0, -1).join("")));
  #ideas = h("ol", { class: "ideas", id: "word-ideas", translate: "no" });
  #end = h("div", { class: "game-end", hidden: true },
    h("h3", { "data-words": "guess.ideas" }), this.#ideas,
    h("p", { class: "note", "data-words": "guess.ideas_note" }));
  #score = new ShareBox("word-score");
  #game = h("div", { class: "game" },
    this.from, this.passage,
    this.#boards,
    h("div", { class: "field" }, h("label", { for: "word-try", "data-words": "guess.your_word" }),
      h("div", { class: "row" }, this.#input, this.#submit),
      h("p", { class: "help", id: "word-help", "data-words": "guess.help" })),
    this.#keyboard.element, this.status, this.#end, this.#score.element);
  /** @type {WordRound|null} */
  #round = null;
  /** @type {Hidden|null} */
  #hidden = null;

  constructor() {
    super("word", "guess.status.before");
  }

  build() {
    return [
      h("p", { class: "note" }, h("span", { "data-words": "guess.reflect" }), " ",
        h("a", { href: "#reflect-chapter", "data-words": "guess.reflect_link" })),
      h("div", { class: "row buttons" }, this.#start), this.#game,
      h("div", { class: "origin-room" }, document.createElement("model-origin")),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    this.#offer.update(state, this.words);
    super.update(state);
  }

  #begin() {
    return this.whileAsking(async () => {
      const hidden = await this.supply.find((text) => chooseWord(text, (letter) => /\p{L}/u.test(letter)));
      const { model } = this.supply;
      if (!hidden || !model) return this.tell("guess.status.nothing");
      const letters = [...fold(hidden.word)].length;
      this.#round = new WordRound(hidden.word, await model.nextWords(hidden.before, { letters }));
      this.#hidden = hidden;
      this.#input.value = "";
      this.tell("guess.status.begun", { letters });
      this.layOutKeys();
      this.#input.focus({ preventScroll: true });
    });
  }

  useKeys() {
    setInUse(this.#start, this.canPlay);
    setText(this.#start, this.words.say(this.#round ? "guess.another_word" : "guess.hide_word"));
    const isPlaying = this.#round !== null && !this.#round.isOver && !this.isAsking;
    setInUse(this.#submit, isPlaying && [...this.#input.value].length === this.#round?.length);
    setInUse(this.#backspace, isPlaying && this.#input.value !== "");
    this.#input.readOnly = !isPlaying;
    this.#keyboard.use(() => isPlaying);
  }

  layOutKeys() {
    const text = this.#hidden ? this.#hidden.before + this.#hidden.word : "";
    this.#keyboard.layOut(keyRows(text, this.state.language), [this.#backspace], this.words);
    this.useKeys();
  }

  /** @param {string} typed */
  #type(typed) {
    const round = this.#round;
    if (!round || round.isOver) return;
    const letters = [...fold(typed)].filter((character) => /\p{L}/u.test(character));
    this.#input.value = letters.slice(0, round.length).join("");
    this.#drawBoards();
    this.useKeys();
  }

  #try() {
    const round = this.#round;
    const word = this.#input.value;
    if (!round || round.isOver || [...word].length !== round.length) return;
    round.try(word);
    this.#input.value = "";
    const tried = describe(round.tries[round.tries.length - 1], false, this.words);
    if (round.isOver) this.#tellEnd(round);
    else this.tell("guess.status.tried", { tried, left: TRIES - round.tries.length });
    this.draw();
    this.useKeys();
  }

  /** @param {WordRound} round */
  #tellEnd(round) {
    const { probability, modelTries, tries } = round;
    const reader = round.isFound ? "found" : "lost";
    const model = round.isFoundByModel ? "found" : "lost";
    const chance = probability === null ? this.words.say("guess.end.unexpected")
      : this.words.say("guess.end.expected", { share: this.#share(probability) });
    this.tell("guess.end.sentence", {
      reader: this.words.say(`guess.end.${reader}`, { n: tries.length, word: round.word }),
      model: this.words.say(`guess.end.model_${model}`, { n: modelTries.length }),
      chance,
    });
  }

  draw() {
    const { words } = this;
    const round = this.#round;
    if (round?.isOver) this.#tellEnd(round);
    else this.tellAgain();
    this.#drawPassage();
    this.#drawBoards();
    this.#end.hidden = !round?.isOver;
    this.#score.show(round?.isOver ? this.#scoreOf(round) : "", words);
    if (round?.isOver) this.#drawIdeas(round);
  }

  #drawPassage() {
    const hidden = this.#hidden;
    this.drawOrigin(hidden?.from);
    if (!hidden || !this.#round) {
      if (!this.state.running) return this.passage.replaceChildren(this.#offer.element);
      const empty = this.words.say("guess.passage_empty");
      return this.passage.replaceChildren(h("p", { class: "note" }, empty));
    }
    const { length, isOver } = this.#round;
    const gap = h("mark", { class: "gap" }, isOver ? hidden.word : "▢".repeat(length));
    const label = this.words.say("guess.gap", { n: length });
    if (!isOver) setAttributes(gap, { role: "img", "aria-label": label });
    // What the model does not see is set apart.
    this.passage.replaceChildren(h("span", {}, `${hidden.before} `), gap,
      h("span", { class: "unseen" }, hidden.after));
    this.passage.scrollTop = gap.offsetTop - this.passage.clientHeight / 2;
  }

  #drawBoards() {
    const round = this.#round;
    const length = round?.length ?? USUAL_LENGTH;
    this.#boards.style.setProperty("--letters", String(length));
    this.#own.draw({ length, tries: round?.tries ?? [], typed: this.#input.value }, this.words);
    this.#models.draw({
      length, tries: round?.modelTries ?? [], isSecret: !round?.isOver,
    }, this.words);
    for (const [letter, mark] of knownLetters(round)) this.#keyboard.mark(letter, mark, this.words);
  }

  /** @param {WordRound} round */
  #drawIdeas({ candidates, hidden }) {
    this.#ideas.replaceChildren(...candidates.slice(0, TOLD).map(({ word, spelling, probability }) => barRow(
      { class: word === hidden ? "really" : "" }, h("span", { class: "token" }, spelling), probability,
      this.#share(probability))));
  }

  /** @param {number} probability */
  #share(probability) {
    return probability < LEAST ? this.words.say("guess.tiny") : this.words.percent(probability);
  }

  /** @param {WordRound} round @returns {string} to be sent to somebody; it does not tell the word */
  #scoreOf(round) {
    const of = (/** @type {boolean} */ isFound, /** @type {number} */ n) => `${isFound ? n : "–"}/${TRIES}`;
    return [
      this.words.say("guess.share.word_title", { n: round.length }),
      this.words.say("guess.share.you", { score: of(round.isFound, round.tries.length) }),
      ...squaresOf(round.tries),
      this.words.say("guess.share.model", { score: of(round.isFoundByModel, round.modelTries.length) }),
      ...squaresOf(round.modelTries),
    ].join("\n");
  }
}

/**
 * @param {WordRound|null} round
 * @returns {Map<string, Mark>} the best that is known of each letter that the reader has tried
 */
function knownLetters(round) {
  /** @type {Mark[]} */
  const ranks = ["absent", "misplaced", "right"];
  /** @type {Map<string, Mark>} */
  const known = new Map();
  for (const { word, marks } of round?.tries ?? []) {
    [...word].forEach((letter, index) => {
      const before = known.get(letter);
      if (!before || ranks.indexOf(marks[index]) > ranks.indexOf(before)) known.set(letter, marks[index]);
    });
  }
  return known;
}
