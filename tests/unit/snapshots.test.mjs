// The snapshots of a training: which are kept, which answer, and which are void.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { snapshotsUntil, withSnapshot } from "../../www/api/snapshots.js";
import { Training } from "../../www/api/training.js";
import { newest, playEngines, settingsOf, settle } from "./support/fake_engine.mjs";
import { fakeRun } from "./support/fake_run.mjs";
import { FakeTraining } from "./support/fake_training.mjs";

beforeEach(() => playEngines());

/** @param {number} step @param {number} [size] */
const snapshot = (step, size = 10) => ({ step, blob: new Blob([new Uint8Array(size)]) });
/** @param {readonly {step: number}[]} snapshots */
const stepsOf = (snapshots) => snapshots.map(({ step }) => step);

/** @param {number} count @param {number} most */
function taken(count, most) {
  /** @type {readonly import("../../www/api/snapshots.js").Snapshot[]} */
  let kept = [];
  for (let index = 0; index < count; index++) kept = withSnapshot(kept, snapshot(50 * index), most);
  return stepsOf(kept);
}

test("all are kept while there is room", () => {
  assert.deepEqual(taken(5, 50), [0, 50, 100, 150, 200]);
});

test("where it is full they stay spread over all steps, closer at the beginning", () => {
  for (const count of [6, 7, 12, 41, 300]) {
    const steps = taken(count, 50);
    assert.equal(steps.length, 5);
    assert.deepEqual([steps[0], steps[4]], [0, 50 * (count - 1)]);
    const gaps = steps.slice(1).map((step, index) => Math.log((step + 100) / (steps[index] + 100)));
    assert(Math.max(...gaps) <= 4 * Math.min(...gaps), `${steps}`);
    assert(steps[1] - steps[0] <= steps[4] - steps[3], `${steps}`);
  }
});

test("two are kept, however large", () => {
  assert.deepEqual(taken(5, 1), [0, 200]);
});

test("one of a step that was taken back gives way, and so do those after it", () => {
  const kept = [0, 50, 100].map((step) => snapshot(step));
  assert.deepEqual(stepsOf(snapshotsUntil(kept, 60)), [0, 50]);
  assert.equal(snapshotsUntil(kept, 100), kept);
  assert.deepEqual(stepsOf(withSnapshot(kept, snapshot(50))), [0, 50]);
});

test("a run tells one at each evaluation, and answers as the model of that step did", async () => {
  const { run, told, goOn } = fakeRun(new FakeTraining({ steps: 25 }));
  await run.order("start");
  await goOn();
  const snapshots = told("snapshot");
  assert.deepEqual(stepsOf(snapshots), [0, 10, 20, 25]);
  await run.ask({ type: "ask", run: 7, id: 1, method: "score", args: ["abc"], snapshot: snapshots[1] });
  const [{ step, answer }] = told("answer");
  assert.deepEqual([step, answer.log_probs[0]], [10, -10]);
});

test("a model at a step asks with its snapshot, and only asks", async () => {
  const promise = Training.create(settingsOf());
  await newest().isReady();
  const training = await promise;
  for (const step of [0, 10, 20]) await newest().says({ type: "snapshot", ...snapshot(step) });
  assert.deepEqual(stepsOf(training.snapshots), [0, 10, 20]);
  const asked = training.model.at(10).score("abc");
  await settle();
  assert.equal(newest().last("ask").snapshot.step, 10);
  await newest().answers("score", { tokens: ["a", "b"], log_probs: [-Math.LN2] }, 10);
  assert.deepEqual(await asked, {
    step: 10, tokens: ["a", "b"], log_probs: [-Math.LN2], bits_per_token: 1,
  });
  assert.throws(() => training.model.at(11), { code: "argument_unreadable" });
  const past = /** @type {any} */ (training.model.at(10));
  for (const name of ["write", "save", "toHuggingFace", "close"]) assert.equal(past[name], undefined, name);
});

test("a training that goes back, or is taken up again, has none of steps that it has not taken", async () => {
  const promise = Training.create(settingsOf());
  await newest().isReady();
  const training = await promise;
  for (const step of [0, 10, 20, 30]) await newest().says({ type: "snapshot", ...snapshot(step) });
  await newest().says({ type: "used", which: "best", step: 10 });
  assert.deepEqual(stepsOf(training.snapshots), [0, 10, 20, 30]);
  await newest().fails("diverged", { params: { step: 35, back_to: 20 } });
  assert.deepEqual(stepsOf(training.snapshots), [0, 10, 20]);
  await newest().says({ type: "checkpoint", step: 10, blob: new Blob(["ten"]) });
  await newest().dies("gone");
  const resumed = training.resume();
  await newest().isReady({ step: 10 });
  assert.deepEqual(stepsOf((await resumed).snapshots), [0, 10]);
});
