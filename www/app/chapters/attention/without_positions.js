// Takes the positions away: the same training once more without them, beside the run of before.

import { confirmed } from "../../parts/confirm.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { choicesFigure } from "../../parts/loss_figures.js";
import { beganElsewhere, keptStep } from "../../state/app_state.js";
import { failureOf } from "../../state/failure_of.js";
import { isOutdated } from "../../state/run_settings.js";

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("../../../api/training.js").Checkpoint} Checkpoint */

/**
 * The run of before: its positions, how well it did, and its last checkpoint.
 * @typedef {{position: AppState["settings"]["position"], checkpoint: Checkpoint|null,
 *   evaluations: AppState["history"]["evaluations"]}} Before
 */

const SIDES = /** @type {const} */ (["before", "now"]);

export class WithoutPositions {
  #view;
  #train = button({ id: "without-positions", "data-words": "attention.without.train" },
    () => this.#takeAway());
  #why = h("p", { class: "note" });
  #figures = h("p", { id: "without-figures" });
  #write = button({ id: "without-write", "data-words": "attention.without.write" }, () => this.#writeBoth());
  #back = button({ id: "without-back", class: "quiet", "data-words": "attention.without.back" },
    () => this.#view.choices.change({ position: this.#before?.position }));
  #texts = SIDES.map(() => h("p", { class: "paper written", translate: "no", dir: "auto" }));
  #beside = h("div", { class: "beside", hidden: true }, this.#figures,
    h("div", { class: "row" }, this.#write, this.#back),
    h("div", { class: "texts" }, ...SIDES.map((side, index) => h("section", {},
      h("h4", { "data-words": `attention.without.${side}` }), this.#texts[index]))));
  element = h("div", {}, h("p", { "data-words": "attention.without.question" }),
    h("div", { class: "row" }, this.#train), this.#why, this.#beside);
  /** @type {Before|null} */
  #before = null;
  #writing = new AbortController();

  /** @param {Pick<import("../../parts/view.js").View, "state"|"words"|"controller"|"choices">} view */
  constructor(view) {
    this.#view = view;
  }

  /** @param {AppState} state */
  update(state) {
    const { words } = this.#view;
    const isWithout = state.running?.model.position === "none";
    const refusal = refusalOf(state);
    setInUse(this.#train, refusal === null);
    setText(this.#why, isWithout || refusal === null ? "" : words.say(`attention.without.${refusal}`));
    this.#beside.hidden = !isWithout || this.#before === null;
    if (!isWithout || !this.#before) return;
    const same = lastSame(this.#before.evaluations, state.history.evaluations);
    setText(this.#figures, same === null ? words.say("attention.without.wait")
      : words.say("attention.without.figures", {
        step: same.step, before: choicesFigure(same.before, words), now: choicesFigure(same.now, words),
      }));
    setInUse(this.#back, state.settings.position === "none");
    setInUse(this.#write, state.checkpointStep !== null && this.#before.checkpoint !== null);
  }

  async #takeAway() {
    const { state, words, controller, choices } = this.#view;
    const step = keptStep(state);
    const text = `attention.without.confirm.${step === null ? "text" : "text_kept"}`;
    if (!await confirmed(words, "attention.without.confirm", { step: step ?? 0 }, text)) return;
    const checkpoint = controller.training?.checkpoint ?? null;
    const { settings: { position }, history: { evaluations } } = this.#view.state;
    this.#before = { position, evaluations, checkpoint };
    for (const element of this.#texts) setText(element, "");
    await choices.change({ position: "none" });
    await controller.restart();
  }

  async #writeBoth() {
    const { state, controller } = this.#view;
    const [before, now] = [this.#before?.checkpoint, controller.training?.checkpoint];
    if (!before || !now) return;
    this.#writing.abort();
    const { signal } = this.#writing = new AbortController();
    const { continued } = await import("../../state/comparison.js");
    try {
      for (const [index, { blob, step }] of [before, now].entries()) {
        const element = this.#texts[index];
        setText(element, "");
        for await (const { prompt, text } of continued({ checkpoint: blob, step }, state, signal)) {
          element.append(element.textContent === "" ? prompt + text : text);
        }
      }
    } catch (error) {
      if (!signal.aborted) controller.fail(failureOf(error));
    }
  }
}

/**
 * @param {AppState} state
 * @returns {"elsewhere"|"outdated"|"untrained"|"has_none"|null} why the positions cannot be taken away here
 */
function refusalOf(state) {
  if (state.running?.model.position === "none") return "has_none";
  if (beganElsewhere(state)) return "elsewhere";
  // Two runs that differ in more than this would show nothing.
  if (isOutdated(state)) return "outdated";
  return state.history.evaluations.length === 0 || state.phase === "creating" ? "untrained" : null;
}

/**
 * The last step at which both runs were judged.
 * @param {AppState["history"]["evaluations"]} before
 * @param {AppState["history"]["evaluations"]} now
 * @returns {{step: number, before: number, now: number}|null}  validation losses
 */
function lastSame(before, now) {
  const losses = new Map(before.map(({ step, validation_loss }) => [step, validation_loss]));
  const last = now.findLast(({ step }) => losses.has(step));
  return last ? { step: last.step, before: losses.get(last.step) ?? NaN, now: last.validation_loss } : null;
}
