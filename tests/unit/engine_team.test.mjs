// Workers that train together, with helpers that a test plays.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Team } from "../../www/engine/team.js";
import { workersFor } from "../../www/engine/workers.js";

/** A helper that answers as it should, or as a test wants. */
class FakeWorker {
  /** @type {FakeWorker[]} */
  static all = [];
  /** What the helper of a number does in place of its duty. @type {(number: number, order: any) => any} */
  static instead = () => undefined;
  /** @type {any[]} */
  orders = [];
  ended = false;
  onmessage = (/** @type {{data: any}} */ _message) => {};
  number = FakeWorker.all.push(this);

  postMessage(/** @type {any} */ order) {
    this.orders.push(order);
    const answer = FakeWorker.instead(this.number, order) ?? this.answer(order);
    if (answer && answer !== "silent")
      setTimeout(() => {
        if (!this.ended) this.onmessage({ data: answer });
      });
  }

  answer(/** @type {any} */ { type, part }) {
    switch (type) {
      case "create":
      case "open":
        return { result: null, values: null };
      case "gradients":
        return { result: part, values: new Float32Array([part, part]) };
      case "updates":
        return { result: { start: 1, end: 2 }, values: new Float32Array([0, part]) };
    }
  }

  terminate() {
    this.ended = true;
  }
}

const Real = globalThis.Worker;
beforeEach(() => {
  FakeWorker.all = [];
  FakeWorker.instead = () => undefined;
  globalThis.Worker = /** @type {any} */ (FakeWorker);
});
afterEach(() => { globalThis.Worker = Real; });

/** The parts that were computed here, and the sums that steps were taken with. */
function leader() {
  const [computed, begun, ended] = [
    /** @type {number[]} */ ([]),
    /** @type {any[]} */ ([]),
    /** @type {any[]} */ ([]),
  ];
  return {
    computed,
    begun,
    ended,
    info: () => ({ parameters: 2, muon_parameters: 2 }),
    async partialGradients(
      /** @type {number} */ part,
      /** @type {number} */ _parts,
      /** @type {Float32Array} */ values,
    ) {
      computed.push(part);
      values.fill(part);
      return part;
    },
    beginStep: (/** @type {number} */ loss, /** @type {Float32Array} */ values) => {
      begun.push([loss, ...values]);
    },
    async partialUpdates(
      /** @type {number} */ part,
      /** @type {number} */ _parts,
      /** @type {Float32Array} */ values,
    ) {
      values[part === 0 ? 0 : 1] = 10 + part;
      return part === 0 ? { start: 0, end: 1 } : { start: 1, end: 2 };
    },
    endStep: (/** @type {Float32Array} */ values) => {
      ended.push([...values]);
      return { step: ended.length };
    },
    restore: async () => {},
  };
}

test("the parts of a batch are summed in their order, and all take the step", async () => {
  const training = leader();
  const team = new Team(/** @type {any} */ (training), 2, /** @type {any} */ ({}));
  await team.start(null);
  await team.train(2);
  assert.deepEqual(
    [training.computed, training.begun, training.ended],
    [
      [0, 0],
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
      [
        [10, 1],
        [10, 1],
      ],
    ],
  );
  const orders = FakeWorker.all[0].orders.map(({ type }) => type);
  assert.deepEqual(orders, ["create", ...Array(2).fill(["gradients", "begin", "updates", "end"]).flat()]);
  assert.deepEqual([...FakeWorker.all[0].orders[2].values], [1, 1]);
});

test("a helper that dies costs no step: its part is computed here", async () => {
  const training = leader();
  const team = new Team(/** @type {any} */ (training), 3, /** @type {any} */ ({}));
  await team.start(null);
  await team.train(1);
  FakeWorker.instead = (number) =>
    number === 1 ? { failure: { code: "panic", params: {}, cause: "" } } : undefined;
  await team.train(1);
  assert.deepEqual([team.parts, team.workers, FakeWorker.all[0].ended], [3, 2, true]);
  assert.deepEqual([training.computed, training.begun], [[0, 0, 1], [[3, 3, 3], [3, 3, 3]]]);
});

test("where helpers cannot be started there are fewer parts, and each of the others has one", async () => {
  FakeWorker.instead = (number, { type }) => {
    if (type === "create" && number === 2)
      return { failure: { code: "engine_failed", params: {}, cause: "out of memory" } };
  };
  const training = leader();
  const team = new Team(/** @type {any} */ (training), 4, /** @type {any} */ ({}));
  await team.start(null);
  team.shrink();
  assert.deepEqual([team.parts, team.workers], [3, 3]);
  await team.train(1);
  assert.deepEqual(FakeWorker.all.map(({ orders }) => orders[1]?.part), [1, undefined, 2]);
  assert.deepEqual(training.computed, [0]);
});

test("going back opens the checkpoint in every helper", async () => {
  const team = new Team(/** @type {any} */ (leader()), 2, /** @type {any} */ ({ documents: ["new"] }));
  await team.start(null);
  const checkpoint = new Uint8Array(3);
  await team.restore(checkpoint, ["old"]);
  const [order] = FakeWorker.all[0].orders.slice(-1);
  assert.deepEqual([order.type, order.checkpoint, order.options.documents], ["open", checkpoint, ["old"]]);
});

test("workers are as many as cores, memory and the batch allow", () => {
  const device = (/** @type {object} */ values) =>
    Object.defineProperty(globalThis, "navigator", { value: values, configurable: true });
  const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  try {
    const small = () => 1e6;
    device({ hardwareConcurrency: 6 });
    assert.equal(workersFor(12, small), 4, "one that does not tell its memory");
    assert.equal(workersFor(3, small), 3);
    // A telephone ends a tab that takes more than about a gigabyte.
    assert.equal(workersFor(12, (workers) => workers * 3e8), 2);
    assert.equal(workersFor(12, (workers) => workers * 3e9), 1);
    device({ hardwareConcurrency: 16, deviceMemory: 8 });
    assert.equal(workersFor(12, small), 8);
    device({});
    assert.equal(workersFor(12, small), 1);
  } finally {
    Object.defineProperty(
      globalThis,
      "navigator",
      /** @type {PropertyDescriptor} */ (real ?? { value: undefined, configurable: true }),
    );
  }
});
