// The page asks before something is lost, keeps the screen on while it trains, and no view can starve
// another.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../www/app/state/app_state.js";
import { keepSafe, wouldBeLost } from "../../www/app/state/keep_safe.js";
import { Store } from "../../www/app/state/store.js";
import { WakeLock } from "../../www/app/state/wake_lock.js";
import { settle } from "./support/fake_engine.mjs";

Object.assign(globalThis, { requestAnimationFrame: (/** @type {() => void} */ draw) => setImmediate(draw) });

const REPORT = { step: 1, loss: 1, learning_rate: 1, tokens: 1, ms: 1, compiling: false };
const fresh = () => initialState("fr", {}, []);
const trained = () => ({ ...fresh(), history: { ...fresh().history, steps: [REPORT] } });

/** Screen locks that a test sees. */
function fakeLocks() {
  const counts = { asked: 0, held: 0 };
  const request = async () => {
    counts.asked++;
    counts.held++;
    return { release: async () => { counts.held--; } };
  };
  return { counts, request };
}

test("a model or a text of the reader's own would be lost; stories would not", () => {
  assert.equal(wouldBeLost(fresh()), false);
  for (const phase of /** @type {const} */ (["training", "paused", "stopped", "finished", "creating"])) {
    assert.equal(wouldBeLost({ ...trained(), phase }), true, phase);
  }
  assert.equal(wouldBeLost({ ...fresh(), phase: "ready" }), false, "a model that has learned nothing");
  assert.equal(wouldBeLost({ ...trained(), phase: "failed" }), false, "lost already");
  assert.equal(wouldBeLost({ ...trained(), phase: "failed", resumableStep: 20 }), true);
  const kept = (/** @type {number} */ step) => {
    const entry = /** @type {any} */ ({ id: "a", step });
    return { ...trained(), kept: { ...fresh().kept, entries: [entry], current: "a" } };
  };
  assert.equal(wouldBeLost({ ...kept(1), phase: "finished" }), false, "it is on the shelf");
  assert.equal(wouldBeLost({ ...kept(1), phase: "training" }), true, "it goes on");
  assert.equal(wouldBeLost({ ...kept(0), phase: "paused" }), true, "it is not on the shelf as it is");
  const own = { documents: ["dear diary"], notes: [], before: null };
  assert.equal(wouldBeLost({ ...fresh(), source: { ...fresh().source, own } }), true);
});

test("leaving asks only while something would be lost, and the screen stays on only while it trains",
  async () => {
  const { counts, request } = fakeLocks();
  const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const page = Object.assign(new EventTarget(), { document, navigator: { wakeLock: { request } } });
  const store = new Store(fresh());
  keepSafe(store, /** @type {any} */ (page));
  const leave = () => {
    const event = new Event("beforeunload", { cancelable: true });
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.equal(leave(), false);
  store.set({ ...trained(), phase: "training" });
  await settle();
  assert.deepEqual([leave(), counts.held], [true, 1]);
  document.dispatchEvent(new Event("visibilitychange"));
  await settle();
  assert.deepEqual([counts.asked, counts.held], [2, 1], "asked for again when the page is seen again");
  store.set({ phase: "finished" });
  await settle();
  assert.deepEqual([leave(), counts.held], [true, 0]);
  store.set(fresh());
  await settle();
  assert.equal(leave(), false);
});

test("a lock that is not granted, or does not exist, changes nothing", async () => {
  for (const locks of [
    undefined,
    {
      request: async () => {
        throw new DOMException("no", "NotAllowedError");
      },
    },
  ]) {
    const lock = new WakeLock({ wakeLock: locks });
    lock.want(true);
    lock.seen();
    lock.want(false);
    await settle();
  }
});

test("a lock that is granted too late is given back", async () => {
  const { counts, request } = fakeLocks();
  const lock = new WakeLock({ wakeLock: { request } });
  lock.want(true);
  lock.want(false);
  await settle();
  assert.deepEqual([counts.asked, counts.held], [1, 0]);
});

test("a view that throws does not starve those after it", async () => {
  /** @type {unknown[]} */
  const reported = [];
  Object.assign(globalThis, { reportError: (/** @type {unknown} */ error) => reported.push(error) });
  const store = new Store({ number: 0 });
  let seen = 0;
  store.subscribe(() => { throw new Error("a bug"); });
  store.subscribe(({ number }) => { seen = number; });
  store.set({ number: 7 });
  await settle();
  assert.equal(seen, 7);
  assert.equal(reported.length, 1);
});
