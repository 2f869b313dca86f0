// Which engines and workers the page takes, measures and gives up, against workers that the tests play.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { newest, settle, workers } from "./support/fake_engine.mjs";
import { forecast } from "../../www/app/state/run_settings.js";
import { TEXT, fakePage, startTraining } from "./support/fake_page.mjs";

/** @type {Awaited<ReturnType<typeof fakePage>>["store"]} */
let store;
/** @type {Awaited<ReturnType<typeof fakePage>>["controller"]} */
let controller;

beforeEach(async () => { ({ store, controller } = await fakePage()); });

const train = () => startTraining(controller);
const phase = () => store.state.phase;
const failure = () => store.state.failure?.failure.code ?? null;

test("a GPU that stood still is not chosen again by itself, until the reader chooses an engine", async () => {
  controller.choices.change({ engine: "auto" });
  await settle();
  const first = await train();
  await first.fails("gpu_stalled", { fatal: true });
  controller.restart();
  await settle();
  assert.equal(newest().last("create").gpu_failed, true);
  await newest().isReady();
  controller.choices.change({ engine: "webgpu" });
  controller.restart();
  await settle();
  assert.equal(newest().last("create").gpu_failed, false);
});

test("a page that may not open workers says so, and goes on", async () => {
  Object.assign(globalThis, {
    Worker: class {
      constructor() {
        throw new DOMException("null", "SecurityError");
      }
    },
  });
  await controller.start();
  assert.deepEqual([failure(), phase()], ["worker_unavailable", "idle"]);
});

test("the models on offer are timed, and the worker that did so trains", async () => {
  controller.choices.readerIsHere();
  await settle();
  const presets = [];
  for (let timed = 0; timed < 3; timed++) {
    presets.push(newest().last("measure").model.n_layer);
    await newest().says({ type: "measured", engine: "cpu", tokens_per_s: 1000, gpu_failed: false });
  }
  assert.deepEqual(presets, [2, 4, 6]);
  assert.equal(Object.keys(store.state.measured).length, 3);
  controller.start();
  await settle();
  assert.equal(workers.length, 1);
  assert.equal(newest().told.at(-1), "create");
});

test("another text may bring pieces of words, and with them models that are timed anew", async () => {
  const timed = async () => {
    const { vocab_size } = newest().last("measure");
    await newest().says({ type: "measured", engine: "cpu", tokens_per_s: 1000, gpu_failed: false });
    return vocab_size;
  };
  controller.choices.change({ preset: "petit" });
  await settle();
  for (let models = 0; models < 3; models++) await timed();
  const before = newest().told.length;
  controller.library.type(TEXT);
  await settle();
  assert.equal(newest().told.length, before, "what is as fast as before is timed again");
  controller.library.type(TEXT.repeat(500));
  await settle();
  assert.equal(store.state.settings.tokenizer, "bpe");
  assert.equal(await timed(), store.state.settings.vocab_size);
  assert(forecast(store.state, "petit").measured);
});

test("an engine that fails at a measurement is not spoken of, and such a GPU not used", async () => {
  controller.choices.change({ engine: "auto" });
  await settle();
  await newest().says({ type: "progress", phase: "compiling", engine: "webgpu" });
  assert.equal(store.state.progress, "compiling");
  await newest().says({ type: "measured", engine: "cpu", tokens_per_s: 1000, gpu_failed: true });
  await newest().dies("no memory");
  assert.deepEqual([failure(), store.state.progress, store.state.engines.auto], [null, null, "cpu"]);
  controller.start();
  await settle();
  assert.equal(newest().last("create").gpu_failed, true);
});

test("who saves data is sent no engine before they choose something", async () => {
  Object.defineProperty(globalThis, "navigator", {
    value: { connection: { saveData: true } },
    configurable: true,
  });
  try {
    controller.choices.readerIsHere();
    await settle();
    assert.equal(workers.length, 0);
    controller.choices.change({ preset: "petit" });
    await settle();
    assert.equal(workers.length, 1);
  } finally {
    Reflect.deleteProperty(globalThis, "navigator");
  }
});
