// A run of the engine worker, on a training without an engine.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeTraining } from "./support/fake_training.mjs";
import { fakeRun } from "./support/fake_run.mjs";

test("a training that diverges goes back to its last checkpoint, and goes on at half the rate", async () => {
  const training = new FakeTraining({ loss: (step, rate) => (step > 34 && rate > 0.005 ? NaN : 2) });
  const { run, told, events, goOn } = fakeRun(training);
  await run.order("start");
  await goOn();

  const [{ failure, fatal, id }] = told("failure");
  assert.deepEqual([failure.code, failure.params, fatal, id], ["diverged", { step: 35, back_to: 30 }, false, null]);
  assert.equal(events.at(-1).state, "paused");
  assert.equal(training.info().step, 30);
  assert.deepEqual(told("checkpoint").map(({ step }) => step), [10, 20, 30]);

  run.setLearningRate(0.005);
  assert.equal(told("changed").at(-1).info.train.learning_rate, 0.005);
  const before = events.length;
  await run.order("start");
  await goOn();
  const reports = events.slice(before).filter(({ type }) => type === "steps").flatMap((event) => event.reports);
  assert.deepEqual(reports.map(({ step }) => step), Array.from({ length: 70 }, (_, i) => 31 + i));
  assert.equal(events.findLast(({ type }) => type === "state").state, "finished");
});

test("a second divergence goes back to the rate that was chosen after the first", async () => {
  const training = new FakeTraining({ loss: (step, rate) => (step > 34 && rate > 0.003 ? Infinity : 2) });
  const { run, told, goOn } = fakeRun(training);
  await run.order("start");
  await goOn();
  run.setLearningRate(0.005);
  await run.order("start");
  await goOn();
  assert.equal(told("failure").length, 2);
  assert.equal(training.info().train.learning_rate, 0.005);
});

test("one that diverges at once goes back to its beginning", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining({ loss: () => NaN }));
  await run.order("start");
  await goOn();
  assert.deepEqual(told("failure")[0].failure.params, { step: 1, back_to: 0 });
  assert.deepEqual(told("checkpoint"), []);
});

test("a model that has derailed is never saved, though its numbers are finite", async () => {
  // Guessing among 20 tokens costs 3 nats.
  const training = new FakeTraining({ loss: (step) => (step > 25 ? 17 : 2), validation: (step) => (step > 25 ? 17 : 2) });
  const { run, told, goOn } = fakeRun(training);
  await run.order("start");
  await goOn(() => training.info().step > 45);
  await run.order("pause");
  await goOn();
  assert.deepEqual(told("checkpoint").map(({ step }) => step), [10, 20]);
});

test("a checkpoint is never much older than two minutes", async () => {
  let now = 0;
  const clock = mock.method(performance, "now", () => now);
  try {
    const training = new FakeTraining({ steps: 1_000, loss: () => { now += 30_000; return 2; } });
    const { run, told, goOn } = fakeRun(training, { evaluation: { every: 500 } });
    await run.order("start");
    await goOn(() => training.info().step >= 60);
    const steps = told("checkpoint").map(({ step }) => step);
    assert(steps.length >= 10, `${steps}`);
    steps.slice(1).forEach((step, i) => assert(step - steps[i] <= 5, `${steps}`));
  } finally {
    clock.mock.restore();
  }
});

test("a sample goes before a reader's long text, and training does not wait for that text", async () => {
  const training = new FakeTraining();
  const { run, events, goOn } = fakeRun(training);
  await run.order("start");
  run.write(/** @type {any} */ ({ id: 1, prompt: "L’eau", length: 1_000_000, sampling: {}, stop_at_end: false }));
  await goOn(() => training.info().step >= 30);
  const begun = events.find(({ type }) => type === "begun");
  assert.deepEqual([begun.id, begun.step, begun.prompt.text], [1, 0, "L'eau"]);
  // Both are written by then; the text goes on.
  assert(events.filter(({ type }) => type === "sample").length >= 2);
  assert(events.filter(({ type }) => type === "piece").every(({ done }) => done === null));
});

test("a text ends at its length, where the model ends it, or when it is cancelled", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  const write = (/** @type {number} */ id, /** @type {number} */ length, /** @type {boolean} */ stop_at_end) =>
    run.write(/** @type {any} */ ({ id, prompt: "Once", length, sampling: {}, stop_at_end }));
  write(1, 5, false);
  write(2, 500, true);
  write(3, 1_000_000, false);
  run.cancel(3);
  await goOn();
  const last = (/** @type {number} */ id) => told("piece").findLast((piece) => piece.id === id);
  assert.deepEqual([1, 2, 3].map((id) => last(id).done), ["length", "end", "cancelled"]);
  assert.equal(told("piece").filter(({ id }) => id === 1).map(({ text }) => text).join("").length, 5);
  assert.equal(told("piece").filter(({ id }) => id === 2).map(({ text }) => text).join("").length, 3);
});

test("a sample has ten texts, each with its own end, and the settings may ask for fewer", async () => {
  for (const [evaluation, count] of /** @type {const} */ ([[undefined, 10], [{ texts: 4 }, 4]])) {
    const { run, told, goOn } = fakeRun(new FakeTraining(), { sample: { prompt: "Once", length: 6, sampling: {} }, evaluation });
    await run.order("start");
    await goOn(() => told("sample").length > 0);
    const { step, prompt, texts, ms } = told("sample")[0];
    assert.deepEqual([step, prompt, texts.length], [0, "Once", count]);
    assert.deepEqual(texts.slice(0, 3), [
      { text: "aaa", ended: true }, { text: "aaaaa", ended: true }, { text: "aaaaaa", ended: false },
    ]);
    assert(ms >= 0);
  }
});

/** A clock by which each token takes a while, so that a sample takes several turns. */
function slowTokens(/** @type {FakeTraining} */ training) {
  let now = 0;
  const model = training.model.bind(training);
  training.model = () => {
    const writer = model();
    const { continueTexts } = writer;
    writer.continueTexts = async () => { now += 60; return continueTexts.call(writer); };
    return writer;
  };
  return mock.method(performance, "now", () => now);
}

const LONG_SAMPLE = { sample: { prompt: "Once", length: 40, sampling: {} } };

test("of a sample that a stop or another model cuts short nothing is told; a pause waits for it", async () => {
  const training = new FakeTraining({ validation: (step) => (step < 60 ? 2 - step / 100 : 1 + step / 100) });
  const clock = slowTokens(training);
  try {
    const begun = async () => {
      const fake = fakeRun(training, LONG_SAMPLE);
      await fake.run.order("start");
      for (let turns = 0; turns < 3; turns++) await fake.run.turn();
      assert.deepEqual(fake.told("sample"), [], "it is not whole yet");
      return fake;
    };
    const paused = await begun();
    await paused.run.order("pause");
    await paused.goOn();
    assert.deepEqual(paused.told("sample").map(({ step, texts }) => [step, texts.length]), [[0, 10]]);

    const stopped = await begun();
    await stopped.run.order("stop");
    await stopped.goOn();
    assert.deepEqual([stopped.told("sample"), stopped.told("state").at(-1).state], [[], "stopped"]);

    const { run, told, goOn } = await begun();
    await goOn(() => told("state").at(-1).state === "finished");
    assert.deepEqual([told("used").at(-1).which, told("sample").at(-1).step], ["best", 30]);
    await run.turn();
    await run.use("last");
    await goOn();
    assert.equal(told("sample").at(-1).step, 30, "a sample of two models");
  } finally {
    clock.mock.restore();
  }
});

test("after the end the reader has either model, and the training goes further from it", async () => {
  const training = new FakeTraining({ validation: (step) => (step < 60 ? 2 - step / 100 : 1 + step / 100) });
  const { run, told, events, goOn } = fakeRun(training);
  await assert.rejects(run.use("last"), { code: "busy" });
  await run.order("start");
  await goOn();
  assert.deepEqual(told("used").map(({ which, step }) => [which, step]), [["best", 50]]);
  assert.equal(told("sample").at(-1).step, 50, "the last sample is the model's that is used");
  await run.use("last");
  await goOn();
  assert.deepEqual([told("used").at(-1).which, told("used").at(-1).step], ["last", 100]);
  assert.equal(JSON.parse(new TextDecoder().decode(told("checkpoint").at(-1).bytes)).used, "last");
  await run.use("best");

  await run.further(40);
  assert.equal(told("used").at(-1).which, "last");
  assert.equal(told("changed").at(-1).info.last_step, 140);
  assert.equal(events.at(-1).state, "training");
  await assert.rejects(run.further(10), { code: "busy" });
  await goOn();
  assert.equal(told("steps").at(-1).reports.at(-1).step, 140);
  assert.equal(told("state").at(-1).state, "finished");
});

test("a training that was stopped goes further, too", async () => {
  const training = new FakeTraining();
  const { run, told, goOn } = fakeRun(training);
  await run.order("start");
  await goOn(() => training.info().step >= 20);
  await run.order("stop");
  await run.order("start");
  await goOn();
  const stopped = training.info().step;
  assert.equal(told("state").at(-1).state, "stopped");
  await run.further(5);
  await goOn();
  assert.equal(training.info().step, stopped + 5);
});

test("without a validation part there are no evaluations, and the training still ends", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining({ validation: null }));
  await run.order("start");
  await goOn();
  assert.deepEqual([told("evaluation"), told("best"), told("used")], [[], [], []]);
  assert.equal(told("state").at(-1).state, "finished");
  assert(told("checkpoint").length >= 4);
});

test("going back takes the stories of that time", async () => {
  const training = new FakeTraining({ train_tokens: 70, loss: (step) => (step === 28 ? NaN : 2) });
  let told = 0;
  const source = {
    position: "0",
    next() { source.position = `${++told}`; return [`story ${told}`]; },
    seek: (/** @type {string} */ position) => { source.position = position; return [`story ${position}`]; },
  };
  const { run, goOn } = fakeRun(training, {}, source);
  await run.order("start");
  await goOn();
  // Each lasts seven steps; the checkpoint of step 20 was made in the third.
  assert.equal(training.info().step, 20);
  assert.deepEqual([training.restored, source.position], [[["story 2"]], "2"]);
});

test("a model is asked its questions, and nothing else", async () => {
  const { run, told } = fakeRun(new FakeTraining());
  const ask = (/** @type {string} */ method) => run.ask(/** @type {any} */ ({ id: 4, method, args: ["abc"] }));
  await ask("score");
  assert.deepEqual([told("answer")[0].id, told("answer")[0].answer.tokens], [4, ["a", "b", "c"]]);
  for (const method of ["free", "beginTexts", "continueTexts", "__destroy_into_raw", "constructor", "toString", "nothing"]) {
    await assert.rejects(ask(method), { code: "argument_unreadable" }, method);
  }
});

test("a text that fails is given up, and the training goes on", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  run.write(/** @type {any} */ ({ id: 9, prompt: "", length: 5, sampling: {}, stop_at_end: false }));
  await assert.rejects(run.turn(), { code: "prompt_empty" });
  assert.equal(run.halt(), 9);
  await run.order("start");
  await goOn();
  assert.equal(told("state").at(-1).state, "finished");
});
