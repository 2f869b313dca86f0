// The base of this chapter's elements: each has one question to the model at hand, which it asks anew once
// the model or the question has changed. Never two at a time: of those that come meanwhile, only the newest
// is asked.

import { EngineFailure } from "../../../api/failure.js";
import { failureSentence } from "../../parts/failure_sentence.js";
import { h, setText } from "../../parts/dom.js";
import { isDue } from "../../state/renewal.js";
import { modelStep } from "../../state/run_history.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */

/** While training goes on, no answer is renewed sooner than after so many times as long as it took. */
const PAUSE = 10;

export class AskingView extends View {
  /** Why the question was refused; its room is always there. */
  problem = h("p", { class: "problem", role: "alert" });
  /** Told apart by its number. */
  #question = 0;
  /** What was asked last, and of which model. @type {{question: number, running: unknown, step: number}} */
  #asked = { question: -1, running: null, step: -1 };
  /** When it was asked last, and how long it took, in milliseconds. */
  #askedAt = 0;
  #took = 0;
  #language = "";
  #isAsking = false;

  connectedCallback() {
    super.connectedCallback();
    this.watchScreen({ rootMargin: "20% 0px" });
  }

  /**
   * Asks, and shows the answer. For the elements to say.
   * @param {Model} _model
   * @returns {Promise<void>}
   */
  async ask(_model) {}

  /** The question is another. */
  changeQuestion() {
    this.#question += 1;
    this.#askWhenDue();
  }

  /** @param {AppState} _state */
  update(_state) {
    // Answers are shown in the language of then.
    if (this.#language !== this.words.language) this.#question += 1;
    this.#language = this.words.language;
    this.#askWhenDue();
  }

  /** Asks in any case, if need be of a model that is made for it. */
  async askNow() {
    await this.#ask(true);
  }

  async #askWhenDue() {
    const { state } = this;
    const { question, running, step } = this.#asked;
    const isAtHand = state.info !== null && state.phase !== "creating" && state.phase !== "failed";
    if (this.#isAsking || !this.isOnScreen || !isAtHand) return;
    if (question === this.#question && running === state.running) {
      if (!isDue(state, step, this.#askedAt, PAUSE * this.#took)) return;
    }
    await this.#ask(false);
    // What has changed meanwhile; a failure is not asked for again.
    this.#askWhenDue();
  }

  /** @param {boolean} makes  whether a model may be made for it */
  async #ask(makes) {
    const { running, history } = this.state;
    this.#asked = { question: this.#question, running, step: modelStep(history) };
    this.#askedAt = performance.now();
    this.#isAsking = true;
    try {
      await this.controller.ask(async ({ model }) => {
        await this.ask(model);
        setText(this.problem, "");
      }, makes);
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      // The end of a model is told once, by the model itself.
      if (!error.fatal) setText(this.problem, failureSentence(error.failure, this.words));
    } finally {
      this.#isAsking = false;
      this.#took = performance.now() - this.#askedAt;
    }
  }
}
