// The texts of a sample, shared among workers, with helpers that a test plays.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Team } from "../../www/engine/team.js";
import { Texts, sharedOut } from "../../www/engine/texts.js";
import { Writer } from "../../www/engine/writer.js";
import { FakeTraining } from "./support/fake_training.mjs";

/** A helper that writes as it should, until a test wants it to die. */
class FakeHelper {
  /** @type {FakeHelper[]} */
  static all = [];
  /** Orders to write after which the first one dies. */
  static livesFor = Infinity;
  /** @type {any[]} */
  orders = [];
  ended = false;
  onmessage = (/** @type {{data: any}} */ _message) => {};
  number = FakeHelper.all.push(this);
  /** @type {any} */
  #texts = null;

  /** @param {any} order */
  async postMessage(order) {
    this.orders.push(structuredClone(order));
    const { type, begin, ms } = order;
    const writes = this.orders.filter(({ type }) => type === "write").length;
    if (this.number === 1 && writes > FakeHelper.livesFor) {
      return this.#says({ failure: { code: "panic", params: {}, cause: "" } });
    }
    if (type !== "write") return this.#says({ result: null, values: null });
    if (begin) this.#texts = new Texts(/** @type {any} */ (new FakeTraining().model()), begin);
    await this.#texts.write(ms);
    this.#says({ result: { texts: this.#texts.texts, done: this.#texts.done }, values: null });
  }

  /** @param {any} data */
  #says(data) {
    setTimeout(() => { if (!this.ended) this.onmessage({ data: structuredClone(data) }); });
  }

  terminate() {
    this.ended = true;
  }

  /** What it was told to begin. */
  get begun() {
    return this.orders.filter(({ type, begin }) => type === "write" && begin).map(({ begin }) => begin);
  }
}

const Real = globalThis.Worker;
beforeEach(() => {
  FakeHelper.all = [];
  FakeHelper.livesFor = Infinity;
  globalThis.Worker = /** @type {any} */ (FakeHelper);
});
afterEach(() => { globalThis.Worker = Real; });

const SAMPLE = { id: null, step: 0, prompt: "L’eau", sampling: { seed: 1 }, stopAtEnd: true };

/** @param {number} workers @param {FakeTraining} [training] */
async function writerOf(workers, training = new FakeTraining()) {
  const team = new Team(/** @type {any} */ (training), workers, /** @type {any} */ ({}));
  await team.start(null);
  /** @type {any[]} */
  const events = [];
  const writer = new Writer(
    1, /** @type {any} */ (training), team, (work) => work, (event) => events.push(event),
  );
  return { writer, events, team };
}

/** @param {Awaited<ReturnType<typeof writerOf>>} of @param {typeof SAMPLE} [sample] */
async function sampled({ writer, events }, sample = SAMPLE) {
  writer.add(sample, 12, 10);
  for (let turns = 0; writer.busy; turns++) {
    assert(turns < 100, "it never ends");
    await writer.turn();
  }
  assert.deepEqual(events.map(({ type }) => type), ["sample"]);
  const { ms: _ms, ...told } = events[0];
  return told;
}

test("a sample is the same however many workers write it, and each writes a share", async () => {
  const alone = await sampled(await writerOf(1));
  assert.deepEqual([alone.prompt, alone.texts.length], ["L'eau", 10]);
  assert.deepEqual(alone.texts[1], { text: "aaaaa", ended: true });
  assert.deepEqual(alone.texts[9], { text: "a".repeat(12), ended: false });
  for (const workers of [2, 3, 4, 8, 14]) {
    FakeHelper.all = [];
    assert.deepEqual(await sampled(await writerOf(workers)), alone, `${workers} workers`);
    const counts = FakeHelper.all.flatMap(({ begun }) => begun.map(({ count }) => count));
    assert.equal(counts.length, Math.min(10, workers) - 1);
    assert(counts.every((count) => Math.abs(count - 10 / workers) < 1), `${counts}`);
  }
});

test("what a helper that dies has written is written once more", async () => {
  const alone = await sampled(await writerOf(1));
  for (const livesFor of [0, 1]) {
    FakeHelper.all = [];
    FakeHelper.livesFor = livesFor;
    const of = await writerOf(3);
    // One token a turn, so that it dies in the middle.
    const clock = performance.now;
    let now = 0;
    performance.now = () => now++ * 60;
    try {
      assert.deepEqual(await sampled(of), alone);
    } finally {
      performance.now = clock;
    }
    assert.deepEqual(FakeHelper.all.map(({ ended }) => ended), [true, false]);
  }
});

test("a sample that is dropped is not told, and the next one begins anew everywhere", async () => {
  const of = await writerOf(2);
  const clock = performance.now;
  let now = 0;
  performance.now = () => now++ * 60;
  try {
    of.writer.add(SAMPLE, 12, 10);
    await of.writer.turn();
    of.writer.dropSamples();
  } finally {
    performance.now = clock;
  }
  assert.deepEqual([of.writer.busy, of.events], [false, []]);
  assert.deepEqual(await sampled(of), await sampled(await writerOf(1)));
  assert.equal(FakeHelper.all[0].begun.length, 2);
});

test("the best model's texts and the reader's are written by the engine worker alone", async () => {
  const best = new FakeTraining();
  best.state.used = "best";
  assert.deepEqual(await sampled(await writerOf(3, best)), await sampled(await writerOf(1)));
  const { writer, events } = await writerOf(3);
  writer.add({ ...SAMPLE, id: 5 }, 4, 1);
  while (writer.busy) await writer.turn();
  assert.equal(events.at(-1).done, "end");
  assert(FakeHelper.all.every(({ begun }) => begun.length === 0));
});

test("each text keeps its seed in whatever share it is", () => {
  const what = { prompt: "", stop_at_end: true, length: 5, count: 10 };
  for (const sampling of [{ seed: 7 }, {}]) {
    for (const workers of [1, 3, 10, 20]) {
      const seeds = sharedOut({ ...what, sampling }, workers).flatMap(({ sampling: { seed = 0 }, count }) =>
        Array.from({ length: count }, (_, index) => seed + index));
      assert.deepEqual(seeds, Array.from({ length: 10 }, (_, index) => (sampling.seed ?? 1) + index));
    }
  }
});
