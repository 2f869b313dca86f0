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
  assert.deepEqual(
    [failure.code, failure.params, fatal, id],
    ["diverged", { step: 35, back_to: 30 }, false, null],
  );
  assert.equal(events.at(-1).state, "paused");
  assert.equal(training.info().step, 30);
  assert.deepEqual(told("checkpoint").map(({ step }) => step), [10, 20, 30]);

  run.setLearningRate(0.005);
  assert.equal(told("changed").at(-1).info.train.learning_rate, 0.005);
  const before = events.length;
  await run.order("start");
  await goOn();
  const reports = events
    .slice(before)
    .filter(({ type }) => type === "steps")
    .flatMap((event) => event.reports);
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
  const training = new FakeTraining({
    loss: (step) => (step > 25 ? 17 : 2),
    validation: (step) => (step > 25 ? 17 : 2),
  });
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

test("a page that is hidden gets a checkpoint with the next turn, and the steps until then before it",
  async () => {
  const { run, told, events, goOn } = fakeRun(new FakeTraining({ steps: 40_000 }));
  await run.order("start");
  await goOn(() => told("sample").length > 0 && run.training.info().step > 3);
  assert.deepEqual(told("checkpoint"), []);
  run.saveSoon();
  await goOn(() => told("checkpoint").length > 0);
  const [{ step }] = told("checkpoint");
  const before = events.slice(0, events.findIndex(({ type }) => type === "checkpoint"));
  const reported = before.flatMap(({ type, reports }) => (type === "steps" ? reports : []));
  assert.equal(reported.at(-1).step, step);
  assert.equal(told("state").at(-1).state, "training", "it is paused");
  // Of that step there is one already.
  await run.order("pause");
  await goOn();
  const { length } = told("checkpoint");
  run.saveSoon();
  await goOn();
  assert.equal(told("checkpoint").length, length);
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
  assert.equal(JSON.parse(await told("checkpoint").at(-1).blob.text()).used, "last");
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

/** Those at the end, and how many there were before. @param {any[]} events */
const finals = (events) => events.filter(({ type, final }) => type === "evaluation" && final)
  .map(({ step, examples, validation_loss }) => [step, examples, validation_loss]);

test("at the end the model in use is judged once, on the whole validation part", async () => {
  // On few examples it seems better than it is.
  const training = new FakeTraining({ validation: (_step, examples) => (examples > 4 ? 2.5 : 2) });
  const { run, told, events, goOn } = fakeRun(training);
  await run.order("start");
  await goOn();
  assert.deepEqual(finals(events), [[100, 10, 2.5]]);
  assert.equal(told("evaluation").length, 12, "at step 0, at each tenth, and at the end");
  assert.deepEqual(told("best").map(({ step, loss }) => [step, loss]), [[10, 2]]);
  assert.equal(run.busy, false);
  // After all that a reader waits for.
  const last = events.slice(-3).map(({ type }) => type);
  assert.deepEqual(last, ["sample", "checkpoint", "evaluation"]);
});

test("a figure that is lower at the end makes no best model", async () => {
  const validation = (/** @type {number} */ step, /** @type {number} */ examples) => (
    examples > 4 ? 0.5 : 2 + step / 1000);
  const training = new FakeTraining({ validation });
  const { run, told, events, goOn } = fakeRun(training);
  await run.order("start");
  await goOn();
  assert.deepEqual([finals(events), told("best").length], [[[10, 10, 0.5]], 1]);
  assert.deepEqual(told("used").map(({ step }) => step), [10]);
});

test("whoever chooses the other model, or goes further, has a model that is judged anew", async () => {
  const training = new FakeTraining({ validation: (step) => (step < 60 ? 2 - step / 100 : 1 + step / 100) });
  const { run, told, events, goOn } = fakeRun(training);
  await run.order("start");
  await goOn(() => told("state").at(-1)?.state === "finished" && training.evaluated.at(-1) === 2);
  assert.deepEqual(finals(events), [], "the last evaluation is not over");
  await run.use("last");
  await goOn();
  await run.use("last");
  await goOn();
  assert.deepEqual(finals(events), [[100, 10, 2]], "what was not finished is given up");
  await run.use("best");
  await goOn();
  assert.deepEqual(finals(events).slice(1), [[50, 10, 1.5]]);

  await run.use("last");
  await run.turn();
  await run.further(10);
  await goOn();
  assert.deepEqual(finals(events).slice(2), [[50, 10, 1.5]], "of the best model, which took over again");
  assert.equal(told("used").at(-1).which, "best");
});

test("a command is obeyed between two parts of an evaluation", async () => {
  const training = new FakeTraining();
  const { run, told, events, goOn } = fakeRun(training);
  await run.order("start");
  const inTheMiddle = () => training.info().step === 10 && training.evaluated.length % 2 === 1;
  await goOn(inTheMiddle);
  await run.order("pause");
  assert.equal(told("state").at(-1).state, "paused");
  await goOn();
  assert.equal(told("evaluation").at(-1).step, 10, "an evaluation that has begun goes on");
  assert.equal(told("checkpoint").at(-1).step, 10);
  await run.order("start");
  await goOn(() => training.info().step === 20 && training.evaluated.length % 2 === 1);
  await run.order("stop");
  await goOn();
  const evaluated = told("evaluation").map(({ step, final }) => [step, final]);
  assert.deepEqual(evaluated, [[0, false], [10, false], [20, true]]);
  assert.equal(events.filter(({ type }) => type === "failure").length, 0);
});

test("a run that is opened after its end is judged, though nothing of its speed is known", async () => {
  const training = new FakeTraining();
  training.state.step = 30;
  const { events, goOn } = fakeRun(training, {}, null, { state: "stopped", milestone: 30 });
  await goOn();
  assert.deepEqual(events.map(({ type }) => type), ["ready", "evaluation"]);
  assert.deepEqual(finals(events), [[30, 10, 2]]);
});

test("a model that has learned nothing is not judged", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  await run.order("stop");
  await goOn();
  assert.deepEqual([told("evaluation"), told("state").at(-1).state], [[], "stopped"]);
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
  const ask = (/** @type {string} */ method) =>
    run.ask(/** @type {any} */ ({ id: 4, method, args: ["abc"] }));
  await ask("score");
  assert.deepEqual([told("answer")[0].id, told("answer")[0].answer.tokens], [4, ["a", "b", "c"]]);
  for (const method of [
    "free",
    "beginTexts",
    "continueTexts",
    "writtenTokens",
    "__destroy_into_raw",
    "constructor",
    "toString",
    "nothing",
  ]) {
    await assert.rejects(ask(method), { code: "argument_unreadable" }, method);
  }
});

test("it takes exactly as many steps as it is told, and pauses; one where no number is told", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  const steps = () => told("steps").flatMap(({ reports }) => reports).length;
  for (const [more, expected] of [[13, 13], [undefined, 14], [25, 39], [NaN, 40], [2.5, 42]]) {
    await run.order("step", more);
    await goOn();
    assert.equal(steps(), expected, `${more}`);
    assert.equal(told("state").at(-1).state, "paused");
  }
  await run.order("step", 1000);
  await goOn();
  assert.equal(told("state").at(-1).state, "finished");
});

test("without a sample none is written, and a checkpoint can be asked for at any step", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining(), { evaluation: { texts: 0 } });
  await run.save(3);
  await run.order("step", 7);
  await goOn();
  await run.save(4);
  assert.deepEqual(told("saved").map(({ id, step }) => [id, step]), [[3, 0], [4, 7]]);
  assert(told("saved").every(({ blob }) => blob instanceof Blob));
  await run.order("start");
  await goOn();
  assert.deepEqual(told("sample"), []);
});
