// The model on arrival, as the page takes it up: of which tales, what is said of it, and when it gives way.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Measurer } from "../../www/api/measurer.js";
import { initialState, isVisiting } from "../../www/app/state/app_state.js";
import { arrivalLanguage, openArrival } from "../../www/app/state/arrival.js";
import { charactersPerToken, floorLoss, isOutdated } from "../../www/app/state/run_settings.js";
import { newest, settle, workers } from "./support/fake_engine.mjs";
import { fakePage } from "./support/fake_page.mjs";

/** @type {Awaited<ReturnType<typeof fakePage>>["store"]} */
let store;
/** @type {Awaited<ReturnType<typeof fakePage>>["controller"]} */
let controller;

beforeEach(async () => { ({ store, controller } = await fakePage()); });

/** @type {import("../../www/app/state/arrival.js").Card} */
const CARD = {
  date: "2026-11-30", seed: 1, steps: 12_000, tokens: 12_288_000, validation_loss: 0.9,
  characters_per_token: 4.5, tales: { whole: 70, of: 100, temperature: 0.5 }, sha256: "",
  model: { n_layer: 4, n_head: 4, n_embd: 112, block_size: 256, position: "rotary" },
  tokenizer: { kind: "bpe", vocab_size: 4096 },
};
const FILE = new Blob(["weights"]);

/** Takes it up, by the worker of a measurer. */
async function meet() {
  const measurer = controller.onCpu();
  const opened = openArrival(store.state, { language: "fr", card: CARD, file: FILE });
  controller.takeUp(opened, measurer);
  await settle();
  await newest().isReady();
}

test("it is of the chosen tales, else of the page's language", () => {
  const of = (/** @type {"fr"|"en"} */ language, /** @type {any} */ given) =>
    arrivalLanguage(initialState(language, given, []));
  assert.deepEqual(
    [of("fr", {}), of("en", {}), of("en", { text: "contes-fr" }), of("fr", { text: "own" })],
    ["fr", "en", "fr", "fr"],
  );
});

test("the worker that loads the engine beforehand makes it, on the CPU engine, without a text", async () => {
  await meet();
  assert.equal(workers.length, 1);
  assert.deepEqual(newest().told.slice(0, 2), ["load", "create"]);
  const { settings, checkpoint } = newest().last("create");
  assert.deepEqual([settings.engine, settings.model, settings.tokenizer, settings.source],
    ["cpu", CARD.model, CARD.tokenizer, { kind: "none", tales: "fr" }]);
  assert.equal(checkpoint.size, FILE.size);
});

test("a worker that is gone by then is replaced", async () => {
  const measurer = controller.onCpu();
  await newest().fails("not_found", { fatal: true });
  assert(measurer instanceof Measurer);
  controller.takeUp(openArrival(store.state, { language: "fr", card: CARD, file: FILE }), measurer);
  await settle();
  assert.deepEqual([workers.length, newest().told], [2, ["create"]]);
});

test("the page's words to begin with are of its tales, and the reader's own stay", async () => {
  await meet();
  assert.deepEqual([store.state.prompt, store.state.look], ["", "Le chat noir mange le poisson."]);
  controller.library.setPrompt("Le hibou");
  await meet();
  assert.equal(store.state.prompt, "Le hibou");
});

test("what its card says of its tokens gives the floor; nothing is outdated by what is chosen", async () => {
  await meet();
  const floor = { bits_per_character: 0.2, standard_error: 0 };
  const contes = { floor, words: 0, alphabet: "", stories: [] };
  const state = { ...store.state, source: { ...store.state.source, contes: { fr: contes } } };
  assert.equal(charactersPerToken(state), 4.5);
  assert.equal(floorLoss(state)?.toFixed(4), (0.2 * 4.5 * Math.LN2).toFixed(4));
  assert(!isOutdated(state));
});

test("it is a visit until the reader trains, and is told after that too", async () => {
  assert(!isVisiting(store.state));
  store.set({ meeting: { received: 0, total: 0 } });
  assert(isVisiting(store.state), "while it is on its way");
  await meet();
  store.set({ meeting: null });
  assert(isVisiting(store.state));
  // Trained further, on the text of the reader's own.
  controller.start();
  await settle();
  assert(!isVisiting(store.state), "another is being made");
  assert.equal(newest().last("create").settings.source.kind, "text");
  assert.deepEqual(newest().last("create").settings.model, CARD.model);
  await newest().isReady();
  await newest().steps(1);
  assert(!isVisiting(store.state));
  assert.equal(store.state.origin?.kind, "arrival");
  assert(!isOutdated(store.state), "its shape is not the reader's choice");
  controller.choices.change({ batch_size: 3 });
  assert(isOutdated(store.state));
  // From nothing.
  controller.restart();
  await settle();
  await newest().isReady();
  assert.deepEqual([store.state.origin, isVisiting(store.state)], [null, false]);
});
