// Chapter "Before and after": two open questions before the visit, the same after, in the reader's own words.

import { button, h, setInUse, setText } from "../../parts/dom.js";
import { confirmed } from "../../parts/confirm.js";
import { View } from "../../parts/view.js";
import { download, fileName } from "../keep/download.js";
import {
  LONGEST, QUESTIONS, deleteVisits, emptyVisit, isEmpty, keepVisits, readVisits, toCsv,
} from "./answers.js";

/** @typedef {import("./answers.js").Visit} Visit */

/** How long the reader pauses before what they type is kept, in milliseconds. */
const PAUSE = 500;

export class BeforeAfter extends View {
  /** The present visitor's is the last. @type {Visit[]} */
  #visits = readVisits();
  #isKept = true;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #pause;
  #name = h("input", {
    id: "visitor", type: "text", maxlength: 60, autocomplete: "off",
    input: () => this.#change({ name: this.#name.value }),
  });
  #questions = QUESTIONS.map((question, index) => new Question(question, (part, answer) => {
    const answers = [...this.#visit[part]];
    answers[index] = answer;
    this.#change({ [part]: answers, [`${part}At`]: Date.now() });
  }));
  #begin = button({ id: "visit-begun", class: "primary", "data-words": "reflect.begin" },
    () => this.#begun());
  #next = button({ id: "next-visitor", "data-words": "reflect.next" }, () => this.#nextVisitor());
  #export = button({ id: "export-answers", "data-words": "reflect.export" }, () => this.#download());
  #delete = button({ id: "delete-answers", class: "quiet", "data-words": "reflect.delete" },
    () => this.#deleteAll());
  #stage = h("p", { class: "note", id: "reflect-stage" });
  #kept = h("p", { class: "note", id: "answers-kept", role: "status" });

  build() {
    return [
      this.#stage,
      h("div", { class: "field" }, h("label", { for: "visitor", "data-words": "reflect.name" }), this.#name),
      ...this.#questions.map(({ element }) => element),
      h("div", { class: "row buttons" }, this.#begin, this.#next, this.#export, this.#delete), this.#kept,
    ];
  }

  update() {
    const { name, hasBegun, before, after } = this.#visit;
    setText(this.#stage, this.words.say(hasBegun ? "reflect.stage_after" : "reflect.stage_before"));
    if (document.activeElement !== this.#name) this.#name.value = name;
    this.#questions.forEach((question, index) => {
      question.update(before[index], after[index], hasBegun, this.words);
    });
    this.#begin.hidden = hasBegun;
    this.#next.hidden = !hasBegun;
    const answered = this.#visits.filter((visit) => !isEmpty(visit)).length;
    setInUse(this.#export, answered > 0);
    setInUse(this.#delete, answered > 0);
    setText(this.#kept, answered === 0 ? this.words.say("reflect.nothing")
      : this.words.say(this.#isKept ? "reflect.kept" : "reflect.not_kept", { n: answered }));
  }

  get #visit() {
    return this.#visits[this.#visits.length - 1];
  }

  /** @param {Partial<Visit>} change  of the present visitor's */
  #change(change) {
    this.#visits[this.#visits.length - 1] = { ...this.#visit, ...change };
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#keep(), PAUSE);
  }

  #keep() {
    clearTimeout(this.#pause);
    this.#isKept = keepVisits(this.#visits);
    this.update();
  }

  #begun() {
    this.#change({ hasBegun: true });
    this.#keep();
    this.#questions[0].focus();
  }

  #nextVisitor() {
    if (!isEmpty(this.#visit)) this.#visits.push(emptyVisit());
    else this.#visits[this.#visits.length - 1] = emptyVisit();
    this.#keep();
    this.#name.focus();
  }

  #download() {
    const { words } = this;
    const columns = ["name", "before_at", "after_at",
      ...QUESTIONS.flatMap((question) => [`${question}.before`, `${question}.after`])];
    const day = (/** @type {number|null} */ time) => (time === null ? "" : new Date(time).toISOString());
    const rows = this.#visits.filter((visit) => !isEmpty(visit)).map((visit) => [
      visit.name, day(visit.beforeAt), day(visit.afterAt),
      ...QUESTIONS.flatMap((_, index) => [visit.before[index], visit.after[index]]),
    ]);
    const titles = columns.map((column) => words.say(`reflect.column.${column}`));
    const table = toCsv([titles, ...rows], this.state.language);
    download(new Blob([table], { type: "text/csv;charset=utf-8" }),
      fileName([words.say("reflect.file")], ".csv"));
  }

  async #deleteAll() {
    if (!await confirmed(this.words, "reflect.confirm")) return;
    clearTimeout(this.#pause);
    deleteVisits();
    this.#visits = [emptyVisit()];
    this.#isKept = true;
    this.update();
  }
}

/** One question with its two answers. */
class Question {
  #before;
  #after;
  #earlier = h("p", { class: "paper earlier" });
  #asked;
  #fields;
  element;

  /**
   * @param {import("./answers.js").QuestionName} name
   * @param {(part: "before"|"after", answer: string) => void} answer
   */
  constructor(name, answer) {
    const field = (/** @type {"before"|"after"} */ part) => {
      const id = `answer-${name}-${part}`;
      const text = h("textarea", {
        id, rows: 4, maxlength: LONGEST, "aria-describedby": `question-${name}`,
        input: () => answer(part, text.value),
      });
      return { text, label: h("label", { for: id, "data-words": `reflect.${part}` }) };
    };
    this.#before = field("before");
    this.#after = field("after");
    this.#asked = h("div", { class: "field" }, this.#before.label, this.#before.text);
    this.#fields = h("div", { class: "both" },
      h("div", { class: "field" }, h("p", { class: "label", "data-words": "reflect.before" }), this.#earlier),
      h("div", { class: "field" }, this.#after.label, this.#after.text));
    this.element = h("div", { class: "question" },
      h("h3", { id: `question-${name}`, "data-words": `reflect.question.${name}` }),
      this.#asked, this.#fields);
  }

  focus() {
    this.#after.text.focus();
  }

  /**
   * @param {string} before
   * @param {string} after
   * @param {boolean} hasBegun
   * @param {import("../../state/words.js").Words} words
   */
  update(before, after, hasBegun, words) {
    this.#asked.hidden = hasBegun;
    this.#fields.hidden = !hasBegun;
    if (document.activeElement !== this.#before.text) this.#before.text.value = before;
    if (document.activeElement !== this.#after.text) this.#after.text.value = after;
    setText(this.#earlier, before.trim() === "" ? words.say("reflect.unanswered") : before);
  }
}
