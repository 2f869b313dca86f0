// What the page computes by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../www/app/state/app_state.js";
import {
  countParameters, natsPerToken, perplexity, remainingSeconds, shareDone, trainedSeconds, trainingSeconds,
} from "../../www/app/state/figures.js";
import { PRESETS } from "../../www/api/presets.js";
import { forecast, runSettings, speedKey, stepOfTales } from "../../www/app/state/run_settings.js";
import { findSetting, parseSetting } from "../../www/app/state/settings.js";
import { smooth } from "../../www/app/state/smooth.js";

test("parameters are counted as core counts them", () => {
  // `info().parameters` of the engine, for a vocabulary of 75.
  const counted = { nano: [99_392, 101_440], petit: [789_248, 797_440], grand: [4_692_352, 4_757_888] };
  for (const [name, numbers] of Object.entries(counted)) {
    const { model } = PRESETS[/** @type {keyof typeof PRESETS} */ (name)].letters;
    const positions = /** @type {const} */ (["rotary", "learned"]);
    assert.deepEqual(positions.map((position) => countParameters({ ...model, position }, 75)), numbers, name);
  }
});

test("times", () => {
  const model = { block_size: 32 };
  assert.equal(trainingSeconds(model, { batch_size: 8, steps: 1000 }, 2560), 100);
  const run = { model, train: { batch_size: 8 } };
  assert.equal(remainingSeconds(run, 500, 2560), 50);
  assert.equal(remainingSeconds(run, 0, 2560), null, "nothing is left");
  assert.equal(remainingSeconds(run, 500, 0), null, "no speed is known");
  assert.equal(trainedSeconds([{ ms: 1500 }, { ms: 500 }]), 2);
});

test("shares and losses", () => {
  assert.deepEqual([shareDone(3, 4), shareDone(5, 4), shareDone(1, 0)], [0.75, 1, 0]);
  assert.equal(perplexity(0), 1);
  assert(Math.abs(natsPerToken(1, 2) - 2 * Math.LN2) < 1e-12);
});

test("the running mean follows the losses, and survives those that are no numbers", () => {
  const means = smooth([4, 2, NaN, Infinity, 2].map((loss) => ({ loss })));
  assert.equal(means.length, 5);
  assert(means.every((mean) => mean >= 2 && mean <= 4), String(means));
  assert.equal(means[1], means[3]);
  assert.deepEqual(smooth([]), []);
});

test("a speed holds for what it was measured with", () => {
  const { model } = PRESETS.nano.letters;
  const of = (/** @type {any} */ { engine = "cpu", position = "rotary", vocabulary = 75, workers = 0 }) =>
    speedKey(engine, { ...model, position }, vocabulary, workers);
  const here = of({});
  assert.equal(of({ vocabulary: 120 }), here, "as fast");
  for (const other of [{ engine: "webgpu" }, { position: "none" }, { vocabulary: 4096 }, { workers: 2 }]) {
    assert.notEqual(of(other), here, JSON.stringify(other));
  }
  assert.equal(of({ engine: "webgpu", workers: 2 }), of({ engine: "webgpu" }));
});

test("an estimate says whether it was measured here, on the engine that will be used", () => {
  const state = initialState("fr", { engine: "auto" }, []);
  assert.equal(forecast(state, "nano").measured, false);
  const key = speedKey("webgpu", { ...PRESETS.nano.letters.model, position: "rotary" }, 79, 0);
  state.measured = { [key]: 5000 };
  assert.equal(forecast(state, "nano").measured, false, "which engine that will be is not known");
  state.engines = { auto: "webgpu" };
  assert.equal(forecast(state, "nano").measured, true);
  state.engines = { auto: "cpu" };
  assert.equal(forecast(state, "nano").measured, false, "the GPU's speed is taken for the processor's");
});

test("the first tales are promised where there will be any", () => {
  const at = (/** @type {any} */ given) => stepOfTales(initialState("fr", given, []).settings);
  const usual = at({});
  const { train, tokens_to_tales = 0 } = PRESETS.petit.pieces;
  assert(usual !== null && usual <= train.steps);
  assert.equal(at({ batch_size: 2 * train.batch_size }), Math.ceil(usual / 2));
  for (const given of [
    { text: "own", tokenizer: "bpe" }, { tokenizer: "chars" }, { preset: "nano" }, { position: "none" },
    { steps: usual - 1 },
  ]) assert.equal(at(given), null, JSON.stringify(given));
  const { seconds, secondsToTales } = forecast(initialState("fr", {}, []), "petit");
  const { reference_tokens_per_s } = PRESETS.petit.pieces;
  assert(secondsToTales !== null && Math.abs(secondsToTales - tokens_to_tales / reference_tokens_per_s) < 1);
  assert(secondsToTales < seconds);
});

test("the number of workers is as many as are fastest, unless it is set", () => {
  const setting = findSetting("workers");
  assert(setting);
  assert.deepEqual(["", "0", "3", "9"].map((raw) => parseSetting(setting, raw)), [0, 0, 3, null]);
  const automatic = initialState("fr", {}, []);
  assert(!("workers" in runSettings(automatic)));
  assert.equal(runSettings(initialState("fr", { workers: 3 }, [])).workers, 3);
});
