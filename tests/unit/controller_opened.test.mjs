// A model that was opened from a file: what it is asked and trained on, and that no other takes its place
// unasked.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { EMPTY_HISTORY } from "../../www/app/state/run_history.js";
import { newest, settle, settingsOf, workers } from "./support/fake_engine.mjs";
import { TEXT, fakePage } from "./support/fake_page.mjs";

/** @type {Awaited<ReturnType<typeof fakePage>>["store"]} */
let store;
/** @type {Awaited<ReturnType<typeof fakePage>>["controller"]} */
let controller;

beforeEach(async () => { ({ store, controller } = await fakePage()); });

const ORIGIN = /** @type {const} */ ({ kind: "file", file: "a.zip", date: 0, step: 0, isTraining: false });
const BLOB = new Blob(["weights"]);
const MODEL = { n_layer: 5, n_head: 1, n_embd: 24, block_size: 12, position: "rotary" };

/** Opens a model alone. @param {object} [settings] */
async function openAlone(settings = {}) {
  const opened = controller.takeUp({
    settings: settingsOf({ source: { kind: "none", tales: null }, model: MODEL, ...settings }),
    checkpoint: { step: 0, blob: BLOB },
    page: null,
    own: null,
    history: EMPTY_HISTORY,
    origin: ORIGIN,
  });
  await settle();
  await newest().isReady();
  return opened;
}

const told = () => newest().told.filter((order) => order !== "fit");

test("it writes without a text, whatever is chosen", async () => {
  await openAlone();
  assert.deepEqual([store.state.phase, store.state.origin, store.state.checkpointStep], ["ready", ORIGIN, 0]);
  controller.choices.change({ seed: 3 });
  controller.write();
  await settle();
  assert.equal(workers.length, 1, "another model takes its place");
  assert.deepEqual(told(), ["create", "labels", "write"]);
});

test("to be trained it is made again on the chosen text, from its own weights", async () => {
  await openAlone();
  controller.choices.change({ steps: 70 });
  controller.start();
  await settle();
  assert.equal(workers.length, 2);
  const { settings, checkpoint } = newest().last("create");
  assert.equal(checkpoint.size, BLOB.size);
  assert.deepEqual([settings.model, settings.train.steps], [MODEL, 70]);
  assert.deepEqual(settings.source, { kind: "text", documents: [TEXT] });
  await newest().isReady();
  assert(workers[0].ended);
  assert.deepEqual(told(), ["create", "start"]);
  assert.deepEqual(store.state.origin, ORIGIN, "it is still known where it comes from");
});

test("a text that it cannot read leaves it as it was", async () => {
  await openAlone();
  controller.start();
  await settle();
  await newest().fails("unknown_characters", { params: {} });
  assert.equal(store.state.failure?.failure.code, "unknown_characters");
  assert.deepEqual([store.state.phase, store.state.origin], ["ready", ORIGIN]);
  assert(!workers[0].ended && workers[1].ended);
});

test("another model that is begun is the reader's own", async () => {
  await openAlone();
  controller.restart();
  await settle();
  assert.equal(newest().last("create").checkpoint, null);
  await newest().isReady();
  assert.equal(store.state.origin, null);
  assert.equal(store.state.checkpointStep, null);
});
