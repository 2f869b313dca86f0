// What a run writes while it trains: its samples and the reader's own texts, on a training without an engine.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeTraining } from "./support/fake_training.mjs";
import { fakeRun } from "./support/fake_run.mjs";

test("a sample goes before a reader's long text, and training does not wait for that text", async () => {
  const training = new FakeTraining();
  const { run, events, goOn } = fakeRun(training);
  await run.order("start");
  run.write(
    /** @type {any} */ ({ id: 1, prompt: "L’eau", length: 1_000_000, sampling: {}, stop_at_end: false }),
  );
  await goOn(() => training.info().step >= 30);
  const begun = events.find(({ type }) => type === "begun");
  assert.deepEqual([begun.id, begun.step, begun.prompt.text], [1, 0, "L'eau"]);
  // Both are written by then; the text goes on.
  assert(events.filter(({ type }) => type === "sample").length >= 2);
  assert(events.filter(({ type }) => type === "piece").every(({ done }) => done === null));
});

test("a text ends at its length, where the model ends it, or when it is cancelled", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  const write = (
    /** @type {number} */ id,
    /** @type {number} */ length,
    /** @type {boolean} */ stop_at_end,
  ) => run.write(/** @type {any} */ ({ id, prompt: "Once", length, sampling: {}, stop_at_end }));
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
    const { run, told, goOn } = fakeRun(new FakeTraining(), {
      sample: { prompt: "Once", length: 6, sampling: {} },
      evaluation,
    });
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

test("a sample begins otherwise where the model cannot begin with the prompt, and says why", async () => {
  for (const [prompt, begins, unreadable] of /** @type {const} */ ([
    ["L’hiver", "L'hiver", null], ["Émile", "Once", ["É"]], ["", "Once", []],
  ])) {
    const sample = { prompt, instead: "Once", length: 6, sampling: {} };
    const { run, told, goOn } = fakeRun(new FakeTraining(), { sample });
    await run.order("start");
    await goOn(() => told("sample").length > 1);
    const [first, second] = told("sample");
    assert.deepEqual([first.prompt, first.unreadable, first.texts.length], [begins, unreadable, 10]);
    assert.deepEqual([second.prompt, second.unreadable], [begins, unreadable]);
  }
  // Nothing to begin with instead: the training goes on without samples.
  const { run, told } = fakeRun(new FakeTraining(), { sample: { prompt: "Émile", length: 6, sampling: {} } });
  await run.order("start");
  await assert.rejects(async () => { for (;;) await run.turn(); }, { code: "unknown_characters" });
  assert.deepEqual(told("sample"), []);
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

test("of a sample that a stop or another model cuts short nothing is told; a pause waits for it",
  async () => {
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

test("a text that fails is given up, and the training goes on", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining());
  run.write(/** @type {any} */ ({ id: 9, prompt: "", length: 5, sampling: {}, stop_at_end: false }));
  await assert.rejects(run.turn(), { code: "prompt_empty" });
  assert.equal(run.halt(), 9);
  await run.order("start");
  await goOn();
  assert.equal(told("state").at(-1).state, "finished");
});
