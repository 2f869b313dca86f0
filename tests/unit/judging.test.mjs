// What the page adds to the state of a text's quality: of the reader's own text, in the browser's absence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../www/app/state/app_state.js";
import { Judging } from "../../www/app/state/judging.js";
import { EMPTY_HISTORY, historyUntil, withEvent } from "../../www/app/state/run_history.js";
import { Store } from "../../www/app/state/store.js";

globalThis.requestAnimationFrame = (call) => Number(setTimeout(call));

/** @param {string} text */
const running = (text) => /** @type {any} */ ({ source: { kind: "text", documents: [text] } });
/** @param {number} step @param {...string} texts */
const sample = (step, ...texts) => /** @type {any} */ ({
  type: "sample", step, prompt: "", texts: texts.map((text) => ({ text, ended: true })), ms: 12,
});
const frames = () => new Promise((resolve) => setTimeout(resolve, 50));

function judging() {
  const store = new Store(initialState("en", { text: "own" }, []));
  new Judging(store);
  const qualities = () => store.state.history.samples.map(({ quality }) => quality);
  const tell = (/** @type {any} */ event) => store.set({ history: withEvent(store.state.history, event) });
  const judged = async () => {
    while (qualities().includes(undefined)) await frames();
    return qualities();
  };
  return { store, judged, tell };
}

test("samples are judged as they come, each once, by the words of the text that is learned", async () => {
  const { store, judged, tell } = judging();
  store.set({ running: running("black cat") });
  tell(sample(0, "black dog", "cat"));
  tell(sample(10, "cat"));
  assert.deepEqual(await judged(), [{ kind: "words", share: 2 / 3 }, { kind: "words", share: 1 }]);
  const { history } = store.state;
  await frames();
  assert.equal(store.state.history, history, "it was judged again");
});

test("another training is judged by its own text", async () => {
  const { store, judged, tell } = judging();
  store.set({ running: running("black cat") });
  tell(sample(0, "dog"));
  await judged();
  store.set({ running: running("a dog"), history: EMPTY_HISTORY });
  tell(sample(0, "dog"));
  assert.deepEqual(await judged(), [{ kind: "words", share: 1 }]);
});

test("nothing can be said of a text without spaces, and that is said once", async () => {
  const { store, judged, tell } = judging();
  store.set({ running: running("昔々あるところにおじいさんとおばあさんが住んでいました。") });
  tell(sample(0, "昔々"));
  assert.deepEqual(await judged(), [null]);
});

test("what a training takes back is gone with its quality", async () => {
  const { store, judged, tell } = judging();
  store.set({ running: running("black cat") });
  tell(sample(0, "cat"));
  tell(sample(10, "dog"));
  await judged();
  store.set({ history: historyUntil(store.state.history, 5) });
  assert.deepEqual(await judged(), [{ kind: "words", share: 1 }]);
});
