// A training is one tab's at a time, where the browser has locks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lockTraining } from "../../www/app/state/tab_lock.js";

/** Locks as a browser grants them: at once, or not at all. */
function fakeLocks() {
  /** @type {Set<string>} */
  const held = new Set();
  const locks = /** @type {any} */ ({
    /** @param {string} name @param {object} _options @param {(lock: object|null) => unknown} work */
    async request(name, _options, work) {
      if (held.has(name)) return work(null);
      held.add(name);
      await work({ name });
      held.delete(name);
    },
  });
  return { held, locks };
}

test("whoever asks first has it, until it is released", async () => {
  const { held, locks } = fakeLocks();
  const release = await lockTraining("a", locks);
  assert(release);
  assert.equal(await lockTraining("a", locks), null);
  assert(await lockTraining("b", locks));
  release();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(held.size, 1);
  assert(await lockTraining("a", locks));
});

test("without locks, or where they are denied, every tab gets it", async () => {
  const request = async () => { throw new DOMException("no", "SecurityError"); };
  for (const locks of [undefined, { request }]) {
    const release = await lockTraining("a", /** @type {any} */ (locks));
    assert(release);
    release();
  }
});
