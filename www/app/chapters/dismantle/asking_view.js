// The base of this chapter's elements: each has one question to the model at hand, which it asks anew once
// the model or the question has changed. Never two at a time: of those that come meanwhile, only the newest
// is asked.

import { EngineFailure } from "../../../api/failure.js";
import { failureSentence } from "../../parts/failure_sentence.js";
import { h, setText } from "../../parts/dom.js";
import { modelStep } from "../../state/run_history.js";
import { View } from "../../parts/view.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */

/** While training goes on, the same question is asked no more often than this. */
const REFRESH_MS = 1500;
/** Nor sooner than after so many times as long as the answer took, which training has waited for. */
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
  #onScreen = false;

  connectedCallback() {
    super.connectedCallback();
    new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)?.isIntersecting ?? false;
      this.#askWhenDue();
    }, { rootMargin: "20% 0px" }).observe(this);
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
    if (this.#isAsking || !this.#onScreen || !isAtHand) return;
    if (question === this.#question && running === state.running) {
      if (step === modelStep(state.history)) return;
      const pause = Math.max(REFRESH_MS, PAUSE * this.#took);
      if (state.phase === "training" && performance.now() - this.#askedAt < pause) return;
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
