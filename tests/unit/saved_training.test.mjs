// What is saved of a training comes back as it was; what cannot be read is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../www/app/state/app_state.js";
import { keptText, openTraining, snapshotOf, textGivenAgain } from "../../www/app/state/saved_training.js";

const report = (/** @type {number} */ step) => (
  { step, loss: 4 / step, learning_rate: 0.01, tokens: 8 * step, ms: 12.5, compiling: step === 1 });
const sample = (/** @type {number} */ step) => (
  { step, prompt: "A", unreadable: null, texts: [{ text: "b", ended: true }], ms: 3, judgements: null });
const checkpoint = (/** @type {number} */ step) => ({ step, blob: new Blob([new Uint8Array([step])]) });
const settings = /** @type {any} */ ({
  engine: "cpu", source: { kind: "text", documents: ["dear diary", "today"] }, train: { seed: 7 },
});

function trained() {
  const fresh = initialState("fr", { preset: "nano", temperature: 0.5 }, []);
  return {
    ...fresh,
    prompt: "dear", look: "diary", links: [],
    history: {
      ...fresh.history,
      steps: [1, 2, 3, 4].map(report),
      evaluations: [2, 4].map((step) => ({ step, validation_loss: step / 2, examples: 9 })),
      samples: [{ ...sample(0), quality: null }, sample(3)],
      best: { step: 2, loss: 1 },
    },
  };
}

const training = /** @type {any} */ ({
  settings, state: "training", info: { parameters: 1000, last_step: 50 },
});

/** @param {any} saved  as a database would give it back */
const stored = (saved) => structuredClone(saved);

test("what is saved comes back as it was at the step of the checkpoint", () => {
  const state = trained();
  const { saved, figures } = snapshotOf(state, training, checkpoint(3));
  assert.deepEqual(figures, { parameters: 1000, step: 3, last_step: 50, training: true, loss: 1 });
  assert(!JSON.stringify(saved.running).includes("diary"), "the text is saved where it was not asked for");
  const opened = openTraining(stored(saved), ["dear diary", "today"]);
  assert.deepEqual(opened.settings, settings);
  assert.equal(opened.checkpoint.step, 3);
  assert.deepEqual(opened.own?.documents, ["dear diary", "today"]);
  const { given } = opened.page;
  assert.deepEqual(given, { preset: "nano", temperature: 0.5, text: "contes-fr" });
  const { steps, evaluations, samples, best } = opened.history;
  assert.deepEqual(steps, state.history.steps.slice(0, 3));
  assert.deepEqual([evaluations.length, best], [1, state.history.best]);
  // They are judged again.
  assert.deepEqual(samples, [sample(0), sample(3)]);
});

test("a training of tales has no documents", () => {
  const tales = { ...training, settings: { ...settings, source: { kind: "contes", language: "fr" } } };
  const { saved } = snapshotOf(trained(), tales, checkpoint(4));
  const opened = openTraining(stored(saved), null);
  assert.deepEqual(opened.settings.source, { kind: "contes", language: "fr" });
  assert.equal(opened.own, null);
});

test("what cannot be read is refused, and choices that this page cannot take are left out", () => {
  const { saved } = snapshotOf(trained(), training, checkpoint(4));
  /** @param {(saved: any) => void} harm @param {string} code */
  const refused = (harm, code) => {
    const harmed = stored(saved);
    harm(harmed);
    assert.throws(() => openTraining(harmed, []), (/** @type {any} */ error) => error.failure.code === code);
  };
  refused((it) => { it.version = 2; }, "checkpoint_too_new");
  for (const name of ["version", "running", "checkpoint", "page", "own", "history"]) {
    refused((it) => { delete it[name]; }, "checkpoint_unreadable");
  }
  refused((it) => { it.checkpoint.blob = "bytes"; }, "checkpoint_unreadable");
  refused((it) => { it.running.source.kind = "song"; }, "checkpoint_unreadable");
  refused((it) => { it.history.steps.loss = it.history.steps.loss.slice(1); }, "checkpoint_unreadable");
  refused((it) => { it.history.steps.ms = [1, 2, 3, 4]; }, "checkpoint_unreadable");
  const strange = stored(saved);
  Object.assign(strange.page.given, { steps: -1, preset: "huge", unheard: 3, seed: 8 });
  assert.deepEqual(openTraining(strange, []).page.given, { temperature: 0.5, text: "contes-fr", seed: 8 });
});

test("a text that was not kept is known when it is given again, whatever its line ends", async () => {
  const text = await keptText(settings.source);
  assert(text?.kind === "own");
  assert.equal(text.opening, "dear diary");
  assert.deepEqual(await textGivenAgain(text, ["dear diary", "today"]), ["dear diary", "today"]);
  assert.deepEqual(await textGivenAgain(text, ["\uFEFFdear diary", "", "today"]), ["dear diary", "today"]);
  for (const other of [[], ["dear diary"], ["dear diary", "todaz"], ["today", "dear diary"]]) {
    await assert.rejects(textGivenAgain(text, other), (/** @type {any} */ error) => (
      error.failure.code === "text_not_kept" && error.failure.params.opening === "dear diary"));
  }
  assert.equal(await textGivenAgain({ kind: "contes", language: "fr" }, ["dear diary"]), null);
});
