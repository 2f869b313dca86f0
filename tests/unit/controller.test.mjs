// What the reader does, and what becomes of the model, against workers that the tests play.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { lastStep } from "../../www/app/state/app_state.js";
import { newest, settle, workers } from "./support/fake_engine.mjs";
import { fakePage, startTraining } from "./support/fake_page.mjs";

/** @typedef {Awaited<ReturnType<typeof fakePage>>["store"]} Store */
/** @typedef {Awaited<ReturnType<typeof fakePage>>["controller"]} Controller */

/** @type {Store} */
let store;
/** @type {Controller} */
let controller;

beforeEach(async () => { ({ store, controller } = await fakePage()); });

const train = () => startTraining(controller);
const phase = () => store.state.phase;
const failure = () => store.state.failure?.failure.code ?? null;
const FITTED = { text: "A little train", replaced: [], unknown: [] };
const LOOKED = {
  tokens: ["A"], n_layer: 1, n_head: 1, attention: new Float32Array(1), candidates: [[]], connections: [],
};

/** @param {number} step */
const checkpoint = (step) => ({ type: "checkpoint", step, blob: new Blob([new Uint8Array([step])]) });

test("a choice that is made while the engine loads neither replaces nor pauses the training", async () => {
  controller.start();
  await settle();
  controller.choices.change({ steps: 777 });
  await newest().isReady();
  assert.equal(workers.length, 1, "a second model is made");
  assert.deepEqual(newest().told.filter((order) => order !== "fit"), ["create", "start"]);
  await newest().says({ type: "state", state: "training" });
  assert.equal(phase(), "training");
  assert.equal(store.state.running?.train.steps, 1500);
});

test("what is asked while the order to train is on its way is asked of the same model", async () => {
  controller.start();
  await settle();
  controller.choices.change({ seed: 3 });
  await newest().isReady();
  controller.write();
  controller.look();
  await settle();
  assert.equal(workers.length, 1);
  assert(newest().told.includes("write"));
});

test("a model that has learned nothing gives way to one of the present choices", async () => {
  controller.write();
  await settle();
  await newest().isReady();
  assert.equal(phase(), "ready");
  controller.choices.change({ seed: 3 });
  controller.start();
  await settle();
  assert.equal(workers.length, 2);
  await newest().isReady();
  assert(workers[0].ended);
  assert.deepEqual(newest().told.filter((order) => order !== "fit"), ["create", "start"]);
});

test("what the page asks by itself fails in silence, is not repeated, and is asked of the next model anew",
  async () => {
  controller.library.setLook("漢字");
  await train();
  const ask = newest().last("ask");
  assert.equal(ask.method, "fit");
  await newest().fails("unknown_characters", { id: ask.id });
  assert.equal(failure(), null);
  controller.lookAgain();
  await settle();
  assert.equal(newest().last("ask").id, ask.id, "it was asked again");
  controller.library.setLook("");
  controller.lookAgain();
  await settle();
  assert.equal(newest().last("ask").id, ask.id, "an empty text is asked for");
  controller.library.setLook("漢字");
  controller.restart();
  await settle();
  await newest().isReady();
  assert.equal(newest().last("ask").args[0], "漢字");
});

test("what the reader asks fails aloud", async () => {
  await train();
  controller.library.setLook("漢字");
  controller.look();
  await settle();
  await newest().fails("unknown_characters", { id: newest().last("ask").id });
  assert.equal(failure(), "unknown_characters");
  assert.equal(store.state.failure?.fatal, false);
  assert.equal(phase(), "training");
});

test("a look shows what was asked for, whatever has been typed since", async () => {
  controller.library.setLook("L\u2019ours");
  await train();
  await newest().answers("fit", { text: "L'ours", replaced: [{ from: "\u2019", to: "'" }], unknown: [] });
  controller.library.setLook("another");
  assert.deepEqual(newest().last("ask").args, ["L'ours", []]);
  await newest().answers("inspect", LOOKED, 12);
  assert.deepEqual([store.state.seen?.text, store.state.seen?.step], ["L'ours", 12]);
  assert.equal(store.state.seen?.replaced.length, 1);
});

test("a new model that cannot be made costs nothing of the one at hand", async () => {
  const first = await train();
  await first.steps(5);
  controller.restart();
  await settle();
  assert.equal(phase(), "creating");
  assert.equal(first.last("train").order, "pause");
  await first.says({ type: "state", state: "paused", run: first.received[0].run });
  await newest().fails("panic", { fatal: true });
  assert.equal(phase(), "paused");
  assert.deepEqual([failure(), store.state.failure?.fatal], ["panic", false]);
  assert.equal(store.state.history.steps.length, 1);
  controller.start();
  await settle();
  assert.equal(first.last("train").order, "start");
  assert(!first.ended);
});

test("the model at hand may die while another is made, which is made all the same", async () => {
  const first = await train();
  await first.says(checkpoint(7));
  controller.restart();
  await settle();
  const second = newest();
  await first.fails("panic", { fatal: true });
  assert.equal(phase(), "creating");
  assert(!second.ended);
  await second.isReady();
  await second.says({ type: "state", state: "training" });
  assert.deepEqual([phase(), store.state.resumableStep], ["training", null]);
});

test("a making that is given up leaves what was there", async () => {
  controller.start();
  await settle();
  controller.stop();
  await settle();
  assert.deepEqual([phase(), failure(), store.state.progress], ["idle", null, null]);
  assert(newest().ended);
  controller.start();
  await settle();
  await newest().isReady();
  assert.deepEqual(newest().told.filter((order) => order !== "fit"), ["create", "start"]);
});

test("a text that cannot be learned is refused before anything is made or paused", async () => {
  const first = await train();
  store.set({ source: { ...store.state.source, own: { documents: ["aaaa"], notes: [], before: null } } });
  await controller.restart();
  assert.equal(failure(), "text_too_uniform");
  assert.deepEqual([workers.length, phase(), first.last("train").order], [1, "training", "start"]);
});

test("a lost model is taken up again at its last checkpoint, with what it had shown until then", async () => {
  const first = await train();
  await first.steps(20);
  await first.says({ type: "evaluation", step: 20, validation_loss: 2, examples: 48, ms: 1 });
  assert.deepEqual(store.state.history.evaluations, [{ step: 20, validation_loss: 2, examples: 48 }]);
  await first.says({ type: "best", step: 20, loss: 2 });
  await first.says({ type: "sample", step: 20, prompt: "A", texts: [{ text: "b", ended: false }], ms: 1 });
  await first.says(checkpoint(20));
  await first.steps(25);
  await first.dies("no memory");
  assert.deepEqual([phase(), store.state.resumableStep, store.state.failure?.fatal], ["failed", 20, true]);
  controller.choices.change({ preset: "petit" });
  controller.resume();
  await settle();
  assert.equal(newest().last("create").settings.model.n_layer, 2, "made with the choices of now");
  await newest().isReady({ step: 20 });
  assert.equal(newest().last("train").order, "start");
  const { steps, samples, best } = store.state.history;
  assert.deepEqual([steps.map(({ step }) => step), samples.length, best?.step], [[20], 1, 20]);
  assert.equal(store.state.resumableStep, null);
});

test("a model that was lost after its end can be asked again, and does not train", async () => {
  const first = await train();
  await first.says({ type: "state", state: "finished" });
  await first.says(checkpoint(100));
  await first.fails("panic", { fatal: true });
  controller.write();
  await settle();
  await newest().isReady({ step: 100, state: "finished" });
  assert.deepEqual(newest().told.filter((order) => order !== "fit"), ["create", "labels", "write"]);
  assert.equal(phase(), "finished");
});

test("a model that is lost before its first checkpoint is said to be lost", async () => {
  const first = await train();
  await first.fails("panic", { fatal: true });
  assert.deepEqual([phase(), store.state.resumableStep], ["failed", null]);
  await controller.resume();
  assert.equal(workers.length, 1);
  controller.start();
  await settle();
  assert.equal(newest().last("create").checkpoint, null);
});

test("a training that was kept is taken up with all that it had shown, or nothing changes", async () => {
  const first = await train();
  await first.steps(5);
  await first.says({ type: "state", state: "paused" });
  const source = { kind: "text", documents: ["dear diary, dear diary"] };
  const { running, history, settings } = store.state;
  const opened = /** @type {any} */ ({
    settings: { ...running, source, train: { ...running?.train, seed: 9 } },
    checkpoint: { step: 30, blob: new Blob(["30"]) },
    page: { given: { ...store.state.given, text: "own", seed: 9 }, prompt: "dear", look: "diary", links: [] },
    own: { documents: source.documents, notes: [], before: null },
    history: {
      ...history, steps: [10, 30].map((step) => ({ ...history.steps[0], step })), best: { step: 10, loss: 1 },
    },
  });
  /** @type {any[]} */
  const kept = [];
  controller.keeping = /** @type {any} */ ({
    took: (/** @type {any} */ { settings: { train } }) => kept.push(`took ${train.seed}`),
    heard: (/** @type {any} */ training) => kept.push(training.checkpoint.step),
  });
  const refused = controller.takeUp(opened);
  await settle();
  await newest().fails("checkpoint_unreadable");
  assert.equal(await refused, null);
  assert.deepEqual([failure(), phase(), kept], ["checkpoint_unreadable", "paused", []]);
  assert.deepEqual([store.state.history, store.state.settings], [history, settings]);

  const taken = controller.takeUp(opened);
  await settle();
  const { checkpoint: given, settings: asked } = newest().last("create");
  assert.deepEqual([await given.text(), asked.source], ["30", source]);
  await newest().isReady({ step: 30, used: "best" });
  await taken;
  const { state } = store;
  assert.deepEqual([state.prompt, state.look, state.settings.seed], ["dear", "diary", 9]);
  assert.deepEqual(state.source.own.documents, source.documents);
  assert.equal(state.source.own.before?.documents.length, 1, "the text of before cannot be brought back");
  assert.deepEqual([state.history.steps.length, state.history.best?.step], [2, 10]);
  assert.deepEqual([phase(), state.history.used, first.ended], ["paused", "best", true]);
  await newest().says(checkpoint(31));
  assert.deepEqual(kept, ["took 9", 31]);
});

test("after a divergence the last good model is back, and goes on at half the rate", async () => {
  const first = await train();
  await first.steps(50);
  await first.says({ type: "best", step: 50, loss: 2 });
  await first.steps(60, NaN);
  await first.fails("diverged", { params: { step: 60, back_to: 50 } });
  assert.deepEqual([phase(), failure(), store.state.failure?.fatal], ["paused", "diverged", false]);
  assert.deepEqual(store.state.history.steps.map(({ step }) => step), [50]);
  const { learning_rate } = store.state.settings;
  controller.goOnSlower();
  assert.equal(first.last("set").learning_rate, learning_rate / 2);
  assert.equal(first.last("train").order, "start");
  assert.equal(store.state.settings.learning_rate, learning_rate / 2);
  assert.equal(failure(), null);
});

test("a training that has ended goes further, and either of its models can be had", async () => {
  const first = await train();
  await first.says({ type: "best", step: 60, loss: 1 });
  await first.steps(100);
  await first.says({ type: "used", which: "best", step: 60 });
  await first.says({ type: "state", state: "finished" });
  assert.deepEqual([store.state.history.used, store.state.history.bestOffered], ["best", true]);
  controller.use("last");
  assert.equal(first.last("use").which, "last");
  await first.says({ type: "used", which: "last", step: 100 });
  assert.deepEqual([store.state.history.used, store.state.history.bestOffered], ["last", true]);
  assert.equal(store.state.history.steps.at(-1)?.step, 100);
  controller.choices.change({ further_steps: 40 });
  controller.goFurther();
  await settle();
  assert.equal(first.last("further").steps, 40);
  await first.says({ type: "changed", info: { ...store.state.info, last_step: 140 } });
  assert.equal(lastStep(store.state), 140);
});

test("a training that goes further from its best model takes back the steps after it", async () => {
  const first = await train();
  await first.steps(60);
  await first.says({ type: "best", step: 60, loss: 1 });
  await first.steps(100);
  await first.says({ type: "used", which: "best", step: 60 });
  await first.says({ type: "state", state: "finished" });
  controller.goFurther();
  await settle();
  await first.says({ type: "used", which: "last", step: 60 });
  await first.steps(61);
  assert.deepEqual(store.state.history.steps.map(({ step }) => step), [60, 61]);
});

test("what another model wrote does not stand under a new one", async () => {
  const first = await train();
  controller.write();
  await settle();
  const { id } = first.last("write");
  await first.says({ type: "begun", id, step: 3, prompt: FITTED });
  await first.says({ type: "piece", tokens: [], id, text: " went", done: null });
  assert.deepEqual([store.state.writing?.prompt, store.state.writing?.text], ["A little train", " went"]);
  controller.restart();
  await settle();
  await newest().isReady();
  assert.equal(store.state.writing, null);
  const { run } = first.received[0];
  await first.says({ type: "piece", tokens: [], id, text: " on", done: "length", run });
  assert.equal(store.state.writing, null);
});

test("a text ends by itself, by the reader, or with its engine, and then never goes on", async () => {
  const first = await train();
  controller.write();
  await settle();
  controller.stopWriting();
  await settle();
  assert.equal(store.state.writing?.done, true);
  assert.equal(failure(), null);
  assert.equal(first.last("cancel").id, first.last("write").id);
  controller.write();
  await settle();
  assert.equal(store.state.writing?.done, false);
  await first.fails("panic", { fatal: true });
  assert.equal(store.state.writing?.done, true);
  assert.equal(failure(), "panic");
});

test("progress is that of the model which is being made", async () => {
  const first = await train();
  controller.restart();
  await settle();
  await first.says({ type: "progress", phase: "compiling", run: first.received[0].run });
  assert.equal(store.state.progress, "loading");
  await newest().says({ type: "progress", phase: "creating", engine: "cpu" });
  assert.equal(store.state.progress, "creating");
});
