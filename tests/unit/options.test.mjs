// What a caller need not say of a training.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runSettingsOf } from "../../www/api/options.js";
import { PRESETS } from "../../www/api/presets.js";
import { initialState } from "../../www/app/state/app_state.js";
import { runSettings } from "../../www/app/state/run_settings.js";

test("a program that names nothing but the tales trains what the page trains", () => {
  const { evaluation, sample, ...program } = runSettingsOf({ text: "contes-fr" });
  const { sample: ofThePage, ...page } = runSettings(initialState("fr", {}, []));
  assert.deepEqual(program, page);
  assert.deepEqual(evaluation, { texts: 0 }, "samples are written that nobody asked for");
  assert.equal(sample.sampling.temperature, ofThePage.sampling.temperature);
  const asked = runSettingsOf({ text: "contes-fr", sample: { prompt: "Il", temperature: 0.1, topK: 3 } });
  assert.deepEqual(asked.sample, { prompt: "Il", length: 256, sampling: { temperature: 0.1, top_k: 3 } });
  assert(!("evaluation" in asked));
});

test("how the reader wants tokens to be drawn is how they are", () => {
  const given = { temperature: 0.3, top_k: 7, top_p: 0.6, sampling_seed: 9 };
  const { sampling } = runSettings(initialState("en", given, [])).sample;
  assert.deepEqual(sampling, { temperature: 0.3, top_k: 7, top_p: 0.6, seed: 9 });
});

test("a text is one document, or several; its tokenizer follows its length and the model", () => {
  const [short, long] = ["abc ".repeat(100), "abc ".repeat(200_000)];
  assert.deepEqual(runSettingsOf({ text: short }).source, { kind: "text", documents: [short] });
  assert.deepEqual(runSettingsOf({ text: ["a", "b"] }).source, { kind: "text", documents: ["a", "b"] });
  assert.deepEqual(runSettingsOf({ text: short }).tokenizer, { kind: "chars" });
  assert.deepEqual(runSettingsOf({ text: long }).tokenizer, { kind: "bpe", vocab_size: 1024 });
  assert.deepEqual(runSettingsOf({ text: long, model: "nano" }).tokenizer, { kind: "chars" });
  assert.deepEqual(runSettingsOf({ text: short, tokenizer: "bpe" }).tokenizer.kind, "bpe");
});

test("what is given goes before the preset, and the rest follows it", () => {
  const { model, train, workers } = runSettingsOf({
    text: "abc", model: { preset: "nano", n_layer: 1, position: "none" },
    train: { steps: 40, learning_rate: 0.002, beta1: 0.5 }, seed: 5, workers: 3,
  });
  assert.deepEqual(model, { ...PRESETS.nano.letters.model, n_layer: 1, position: "none" });
  const { steps, learning_rate, muon_learning_rate, warmup_steps, beta1, seed, batch_size } = train;
  assert.deepEqual([steps, learning_rate, warmup_steps, beta1, seed], [40, 0.002, 20, 0.5, 5]);
  assert.equal(muon_learning_rate, 4 * 0.002);
  assert.equal(batch_size, PRESETS.nano.letters.train.batch_size);
  assert.equal(workers, 3);
  assert.equal(runSettingsOf({ text: "abc", model: { n_layer: 1 } }).model.n_embd, 128, "not those of petit");
});

test("what cannot be meant is refused by a code", () => {
  for (const options of [{}, { text: null }, { text: 5 }, { text: "abc", model: "huge" }]) {
    const wrong = () => runSettingsOf(/** @type {any} */ (options));
    assert.throws(wrong, { code: "argument_unreadable", fatal: false }, JSON.stringify(options));
  }
});
