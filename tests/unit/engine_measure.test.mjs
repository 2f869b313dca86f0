// What a measurement tells of a GPU that fails, and of one that refuses.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { measure } from "../../www/engine/measure.js";
import { FakeTraining } from "./support/fake_training.mjs";

const SHAPE = {
  model: { n_layer: 1, n_head: 1, n_embd: 8, block_size: 4, position: "rotary" },
  vocab_size: 20,
  batch_size: 2,
};
const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");

beforeEach(() => {
  const adapter = {
    features: new Set(["timestamp-query"]),
    info: { vendor: "acme", architecture: "", device: "", description: "" },
  };
  const value = { hardwareConcurrency: 1, gpu: { requestAdapter: async () => adapter } };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
});
/** What ends the calls that a lost GPU never answers. @type {((error: Error) => void)[]} */
let tooLate = [];
afterEach(() => {
  for (const reject of tooLate) reject(new Error("the test is over"));
  tooLate = [];
  Object.defineProperty(globalThis, "navigator", real ?? { value: undefined, configurable: true });
});

/**
 * @param {(onDeath: (error: Error) => void) => Promise<never>} create  how the GPU's engine makes a training
 */
function host(create) {
  /** @type {any[]} */
  const events = [];
  const cpu = {
    create: async () =>
      Object.assign(new FakeTraining(), {
        partialGradients: async () => 2,
        beginStep() {},
        partialUpdates: async () => ({ start: 0, end: 0 }),
        endStep() {},
        memoryOf: () => 1,
      }),
  };
  return {
    events,
    engines: {
      async load(/** @type {string} */ name, /** @type {(error: Error) => void} */ onDeath) {
        return { engine: { Training: name === "cpu" ? cpu : { create: () => create(onDeath) } } };
      },
      leave() {},
    },
    tell: (/** @type {any} */ event) => events.push(event),
    onDeath() {},
    gpuFailed: false,
    warm: new Set(),
  };
}

const failing = (/** @type {string} */ code) => Promise.reject(Object.assign(new Error(code), { code }));

test("a GPU that fails at a measurement is not used again, and the page is told", async () => {
  const ways = [
    () => failing("gpu_stalled"),
    () => failing("engine_failed"),
    // Lost outside of any call, whose promise is kept too late.
    (/** @type {(error: Error) => void} */ onDeath) => {
      setTimeout(() => onDeath(Object.assign(new Error("lost"), { code: "gpu_lost" })));
      return /** @type {Promise<never>} */ (new Promise((_, reject) => { tooLate.push(reject); }));
    },
  ];
  for (const way of ways) {
    const given = host(way);
    const run = () =>
      measure(
        /** @type {any} */ ({ type: "measure", run: 3, engine: "auto", ...SHAPE }),
        /** @type {any} */ (given),
        () => false,
      );
    await run();
    const { type, engine, gpu_failed, tokens_per_s } = given.events.at(-1);
    assert.deepEqual([type, engine, gpu_failed, tokens_per_s > 0], ["measured", "cpu", true, true]);
    // The next one does not try.
    given.events.length = 0;
    await run();
    assert.deepEqual(given.events.map(({ type }) => type), ["measured"]);
  }
});

test("a GPU that lacks the room is no failure: the CPU engine is timed, unless the GPU was asked for by name",
  async () => {
  for (const [wanted, engine] of [["auto", "cpu"], ["webgpu", "webgpu"]]) {
    const given = host(() => failing("gpu_too_small"));
    await measure(
      /** @type {any} */ ({ type: "measure", run: 3, engine: wanted, ...SHAPE }),
      /** @type {any} */ (given),
      () => false,
    );
    const measured = given.events.at(-1);
    assert.deepEqual(
      [measured.engine, measured.gpu_failed, measured.tokens_per_s > 0],
      [engine, false, engine === "cpu"],
    );
  }
});

test("what every engine refuses has no speed, and is no failure", async () => {
  const given = host(() => failing("run_too_large"));
  await measure(
    /** @type {any} */ ({ type: "measure", run: 3, engine: "webgpu", ...SHAPE }),
    /** @type {any} */ (given),
    () => false,
  );
  assert.deepEqual(given.events.at(-1), {
    type: "measured",
    run: 3,
    engine: "webgpu",
    tokens_per_s: 0,
    gpu_failed: false,
  });
});
