// Workers that train together, with helpers that a test plays.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { gradientShare, sumShares, updateShare } from "../../www/engine/shares.js";
import { Team } from "../../www/engine/team.js";
import { workersFor } from "../../www/engine/workers.js";

const INFO = { parameters: 5, muon_parameters: 4, used: "last" };

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
  training = /** @type {any} */ (fakeTraining());

  /** @param {any} order @param {Transferable[]} [transfer] */
  async postMessage(order, transfer = []) {
    const received = structuredClone(order, { transfer });
    this.orders.push(received);
    const data = FakeWorker.instead(this.number, received) ?? await this.answer(received);
    if (data && data !== "silent") setTimeout(() => { if (!this.ended) this.onmessage({ data }); });
  }

  /** @param {any} order */
  async answer(order) {
    switch (order.type) {
      case "create":
      case "open":
        return { result: null, values: null };
      case "gradients":
        if (order.updates) this.training.endStep(order.updates);
        return gradientShare(this.training, INFO.parameters, order, []);
      case "sum":
        return { result: 0, values: sumShares(order.values) };
      case "begin":
        this.training.beginStep(order.loss, order.values);
        return updateShare(this.training, order, order.values);
      case "evaluate":
        return { result: await this.training.partialEvaluation(order.examples, order.part), values: null };
      case "end":
        this.training.endStep(order.values);
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

/** All numbers of several lists. @param {Float32Array[]} lists */
const joined = (lists) => lists.flatMap((list) => [...list]);
/** Number `i` of the gradients of a part: of very different sizes, so that the order of a sum shows. */
const gradient = (/** @type {number} */ part, /** @type {number} */ i) => (
  Math.fround((i + 1.1) * (-30) ** part));

/** Remembers the parts that it computed, and the sums that it took steps with. */
function fakeTraining() {
  const [computed, evaluated] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  const [begun, ended] = [/** @type {any[]} */ ([]), /** @type {any[]} */ ([])];
  return {
    computed, begun, ended, evaluated,
    info: () => INFO,
    /** @param {number} part @param {number} _parts @param {Float32Array[]} slices */
    async partialGradients(part, _parts, slices) {
      computed.push(part);
      let i = 0;
      for (const slice of slices) slice.forEach((_, at) => { slice[at] = gradient(part, i++); });
      assert.equal(i, INFO.parameters);
      return part;
    },
    /** @param {number} loss @param {Float32Array[]} values */
    beginStep(loss, values) {
      begun.push([loss, ...joined(values)]);
    },
    /** Two numbers of the first part, one of each other. */
    async partialUpdates(/** @type {number} */ part) {
      return part === 0 ? Float32Array.of(10, 11) : Float32Array.of(20 + part);
    },
    endStep(/** @type {Float32Array[]} */ values) {
      ended.push(joined(values));
      return { step: ended.length };
    },
    restore: async () => {},
    evaluationParts: (/** @type {number} */ examples) => examples,
    async partialEvaluation(/** @type {number} */ _examples, /** @type {number} */ part) {
      evaluated.push(part);
      return part;
    },
    /** @param {number} examples @param {Float32Array} losses */
    joinEvaluation: (examples, losses) => ({ examples, loss: losses.join() }),
  };
}

/** What a step of three parts is taken with. */
const SUMS = [3, ...Array.from({ length: INFO.parameters }, (_, i) => (
  Math.fround(Math.fround(gradient(0, i) + gradient(1, i)) + gradient(2, i))))];
const UPDATES = [10, 11, 21, 22];

/** @param {number} parts */
async function started(parts) {
  const training = fakeTraining();
  const team = new Team(/** @type {any} */ (training), parts, /** @type {any} */ ({}));
  await team.start(null);
  return { training, team };
}

test("the parts of a batch are summed in their order, and all take the step", async () => {
  const { training, team } = await started(3);
  await team.train(1);
  await team.train(1);
  assert.deepEqual(training.computed, [0, 0]);
  for (const { begun, ended } of [training, ...FakeWorker.all.map(({ training }) => training)]) {
    assert.deepEqual([begun, ended], [[SUMS, SUMS], [UPDATES, UPDATES]]);
  }
  const orders = FakeWorker.all[0].orders.map(({ type }) => type);
  assert.deepEqual(orders, ["create", ...Array(2).fill(["gradients", "sum", "begin", "end"]).flat()]);
});

test("of steps that follow each other at once one message ends the first and begins the next", async () => {
  const { training, team } = await started(3);
  await team.train(3);
  for (const { begun, ended } of [training, ...FakeWorker.all.map(({ training }) => training)]) {
    assert.deepEqual([begun, ended], [Array(3).fill(SUMS), Array(3).fill(UPDATES)]);
  }
  const orders = FakeWorker.all[0].orders.map(({ type }) => type);
  assert.deepEqual(orders, ["create", ...Array(3).fill(["gradients", "sum", "begin"]).flat(), "end"]);
});

test("after a step that fails all go back, and what was asked for the next one is forgotten", async () => {
  const { training, team } = await started(2);
  const endStep = training.endStep.bind(training);
  training.endStep = () => { throw Object.assign(new Error("not finite"), { code: "diverged" }); };
  await assert.rejects(team.train(2), { code: "diverged" });
  training.endStep = endStep;
  await team.restore(new Uint8Array(3), []);
  await team.train(1);
  const after = FakeWorker.all[0].orders.slice(-5).map(({ type }) => type);
  assert.deepEqual(after, ["open", "gradients", "sum", "begin", "end"]);
  assert.deepEqual(training.ended.length, 1);
});

test("a large team sums without its leader, to the same numbers", async () => {
  const { training, team } = await started(6);
  /** @type {number[][]} */
  const lengths = [];
  FakeWorker.instead = (_, { type, values }) => {
    if (type === "sum") lengths.push(values.map((/** @type {Float32Array} */ { length }) => length));
  };
  await team.train(1);
  const sum = (/** @type {number} */ i) => [0, 1, 2, 3, 4, 5].map((part) => gradient(part, i))
    .reduce((a, b) => Math.fround(a + b));
  assert.deepEqual(training.begun, [[15, ...[0, 1, 2, 3, 4].map(sum)]]);
  assert.deepEqual(lengths, Array(5).fill(Array(6).fill(1)), "each helper sums one number of six parts");
});

for (const when of ["gradients", "sum", "begin", "end"]) {
  test(`a helper that dies costs no step: at ${when}`, async () => {
    const { training, team } = await started(3);
    await team.train(1);
    const dead = { failure: { code: "panic", params: {}, cause: "" } };
    FakeWorker.instead = (number, { type }) => (number === 1 && type === when ? dead : undefined);
    await team.train(1);
    await team.train(1);
    assert.deepEqual([team.parts, team.workers, FakeWorker.all[0].ended], [3, 2, true]);
    const other = FakeWorker.all[1].training;
    for (const { begun, ended } of [training, other]) {
      assert.deepEqual([begun, ended], [Array(3).fill(SUMS), Array(3).fill(UPDATES)]);
    }
    assert(training.computed.includes(1), "nobody does its part");
  });
}

test("an evaluation is the same whoever computes its parts", async () => {
  const losses = Array.from({ length: 20 }, (_, part) => part).join();
  /** @param {number} parts @param {(part: number) => void} [atPart] */
  const evaluate = async (parts, atPart = () => {}) => {
    const { training, team } = await started(parts);
    FakeWorker.all = FakeWorker.all.slice(1 - parts || Infinity);
    const evaluation = team.evaluation(20);
    for (let turn = 0; !evaluation.isDone; turn++) {
      atPart(turn);
      await evaluation.turn();
      await new Promise((resolve) => setTimeout(resolve));
    }
    assert.deepEqual(evaluation.join(), /** @type {any} */ ({ examples: 20, loss: losses }));
    const all = [training, ...FakeWorker.all.map(({ training }) => training)];
    return all.map(({ evaluated }) => evaluated.length);
  };
  assert.deepEqual(await evaluate(1), [20]);
  for (const counts of [await evaluate(2), await evaluate(4)]) {
    assert.equal(counts.reduce((sum, count) => sum + count), 20, "a part was computed twice");
    assert(counts.every((count) => count >= 4), `${counts}`);
  }
  const dead = { failure: { code: "panic" } };
  FakeWorker.instead = (_, { type, part }) => (type === "evaluate" && part > 4 ? dead : undefined);
  assert((await evaluate(3))[0] >= 10, "what a dead helper was asked for is lost");
});

test("helpers have no copy of the best model, so they do not judge it", async () => {
  const { training, team } = await started(2);
  training.info = () => ({ ...INFO, used: "best" });
  const evaluation = team.evaluation(4);
  while (!evaluation.isDone) await evaluation.turn();
  assert.deepEqual([training.evaluated.length, evaluation.workers], [4, 1]);
});

test("where helpers cannot be started there are fewer parts, and each of the others has one", async () => {
  FakeWorker.instead = (number, { type }) => {
    if (type === "create" && number === 2)
      return { failure: { code: "engine_failed", params: {}, cause: "out of memory" } };
  };
  const { training, team } = await started(4);
  team.shrink();
  assert.deepEqual([team.parts, team.workers], [3, 3]);
  await team.train(1);
  assert.deepEqual(FakeWorker.all.map(({ orders }) => orders[1]?.part), [1, undefined, 2]);
  assert.deepEqual(training.computed, [0]);
});

test("going back opens the checkpoint in every helper", async () => {
  const team = new Team(/** @type {any} */ (fakeTraining()), 2, /** @type {any} */ ({ documents: ["new"] }));
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
