// Chapter "Train": the buttons, the train on its rails, and how the training goes, in words.

import { isOutdated } from "../state/run_settings.js";
import { smooth } from "../state/smooth.js";
import { startOver } from "./confirm.js";
import { button, h, setAttributes, setInUse, setText } from "./dom.js";
import { LittleTrain, drive } from "./little_train.js";
import { View } from "./view.js";

/** @typedef {import("./view.js").AppState} AppState */

const FACTS = /** @type {const} */ (["step", "loss", "speed", "spent", "left", "engine"]);

export class TrainControls extends View {
  #train = button({ id: "train", class: "primary" }, () => this.#trainOrPause());
  #step = button({ id: "step", "data-words": "train.step" }, () => this.controller.step());
  #stop = button({ id: "stop", "data-words": "train.stop" }, () => this.controller.stop());
  #restart = button({ id: "restart", "data-words": "train.restart" }, () => startOver(this));
  #status = h("p", { id: "status", role: "status" });
  #outdated = h("p", { class: "note", id: "outdated" });
  #journey = /** @type {LittleTrain} */ (document.createElement("little-train"));
  #stations = h("ol", { class: "stations", "aria-hidden": "true" });
  #progress = h("progress", { id: "progress", max: 1, value: 0, class: "visually-hidden", "data-label": "train.progress" });
  #facts = Object.fromEntries(FACTS.map((name) => [name, h("dd", { id: `fact-${name}` })]));

  build() {
    return [
      h("div", { class: "journey" }, this.#journey, this.#stations),
      this.#progress,
      h("div", { class: "row buttons" }, this.#train, this.#step, this.#stop, this.#restart),
      this.#status,
      this.#outdated,
      h("dl", { class: "facts run-facts" }, ...FACTS.map((name) => h("div", { class: `fact-${name}` },
        h("dt", { "data-words": `train.facts.${name}` }), this.#facts[name]))),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { phase, history, info, settings, left } = state;
    const total = info?.train.steps ?? settings.steps;
    const done = history.steps.at(-1)?.step ?? 0;
    const over = phase === "stopped" || phase === "finished";
    setText(this.#train, this.words.say(`train.button.${phase === "training" ? "pause" : (done > 0 && phase === "paused") || left !== null ? "resume" : "start"}`));
    setAttributes(this.#train, { "data-playing": phase === "training" });
    setInUse(this.#train, !over && phase !== "creating");
    setInUse(this.#step, !over && phase !== "creating" && phase !== "training");
    setInUse(this.#stop, phase === "creating" || phase === "training" || phase === "paused");
    setInUse(this.#restart, phase !== "idle" || done > 0);
    setAttributes(this.#restart, { class: over ? "primary" : "" });

    const progress = total > 0 ? Math.min(1, done / total) : 0;
    drive(this.#journey, progress, phase === "training" || phase === "creating");
    setAttributes(this.#progress, { value: progress });
    this.#drawStations(total);

    setAttributes(this.#status, { "data-phase": phase, "data-step": done });
    setText(this.#status, this.#sentence(state, total));
    setText(this.#outdated, isOutdated(state) && phase !== "ready" ? this.words.say("train.outdated") : "");
    this.#drawFacts(state, done, total);
  }

  /**
   * @param {AppState} state
   * @param {number} total
   */
  #sentence({ phase, progress, tokens_per_s, history: { kept } }, total) {
    if (phase === "creating") return this.words.say(`train.progress_${progress ?? "loading"}`);
    if (phase === "idle" && progress === "compiling") return this.words.say("train.status.warming");
    if (phase === "training" && (progress === "compiling" || tokens_per_s === 0)) return this.words.say(progress === "compiling" ? "train.progress_compiling" : "train.status.training");
    if ((phase === "finished" || phase === "stopped") && kept !== null) return this.words.say("train.status.kept", { kept });
    return this.words.say(`train.status.${phase}`, { total });
  }

  /**
   * @param {AppState} state
   * @param {number} done
   * @param {number} total
   */
  #drawFacts({ phase, history, info, running, tokens_per_s }, done, total) {
    const { words } = this;
    const loss = smooth(history.steps).at(-1);
    const unit = words.say(`train.unit.${running?.tokenizer.kind ?? "chars"}`);
    setText(this.#facts.step, words.say("train.step_of", { step: done, total }));
    setText(this.#facts.loss, loss === undefined ? "–" : words.say(Math.exp(loss) < 1.5 ? "train.loss_sure" : "train.loss_in_words", {
      loss: words.number(loss, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
      choices: words.number(Math.exp(loss), { maximumSignificantDigits: 2 }),
      unit,
    }));
    const first = history.steps[0];
    const compiled = first?.compiling ? ` ${words.say("train.first_step", { time: words.duration(first.ms / 1000) })}` : "";
    setText(this.#facts.speed, (tokens_per_s === 0 ? "–" : words.say(`train.speed_${running?.tokenizer.kind ?? "chars"}`, {
      tokens: words.number(tokens_per_s, { maximumSignificantDigits: 3 }),
      characters: words.number(tokens_per_s * (info?.characters_per_token ?? 1), { maximumSignificantDigits: 3 }),
    })) + compiled);
    // Of the steps alone: what is written or evaluated in between does not train.
    const seconds = history.steps.reduce((sum, { ms }) => sum + ms / 1000, 0);
    setText(this.#facts.spent, seconds > 0 ? words.duration(seconds) : "–");
    const tokensLeft = info ? (total - done) * info.train.batch_size * info.model.block_size : 0;
    const running_ = phase === "training" || phase === "paused";
    setText(this.#facts.left, running_ && tokens_per_s > 0 && tokensLeft > 0 ? words.duration(tokensLeft / tokens_per_s) : "–");
    setText(this.#facts.engine, info ? `${words.say(info.workers > 1 ? "engine.cpu_team" : `engine.${info.engine}`, { workers: info.workers, adapter: info.adapter || words.say("engine.unnamed") })} ${words.say(`reason.${info.reason}`)}` : "–");
  }

  /** @param {number} total  steps of the journey; the stations stand at its quarters */
  #drawStations(total) {
    if (this.#stations.dataset.total === `${total} ${this.words.language}`) return;
    this.#stations.dataset.total = `${total} ${this.words.language}`;
    this.#stations.replaceChildren(...[0, 0.25, 0.5, 0.75, 1].map((share) => h("li", {}, this.words.number(Math.round(share * total)))));
  }

  #trainOrPause() {
    if (this.state.phase === "training") this.controller.pause();
    else this.controller.start();
  }
}
