// When trainings are written to the shelf, and what happens where they cannot be; on a shelf of the tests.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Saver, placeOf } from "../../www/app/state/saver.js";
import { SavedElsewhere } from "../../www/app/state/shelf.js";

const settle = async () => { for (let turn = 0; turn < 20; turn++) await Promise.resolve(); };
const settings = /** @type {any} */ ({ source: { kind: "contes", language: "fr" } });

/** A shelf that remembers what is written, and refuses where a test wants it to. */
function fakeShelf() {
  const written = /** @type {any[]} */ ([]);
  const shelf = {
    written,
    /** @type {() => void} */
    refuse: () => {},
    /** @param {any} entry */
    async save(entry) {
      shelf.refuse();
      const now = { ...entry, revision: entry.revision + 1 };
      written.push(now);
      return now;
    },
  };
  return shelf;
}

/** @param {any} shelf */
function saverOn(shelf) {
  const told = { saved: /** @type {any[]} */ ([]), refused: /** @type {any[]} */ ([]) };
  const saver = new Saver(shelf, {
    onSaved: (entry) => told.saved.push(entry), onRefused: (error) => told.refused.push(error),
  });
  const place = placeOf(settings);
  const save = (/** @type {number} */ step, more = {}) => (
    /** @type {any} */ ({
      place, documents: null, figures: { step },
      saved: { checkpoint: { step, blob: new Blob(["12345"]) } }, ...more,
    }));
  return { saver, told, place, save };
}

/** @param {any} shelf */
const steps = (shelf) => shelf.written.map((/** @type {any} */ { step }) => step);

test("it saves at once, then every ten seconds at most, the newest alone", async (context) => {
  let now = 1_000_000;
  mock.method(performance, "now", () => now);
  mock.timers.enable({ apis: ["setTimeout"] });
  context.after(() => mock.reset());
  const shelf = fakeShelf();
  const { saver, save, told } = saverOn(shelf);
  saver.add(save(1), false);
  await settle();
  assert.deepEqual(steps(shelf), [1]);
  for (const step of [2, 3, 4]) {
    now += 1_000;
    mock.timers.tick(1_000);
    saver.add(save(step), false);
    await settle();
  }
  assert.deepEqual(steps(shelf), [1]);
  now += 7_000;
  mock.timers.tick(7_000);
  await settle();
  assert.deepEqual(steps(shelf), [1, 4]);
  saver.add(save(5), true);
  await settle();
  assert.deepEqual(steps(shelf), [1, 4, 5], "what is urgent waits");
  assert.deepEqual(told.saved.map(({ revision }) => revision), [1, 2, 3]);
  assert.equal(told.saved[0].bytes, 5);
});

test("where another tab has saved the same training, this one becomes a copy", async () => {
  const shelf = fakeShelf();
  const { saver, save, place, told } = saverOn(shelf);
  saver.add(save(1), true);
  await settle();
  const { id } = place;
  let times = 1;
  shelf.refuse = () => { if (times-- > 0) throw new SavedElsewhere(); };
  saver.add(save(2), true);
  await settle();
  assert.deepEqual(steps(shelf), [1, 2]);
  assert.notEqual(shelf.written[1].id, id);
  assert.deepEqual([place.isCopy, place.revision, told.refused], [true, 1, []]);
});

test("what is refused is told, and written once there is room, unless something newer was", async () => {
  const shelf = fakeShelf();
  const { saver, save, told } = saverOn(shelf);
  shelf.refuse = () => { throw new Error("full"); };
  saver.add(save(1), true);
  await settle();
  assert.deepEqual([told.refused.length, shelf.written], [1, []]);
  shelf.refuse = () => {};
  await saver.retry();
  assert.deepEqual(steps(shelf), [1]);
  await saver.retry();
  assert.deepEqual(steps(shelf), [1], "it is written twice");
});

test("what is forgotten is not written any more", async () => {
  const shelf = fakeShelf();
  const { saver, save, place } = saverOn(shelf);
  saver.add(save(1), true);
  await settle();
  saver.add(save(2), false);
  await saver.forget(place);
  await saver.write();
  assert.deepEqual(steps(shelf), [1]);
});

test("two trainings do not wait for each other, nor overwrite each other", async () => {
  const shelf = fakeShelf();
  const { saver, save } = saverOn(shelf);
  const other = placeOf(settings);
  saver.add(save(1), true);
  saver.add(save(7, { place: other }), true);
  await saver.write();
  await settle();
  assert.deepEqual(steps(shelf), [1, 7]);
  assert.equal(new Set(shelf.written.map(({ id }) => id)).size, 2);
});
