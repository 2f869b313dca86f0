// The loop over a training's steps, against workers that the tests play.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Training } from "../../www/api/training.js";
import { newest, playEngines, settingsOf, settle } from "./support/fake_engine.mjs";

beforeEach(() => playEngines());

async function created() {
  const promise = Training.create(settingsOf({ engine: "cpu" }));
  await newest().isReady();
  return promise;
}

/**
 * Follows a loop without waiting for it.
 * @param {AsyncIterable<{step: number}>} loop
 */
function follow(loop) {
  /** @type {{steps: number[], ended: boolean, error: any}} */
  const seen = { steps: [], ended: false, error: null };
  (async () => {
    for await (const { step } of loop) seen.steps.push(step);
  })().catch((error) => { seen.error = error; }).finally(() => { seen.ended = true; });
  return seen;
}

const trains = () => newest().says({ type: "state", state: "training" });
const rests = (/** @type {"paused"|"finished"} */ state) => newest().says({ type: "state", state });

test("each step is told, to the end of the schedule", async () => {
  const training = await created();
  const seen = follow(training.run());
  await settle();
  assert.deepEqual(newest().told, ["create", "start"]);
  await trains();
  for (const step of [1, 2, 3]) await newest().steps(step);
  assert.deepEqual([seen.steps, seen.ended], [[1, 2, 3], false]);
  await rests("finished");
  assert(seen.ended);
  assert.equal(seen.error, null);
  assert.deepEqual(newest().told, ["create", "start"], "what has ended is told to pause");
  const after = follow(training.run());
  await settle();
  assert(after.ended, "a training that has ended is waited for");
});

test("so many steps are asked for in one order, and another loop goes on", async () => {
  const training = await created();
  const first = follow(training.run({ steps: 20 }));
  await settle();
  assert.equal(newest().last("train").steps, 20);
  await trains();
  await newest().steps(20);
  await rests("paused");
  assert(first.ended);
  const second = follow(training.run());
  await settle();
  await trains();
  await newest().steps(21);
  assert.deepEqual([first.steps, second.steps], [[20], [21]]);
  assert.deepEqual(newest().told, ["create", "step", "start"]);
  const none = follow(training.run({ steps: 0 }));
  await settle();
  assert.equal(none.error?.code, "busy");
});

test("leaving the loop pauses, and so does aborting it", async () => {
  const training = await created();
  const left = training.run();
  const first = left.next();
  await settle();
  await trains();
  await newest().steps(1);
  await first;
  await left.return();
  assert.deepEqual(newest().told, ["create", "start", "pause"]);
  await rests("paused");
  const abort = new AbortController();
  const aborted = follow(training.run({ signal: abort.signal }));
  await settle();
  abort.abort();
  await settle();
  assert.equal(aborted.error?.name, "AbortError");
  assert.deepEqual(newest().told.slice(-2), ["start", "pause"]);
  const never = follow(training.run({ signal: abort.signal }));
  await settle();
  assert.equal(never.error?.name, "AbortError");
  assert.deepEqual(newest().told.slice(-2), ["start", "pause"], "it was told to train");
});

test("a loop follows a training that goes further, and ends where that is refused", async () => {
  const training = await created();
  await rests("finished");
  training.further(5);
  const seen = follow(training.run());
  await trains();
  await newest().steps(6);
  await rests("finished");
  assert.deepEqual([seen.steps, seen.ended, seen.error], [[6], true, null]);
  training.further(5);
  const refused = follow(training.run());
  await newest().fails("setting_out_of_range");
  assert.equal(refused.error?.code, "setting_out_of_range");
});

test("a failure is the loop's, after the steps before it", async () => {
  const training = await created();
  const diverges = follow(training.run());
  await settle();
  await trains();
  await newest().steps(35);
  await newest().fails("diverged", { params: { step: 35, back_to: 30 } });
  assert.deepEqual([diverges.steps, diverges.error?.code], [[35], "diverged"]);
  assert.equal(training.stepsDone, 30);
  const dies = follow(training.run());
  await settle();
  await newest().dies("no memory");
  assert.equal(dies.error?.code, "worker_died");
  const dead = follow(training.run());
  await settle();
  assert.equal(dead.error?.code, "worker_died");
});

test("closing ends the loop, and a save that was asked for", async () => {
  const training = await created();
  const seen = follow(training.run());
  const saved = assert.rejects(training.save(), { code: "closed" });
  await settle();
  training.close();
  await saved;
  assert.equal(seen.error?.code, "closed");
});

test("a save is what the training is when it is asked for", async () => {
  const training = await created();
  const saved = training.save();
  const blob = new Blob(["weights"]);
  const { id } = newest().last("save");
  await newest().says({ type: "saved", id, step: 3, blob });
  assert.equal(await saved, blob);
  const refused = assert.rejects(training.save(), { code: "diverged", fatal: false });
  await newest().fails("diverged", { id: newest().last("save").id });
  await refused;
});
