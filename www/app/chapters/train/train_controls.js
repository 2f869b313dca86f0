// Chapter "Train": the buttons, the train on its rails, what can be done after the end, and how it goes, in
// words.

import { beganElsewhere, isLost, lastStep } from "../../state/app_state.js";
import { remainingSeconds, shareDone } from "../../state/figures.js";
import { isOutdated, isWithoutText, stepOfTales } from "../../state/run_settings.js";
import { startOver } from "../../parts/confirm.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { LittleTrain, drive } from "../../parts/little_train.js";
import { View } from "../../parts/view.js";
import { AfterTheEnd, isOver } from "./after_the_end.js";
import { RunFacts } from "./run_facts.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */

export class TrainControls extends View {
  #train = button({ id: "train", class: "primary" }, () => this.#trainOrPause());
  #step = button({ id: "step", "data-words": "train.step" }, () => this.controller.step());
  #stop = button({ id: "stop", "data-words": "train.stop" }, () => this.controller.stop());
  #restart = button({ id: "restart", "data-words": "train.restart" }, () => startOver(this));
  #status = h("p", { id: "status", role: "status" });
  /** Not spoken: it changes by the minute. */
  #tales = h("p", { class: "note", id: "tales-ahead" });
  #outdated = h("p", { class: "note", id: "outdated" });
  #journey = /** @type {LittleTrain} */ (document.createElement("little-train"));
  #stations = h("ol", { class: "stations", "aria-hidden": "true" });
  #progress = h("progress", {
    id: "progress", max: 1, value: 0, class: "visually-hidden", "data-label": "train.progress",
  });
  #after = new AfterTheEnd(this);
  #facts = new RunFacts();

  build() {
    return [
      h("div", { class: "journey" }, this.#journey, this.#stations),
      this.#progress,
      h("div", { class: "row buttons" }, this.#train, this.#step, this.#stop, this.#restart),
      this.#status,
      document.createElement("model-origin"),
      this.#tales,
      this.#after.element,
      this.#outdated,
      this.#facts.element,
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { phase, history, info } = state;
    const total = lastStep(state);
    const done = history.steps.at(-1)?.step ?? 0;
    this.#updateButtons(state, done);

    const progress = shareDone(done, total);
    drive(this.#journey, progress, phase === "training" || phase === "creating");
    setAttributes(this.#progress, { value: progress });
    this.#drawStations(total);

    const parameters = info?.parameters;
    setAttributes(this.#status, { "data-phase": phase, "data-step": done, "data-parameters": parameters });
    setText(this.#status, this.#sentence(state, total));
    const outdated = isOutdated(state);
    setText(this.#tales, outdated ? "" : this.#talesSentence(state, done));
    setText(this.#outdated, outdated && phase !== "ready" ? this.words.say("train.outdated") : "");
    this.#after.update(state);
    this.#facts.update(state, done, total, this.words);
  }

  /**
   * @param {AppState} state
   * @param {number} done
   */
  #updateButtons(state, done) {
    const { phase, resumableStep, running } = state;
    const over = isOver(state);
    const isOpened = phase === "ready" && isWithoutText(running);
    const goesOn = (done > 0 && phase === "paused") || resumableStep !== null || isOpened;
    const action = phase === "training" ? "pause" : goesOn ? "resume" : "start";
    setText(this.#train, this.words.say(`train.button.${action}`));
    setAttributes(this.#train, { "data-playing": phase === "training" });
    setInUse(this.#train, !over && phase !== "creating");
    setInUse(this.#step, !over && phase !== "creating" && phase !== "training");
    setInUse(this.#stop, phase === "creating" || phase === "training" || phase === "paused");
    setInUse(this.#restart, phase !== "idle" || done > 0);
  }

  /**
   * @param {AppState} state
   * @param {number} total
   */
  #sentence(state, total) {
    const { phase, progress, turn, history: { best, used } } = state;
    if (turn === "waiting") return this.words.say("train.status.waiting");
    if (phase === "creating") return this.words.say(`train.progress_${progress ?? "loading"}`);
    if (phase === "idle" && progress === "compiling") return this.words.say("train.status.warming");
    if (phase === "training" && progress === "compiling") return this.words.say("train.progress_compiling");
    if (isOver(state) && used === "best" && best) {
      return this.words.say("train.status.best_used", { best: best.step });
    }
    if (isLost(state)) return this.words.say("train.status.lost");
    if (phase === "ready" && state.origin) return this.words.say("train.status.ready_opened");
    return this.words.say(`train.status.${phase}`, { total });
  }

  /**
   * @param {AppState} state
   * @param {number} done
   * @returns {string} when tales can be read, until they can
   */
  #talesSentence(state, done) {
    const { phase, info, tokens_per_s } = state;
    // One that has learned elsewhere may write them already.
    const underWay = info && !beganElsewhere(state) && (phase === "training" || phase === "paused");
    const step = underWay ? stepOfTales(state.settings) : null;
    const seconds = info && step && remainingSeconds(info, step - done, tokens_per_s);
    if (!step || !seconds) return "";
    const time = this.words.roughDuration(seconds);
    return this.words.say("train.tales_ahead", { step: Number(step.toPrecision(2)), time });
  }

  /** @param {number} total  steps of the journey; the stations stand at its quarters */
  #drawStations(total) {
    if (this.#stations.dataset.total === `${total} ${this.words.language}`) return;
    this.#stations.dataset.total = `${total} ${this.words.language}`;
    this.#stations.replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((share) =>
      h("li", {}, this.words.number(Math.round(share * total)))));
  }

  #trainOrPause() {
    if (this.state.phase === "training") this.controller.pause();
    else this.controller.start();
  }
}
