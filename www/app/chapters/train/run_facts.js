// The figures of a training: steps, loss, speed, times, and what computes.

import { perplexity, remainingSeconds, trainedSeconds } from "../../state/figures.js";
import { smooth } from "../../state/smooth.js";
import { h, setText } from "../../parts/dom.js";
import { choicesFigure, lossFigure } from "../../parts/loss_figures.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/words.js").Words} Words */

const FACTS = /** @type {const} */ (["step", "loss", "left", "spent", "speed", "validation", "engine"]);
/** With fewer choices than this a model is said to be sure. */
const SURE = 1.5;
const NONE = "–";
const THREE_DIGITS = { maximumSignificantDigits: 3 };

export class RunFacts {
  #facts = Object.fromEntries(FACTS.map((name) => [name, h("dd", { id: `fact-${name}` })]));
  element = h("dl", { class: "facts run-facts" }, ...FACTS.map((name) => h("div", { class: `fact-${name}` },
    h("dt", { "data-words": `train.facts.${name}` }), this.#facts[name])));

  /**
   * @param {AppState} state
   * @param {number} done   steps
   * @param {number} total  steps
   * @param {Words} words
   */
  update(state, done, total, words) {
    const { phase, history, info, tokens_per_s } = state;
    const seconds = trainedSeconds(history.steps);
    const underWay = info && (phase === "training" || phase === "paused");
    const remaining = underWay ? remainingSeconds(info, total - done, tokens_per_s) : null;
    setText(this.#facts.step, words.say("train.step_of", { step: done, total }));
    setText(this.#facts.loss, describeLoss(state, words));
    setText(this.#facts.validation, describeValidation(state, words));
    setText(this.#facts.speed, describeSpeed(state, words));
    setText(this.#facts.spent, seconds > 0 ? words.duration(seconds) : NONE);
    setText(this.#facts.left, remaining === null ? NONE : words.duration(remaining));
    setText(this.#facts.engine, describeEngine(state, words));
  }
}

/** @param {Pick<AppState, "running">} state */
const kindOf = ({ running }) => running?.tokenizer.kind ?? "chars";

/**
 * @param {AppState} state
 * @param {Words} words
 */
function describeLoss(state, words) {
  const loss = smooth(state.history.steps).at(-1);
  if (loss === undefined) return NONE;
  return words.say(perplexity(loss) < SURE ? "train.loss_sure" : "train.loss_in_words", {
    nats: loss,
    loss: lossFigure(loss, words),
    choices: choicesFigure(loss, words),
    unit: words.say(`train.unit.${kindOf(state)}`, { n: Number(perplexity(loss).toPrecision(2)) }),
  });
}

/**
 * The last evaluation: of the model in use once the training has ended, on far more excerpts.
 * @param {Pick<AppState, "history">} state
 * @param {Words} words
 */
function describeValidation({ history: { final, evaluations } }, words) {
  const evaluation = final ?? evaluations.at(-1);
  if (!evaluation) return NONE;
  const { validation_loss, examples, step } = evaluation;
  return words.say(final ? "train.validation_final" : "train.validation", {
    n: examples, loss: lossFigure(validation_loss, words), step,
  });
}

/**
 * @param {AppState} state
 * @param {Words} words
 */
function describeSpeed(state, words) {
  const { history: { steps: [first] }, info, tokens_per_s } = state;
  const speed = tokens_per_s === 0 ? NONE : words.say(`train.speed_${kindOf(state)}`, {
    tokens: words.number(tokens_per_s, THREE_DIGITS),
    characters: words.number(tokens_per_s * (info?.characters_per_token ?? 1), THREE_DIGITS),
  });
  if (!first?.compiling) return speed;
  return `${speed} ${words.say("train.first_step", { time: words.duration(first.ms / 1000) })}`;
}

/**
 * @param {AppState} state
 * @param {Words} words
 */
function describeEngine({ info }, words) {
  if (!info) return NONE;
  const { engine, workers, adapter, reason } = info;
  const name = words.say(workers > 1 ? "engine.cpu_team" : `engine.${engine}`, {
    workers, adapter: adapter || words.say("engine.unnamed"),
  });
  return `${name} ${words.say(`reason.${reason}`)}`;
}
