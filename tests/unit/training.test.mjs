// A training, against workers that the tests play.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Measurer } from "../../www/api/measurer.js";
import { Training } from "../../www/api/training.js";
import { newest, playEngines, settingsOf, settle, workers } from "./support/fake_engine.mjs";

/** @typedef {import("../../www/api/training.js").CreateOptions} CreateOptions */

/** What the trainings of a test told. @type {any[]} */
let events = [];

beforeEach(() => {
  playEngines();
  events = [];
});

/** @param {CreateOptions & {engine?: string}} [options] */
function create({ engine = "cpu", ...options } = {}) {
  return Training.create(settingsOf({ engine }), { onEvent: (event) => events.push(event), ...options });
}

/** @param {CreateOptions & {engine?: string}} [options] @param {object} [ready] */
async function created(options, ready) {
  const promise = create(options);
  await newest().isReady(ready);
  return promise;
}

/** @param {number} step */
const checkpoint = (step) => ({ type: "checkpoint", step, blob: new Blob([new Uint8Array([step])]) });

test("a training is made, trains, pauses, and ends", async () => {
  const training = await created();
  assert.equal(training.state, "ready");
  assert(training.isUntouched);
  training.start();
  assert(!training.isUntouched, "an order that is on its way counts");
  await newest().says({ type: "state", state: "training" });
  await newest().steps(3);
  assert.deepEqual([training.state, training.stepsDone], ["training", 3]);
  training.pause();
  await newest().says({ type: "state", state: "paused" });
  assert.equal(training.state, "paused");
  training.step();
  training.stop();
  training.further(50);
  training.use("best");
  training.setLearningRate(0.001);
  assert.deepEqual(newest().told, ["create", "start", "pause", "step", "stop", "further", "use", "set"]);
  assert.deepEqual(events.map(({ type }) => type), ["state", "steps", "state"]);
  training.close();
  assert(newest().ended);
});

test("what belongs to another run is dropped", async () => {
  const training = await created();
  await newest().says({ type: "state", state: "training", run: newest().run - 1 });
  assert.equal(training.state, "ready");
  assert.deepEqual(events, []);
});

test("a refused making rejects and ends its worker", async () => {
  const promise = assert.rejects(create(), { code: "text_too_short", fatal: false });
  await newest().fails("text_too_short");
  await promise;
  assert(newest().ended);
  assert.deepEqual(events, []);
});

test("a making can be given up", async () => {
  const abort = new AbortController();
  const promise = assert.rejects(create({ signal: abort.signal }), { name: "AbortError" });
  abort.abort();
  await promise;
  assert(newest().ended);
});

test("a making that is given up before it begins opens no run", async () => {
  const signal = AbortSignal.abort();
  await assert.rejects(create({ signal }), { name: "AbortError" });
  assert.deepEqual(newest().told, []);
  assert(newest().ended);
});

test("a browser that forbids workers is told by a code, at once", async () => {
  Object.assign(globalThis, {
    Worker: class {
      constructor() {
        throw new DOMException("null", "SecurityError");
      }
    },
  });
  await assert.rejects(create(), { code: "worker_unavailable", fatal: true });
});

test("a worker that cannot be loaded is another thing than one that dies", async () => {
  const never = assert.rejects(create(), { code: "worker_not_loaded" });
  await newest().dies("");
  await never;
  const training = await created();
  await newest().dies("out of memory");
  assert.equal(training.failure?.code, "worker_died");
  assert.equal(training.state, "failed");
});

for (const code of ["not_found", "worker_died", "engine_failed", "panic"]) {
  test(`${code} before a GPU was chosen is told as it is`, async () => {
    const promise = assert.rejects(create({ engine: "auto" }), { code });
    await newest().says({ type: "progress", phase: "loading" });
    if (code === "worker_died") await newest().dies("no memory");
    else await newest().fails(code, { fatal: true });
    await promise;
    assert.equal(workers.length, 1, "another engine was tried");
  });
}

for (const code of ["gpu_lost", "engine_failed", "worker_died"]) {
  test(`${code} on a GPU while the training is made: the CPU engine makes it`, async () => {
    const promise = create({ engine: "webgpu" });
    await newest().says({ type: "progress", phase: "creating", engine: "webgpu" });
    if (code === "worker_died") await newest().dies("no memory");
    else await newest().fails(code, { fatal: true });
    assert.equal(workers.length, 2);
    assert.deepEqual([workers[0].ended, newest().last("create").gpu_failed], [true, true]);
    await newest().isReady();
    const training = await promise;
    assert.equal(training.info.engine, "cpu");
    assert.equal(training.settings.engine, "webgpu", "what was asked for is forgotten");
  });
}

test("a GPU that refuses a model by name is not one that failed", async () => {
  const promise = assert.rejects(create({ engine: "webgpu" }), { code: "gpu_too_small" });
  await newest().fails("gpu_too_small", { params: { megabytes: 4, max: 1 } });
  await promise;
  assert.equal(workers.length, 1);
});

test("a fatal failure rejects all that is asked, and is told once", async () => {
  const training = await created();
  const look = assert.rejects(training.model.look("a"), { code: "panic", fatal: true });
  const text = assert.rejects(training.model.write("a", { length: 5 }).next(), { code: "panic" });
  await newest().fails("panic", { fatal: true });
  await Promise.all([look, text]);
  assert.deepEqual(events.map(({ type }) => type), ["failure"]);
  await assert.rejects(training.model.look("a"), { code: "panic" });
  training.start();
  assert(!newest().told.includes("start"), "a dead worker is told something");
});

test("a death that an earlier run of the same worker tells is not missed", async () => {
  const measurer = new Measurer("cpu");
  const measuring = measurer.measure(settingsOf().model, 40, 1);
  const before = newest().run;
  await newest().says({ type: "measured", engine: "cpu", tokens_per_s: 10, gpu_failed: false });
  await measuring;
  const training = await created({ measurer });
  await newest().says({
    type: "failure",
    run: before,
    id: null,
    failure: { code: "panic", params: {}, cause: "" },
    fatal: true,
  });
  assert.equal(training.state, "failed");
});

test("another training goes on from the last checkpoint", async () => {
  const training = await created();
  training.start();
  await newest().says({ type: "state", state: "training" });
  await newest().says(checkpoint(20));
  await newest().steps(25);
  await newest().dies("lost");
  assert.deepEqual([training.checkpoint?.step, training.wasTraining], [20, true]);
  const promise = training.resume();
  const given = await newest().last("create").checkpoint.arrayBuffer();
  assert.deepEqual(new Uint8Array(given), new Uint8Array([20]));
  await newest().isReady({ step: 20, state: "paused" });
  const resumed = await promise;
  assert.deepEqual([resumed.stepsDone, resumed.resumedFrom, resumed.state], [20, 20, "paused"]);
  assert(!resumed.isUntouched);
});

test("after a divergence the training is paused at its last good state", async () => {
  const training = await created();
  await newest().says({ type: "state", state: "training" });
  await newest().steps(60);
  await newest().fails("diverged", { params: { step: 60, back_to: 50 } });
  assert.deepEqual([training.state, training.stepsDone], ["paused", 50]);
  assert.equal(events.at(-1).failure.code, "diverged");
});

test("a GPU is not trusted again once it stood still, or was lost without getting any further", async () => {
  const stalled = await created({ engine: "webgpu" });
  await newest().fails("gpu_stalled", { fatal: true });
  assert(stalled.gpuIsUnfit);

  const lost = await created({ engine: "webgpu" });
  await newest().says(checkpoint(10));
  await newest().fails("gpu_lost", { fatal: true });
  assert(!lost.gpuIsUnfit, "a GPU that is lost can be had again");
  const promise = lost.resume();
  assert.equal(newest().last("create").gpu_failed, false);
  await newest().isReady({ step: 10 });
  const again = await promise;
  await newest().fails("gpu_lost", { fatal: true });
  assert(again.gpuIsUnfit);
  again.resume().catch(() => {});
  assert.equal(newest().last("create").gpu_failed, true);
});

test("a text comes piece by piece, with what the model reads of the prompt", async () => {
  const training = await created();
  const text = training.model.write("L\u2019ours", { length: 9, temperature: 0 });
  const first = text.next();
  const { id, prompt, stop_at_end } = newest().last("write");
  assert.deepEqual([prompt, stop_at_end], ["L\u2019ours", true]);
  const fitted = { text: "L'ours", replaced: [{ from: "\u2019", to: "'" }], unknown: [] };
  await newest().says({ type: "begun", id, step: 7, prompt: fitted });
  assert.deepEqual((await first).value, { step: 7, prompt: fitted, text: "", tokens: [], done: null });
  await newest().says({ type: "piece", id, text: " a", tokens: [], done: null });
  await newest().says({ type: "piece", id, text: " dit", tokens: [], done: "end" });
  const rest = [];
  for await (const { text: piece, done } of text) rest.push([piece, done]);
  assert.deepEqual(rest, [[" a", null], [" dit", "end"]]);
  assert(!newest().told.includes("cancel"), "a text that is done is cancelled");
});

test("leaving a text, or aborting it, ends it; what still comes of it is dropped", async () => {
  const training = await created();
  const left = training.model.write("a", { length: 9 });
  const next = left.next();
  const { id } = newest().last("write");
  await newest().says({ type: "begun", id, step: 0, prompt: { text: "a", replaced: [], unknown: [] } });
  await next;
  await left.return();
  assert.equal(newest().last("cancel").id, id);

  const abort = new AbortController();
  const aborted = assert.rejects(training.model.write("b", { length: 9, signal: abort.signal }).next(), {
    name: "AbortError",
  });
  abort.abort();
  await aborted;
  assert.equal(newest().last("cancel").id, id + 1);
  await newest().says({ type: "piece", id: id + 1, text: "late", done: "cancelled" });
});

test("a question has one answer, with the step of the model that gave it; a refusal is its own", async () => {
  const training = await created();
  const answer = training.model.score("abc");
  const log_probs = [-Math.LN2, -3 * Math.LN2];
  await newest().answers("score", { tokens: ["a", "b", "c"], log_probs }, 12);
  assert.deepEqual(await answer, { step: 12, tokens: ["a", "b", "c"], log_probs, bits_per_token: 2 });
  const refused = assert.rejects(training.model.look("漢"), { code: "unknown_characters", fatal: false });
  await newest().fails("unknown_characters", { id: newest().last("ask").id });
  await refused;
  assert.deepEqual(events, [], "what one asked for is told to all");
  assert.equal(training.state, "ready");
});

test("the worker that has measured makes the training, if it is of use", async () => {
  const { model } = settingsOf();
  const idle = new Measurer("cpu");
  const measured = idle.measure(model, 40, 1);
  await newest().says({ type: "measured", engine: "cpu", tokens_per_s: 10, gpu_failed: false });
  assert.deepEqual(await measured, { engine: "cpu", tokens_per_s: 10, gpuFailed: false });
  await created({ measurer: idle });
  assert.equal(workers.length, 1);

  for (const { phase, isOfUse } of [
    { phase: "loading", isOfUse: false },
    { phase: "compiling", isOfUse: true },
  ]) {
    playEngines();
    const busy = new Measurer("auto");
    const given = assert.rejects(busy.measure(model, 40, 1), { name: "AbortError" });
    await newest().says({ type: "progress", phase });
    const promise = create({ measurer: busy, engine: "auto" });
    await given;
    assert.equal(workers.length, isOfUse ? 1 : 2, phase);
    // What the measurement still says is stale.
    await workers[0].says({
      type: "measured",
      engine: "webgpu",
      tokens_per_s: 5,
      run: workers[0].received[0].run,
    });
    await newest().isReady();
    assert.equal((await promise).state, "ready");
  }
});

test("a measurement that fails rejects; its worker makes no training", async () => {
  const measurer = new Measurer("auto");
  const failed = assert.rejects(measurer.measure(settingsOf().model, 40, 1), { code: "gpu_stalled" });
  await newest().fails("gpu_stalled", { fatal: true });
  await failed;
  assert.equal(measurer.handOver(), null);
});

test("a worker that is silent is given up after 90 s in sight of the reader, and not for what the tab slept",
  async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  Object.assign(globalThis, { document: page });
  try {
    const training = await created();
    mock.timers.tick(85_000);
    await newest().says({ type: "pong" });
    mock.timers.tick(85_000);
    assert.equal(training.state, "ready");
    page.visibilityState = "hidden";
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(newest().last("visibility").hidden, true);
    mock.timers.tick(3_600_000);
    assert.equal(training.state, "ready", "given up while hidden");
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    assert.equal(newest().last("visibility").hidden, false);
    mock.timers.tick(90_000);
    assert.equal(training.state, "ready");
    mock.timers.tick(5_000);
    await settle();
    assert.equal(training.failure?.code, "worker_died");
    assert(newest().ended);
  } finally {
    mock.timers.reset();
    Reflect.deleteProperty(globalThis, "document");
  }
});
