// How long the engine worker waits for a GPU or a helper.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { setHidden, withPatience } from "../../www/engine/patience.js";
import { Watchdog } from "../../www/engine/watchdog.js";

let now = 0;
beforeEach(() => {
  now = 0;
  mock.timers.enable({ apis: ["setInterval"] });
  mock.method(performance, "now", () => now);
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
  setHidden(false);
});

/** Time passes. @param {number} ms @param {number} [tick] */
async function pass(ms, tick = 500) {
  for (let passed = 0; passed < ms; passed += tick) {
    now += tick;
    mock.timers.tick(500);
    await Promise.resolve();
  }
}

/** @param {number} ms */
function waitFor(ms) {
  const state = { late: false };
  withPatience(new Promise(() => {}), ms, () => new Error("late")).catch(() => { state.late = true; });
  return state;
}

test("what takes too long is given up", async () => {
  const waiting = waitFor(10_000);
  await pass(9_500);
  assert.equal(waiting.late, false);
  await pass(1_500);
  assert.equal(waiting.late, true);
});

test("a night's sleep counts as one tick", async () => {
  const waiting = waitFor(10_000);
  await pass(36_000_000, 36_000_000);
  assert.equal(waiting.late, false);
  await pass(10_000);
  assert.equal(waiting.late, true);
});

test("nothing is given up while the page is hidden", async () => {
  const waiting = waitFor(10_000);
  setHidden(true);
  await pass(600_000, 1_000);
  assert.equal(waiting.late, false);
  setHidden(false);
  await pass(11_000);
  assert.equal(waiting.late, true);
});

test("what is done in time is handed on, and its clock stops", async () => {
  assert.equal(await withPatience(Promise.resolve(5), 10, () => new Error("late")), 5);
  await assert.rejects(withPatience(Promise.reject(new Error("no")), 10, () => new Error("late")), /no/);
});

test("a GPU has ten times as long as its steps take, ten seconds at least, minutes for the first",
  async () => {
  const stalled = async (/** @type {Watchdog} */ watchdog, /** @type {number} */ ms) => {
    const state = { code: "" };
    watchdog.watch(new Promise(() => {}), 1).catch((error) => { state.code = error.code; });
    await pass(ms);
    return state.code;
  };
  const watchdog = new Watchdog();
  assert.equal(await stalled(watchdog, 170_000), "");
  assert.equal(await stalled(watchdog, 190_000), "gpu_stalled");
  for (let step = 0; step < 40; step++) watchdog.learn(100);
  assert.equal(await stalled(watchdog, 9_000), "");
  assert.equal(await stalled(watchdog, 12_000), "gpu_stalled");
  for (let step = 0; step < 40; step++) watchdog.learn(5_000);
  assert.equal(await stalled(watchdog, 45_000), "");
});
