// Workers that train one model together.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";

const OPTIONS = {
  documents: ["The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40)],
  tokenizer: { kind: "chars" },
  model: { n_layer: 2, n_head: 2, n_embd: 32, block_size: 16, position: "rotary" },
  train: { batch_size: 5, steps: 100, learning_rate: 5e-3, warmup_steps: 2, seed: 3 },
};
const STEPS = 50;

browserTest("a seed gives the same weights, bit for bit, and a helper that dies costs no step", {
  minutes: 3,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  /** @param {number} parts @param {number} killAt */
  const train = (parts, killAt = Infinity) => page.evaluate(async ({ options, parts, steps, killAt }) => {
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const { engine } = await loadEngine("cpu", () => {});
    /** @type {Worker[]} */
    const helpers = [];
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      /** @param {any} address @param {any} options */
      constructor(address, options) {
        super(address, options);
        helpers.push(this);
      }
    };
    const training = await engine.Training.create(options);
    const team = new Team(training, parts, options);
    await team.start(null);
    globalThis.Worker = Real;
    const workers = [team.workers];
    /** @type {number[]} */
    const losses = [];
    for (let step = 0; step < steps; step++) {
      // An order that it cannot obey ends it, as a panic would.
      if (step === killAt) helpers[0].postMessage({ type: "begin", loss: 0, part: 1, parts, values: [] });
      const [report] = await team.train(1);
      losses.push(report.loss);
    }
    workers.push(team.workers);
    const evaluation = team.evaluation(60);
    while (!evaluation.isDone) {
      await evaluation.turn();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const judged = evaluation.join();
    // The gradients of the next batch depend on every weight.
    const { gradients } = await training.gradients();
    const bits = gradients.flatMap((/** @type {{values: Float32Array}} */ { values }) => [
      ...new Uint32Array(values.buffer),
    ]);
    return { workers, losses, bits, judged };
  }, { options: OPTIONS, parts, steps: STEPS, killAt });

  const alone = await train(1);
  const together = await train(2);
  assert.deepEqual(alone.workers, [1, 1]);
  assert.deepEqual(together.workers, [2, 2]);
  assert.deepEqual(await train(1), alone);
  assert.deepEqual(await train(2), together);
  assert(together.losses[STEPS - 1] < 0.7 * together.losses[0], "nothing was learned");
  together.losses.slice(0, 5).forEach((loss, step) => {
    assert(
      Math.abs(loss - alone.losses[step]) < 0.01 * loss,
      `step ${step}: ${loss}, alone ${alone.losses[step]}`,
    );
  });

  assert.equal(together.judged.examples, 15);
  const bereft = await train(2, 20);
  assert.deepEqual(bereft.workers, [2, 1]);
  assert.deepEqual({ ...bereft, workers: together.workers }, together);
});

browserTest("what is written does not depend on how many workers write it", {
  minutes: 2,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { samples, writing } = await page.evaluate(async (options) => {
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const { Writer } = await import(new URL("engine/writer.js", location.href).href);
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const { engine } = await loadEngine("cpu", () => {});
    /** Helpers that were told to write. */
    let writing = 0;
    const { postMessage } = Worker.prototype;
    /** @param {any} order @param {any} transfer */
    Worker.prototype.postMessage = function (order, transfer) {
      if (order.type === "write" && order.begin) writing++;
      return postMessage.call(this, order, transfer);
    };
    const training = await engine.Training.create(options);
    const team = new Team(training, 3, options);
    await team.start(null);
    const alone = new Team(training, 1, options);
    const sampling = { temperature: 0.9, top_k: 0, top_p: 1, seed: 4 };
    /** @param {any} team */
    const sample = async (team) => {
      /** @type {any} */
      let told;
      const wait = (/** @type {Promise<any>} */ work) => work;
      const writer = new Writer(1, training, team, wait, (/** @type {any} */ event) => { told = event; });
      writer.add({ id: null, step: 0, prompt: "The ", sampling, stopAtEnd: true }, 60, 10);
      while (writer.busy) await writer.turn();
      return told.texts;
    };
    /** @type {any[]} */
    const samples = [];
    for (let round = 0; round < 2; round++) {
      await team.train(10);
      samples.push([await sample(team), await sample(alone)]);
    }
    Worker.prototype.postMessage = postMessage;
    team.end();
    return { samples, writing };
  }, OPTIONS);
  assert.equal(writing, 4, "two helpers, two samples");
  for (const [shared, alone] of samples) assert.deepEqual(shared, alone);
  const [[first], [second]] = samples;
  assert.equal(new Set(first.map((/** @type {{text: string}} */ { text }) => text)).size, 10);
  assert.notDeepEqual(first, second, "ten steps change nothing");
});

browserTest("a trial keeps as many workers as are fastest, and takes no step", {
  minutes: 2,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  /** @param {number} slow  the size of team that is slow here */
  const fit = (slow) => page.evaluate(async ({ options, slow }) => {
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const { engine } = await loadEngine("cpu", () => {});
    const bits = async (/** @type {any} */ training) => {
      const { gradients } = await training.gradients();
      return gradients
        .flatMap((/** @type {{values: Float32Array}} */ { values }) => [...new Uint32Array(values.buffer)])
        .join();
    };
    const Real = globalThis.Worker;
    /** Helpers that still work. */
    let alive = 0;
    globalThis.Worker = class extends Real {
      /** @param {any} address @param {any} options */
      constructor(address, options) {
        super(address, options);
        alive++;
      }
      /** @param {any} order @param {any} transfer */
      postMessage(order, transfer) {
        // Helpers are slow to start, which must not count against the largest team, which is tried first.
        const delay = order.type === "create" ? 1_000 : order.parts === slow ? 60 : 0;
        if (delay) setTimeout(() => super.postMessage(order, transfer), delay);
        else super.postMessage(order, transfer);
      }
      terminate() {
        alive--;
        super.terminate();
      }
    };
    const training = await engine.Training.create(options);
    const fresh = await bits(training);
    const team = new Team(training, 4, options);
    await team.start(null);
    await team.fit();
    globalThis.Worker = Real;
    const untouched = await bits(training) === fresh;
    const [report] = await team.train(1);
    const result = { workers: team.workers, alive, untouched, step: report.step, left: -1 };
    team.end();
    result.left = alive;
    return result;
  }, { options: OPTIONS, slow });

  for (const [slow, fastest] of [[2, 4], [4, 2]]) {
    assert.deepEqual(await fit(slow), {
      workers: fastest,
      alive: fastest - 1,
      untouched: true,
      step: 1,
      left: 0,
    });
  }
});

browserTest("a team that goes on from a checkpoint gives the weights of one that never stopped", {
  minutes: 2,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { whole, resumed, restored, page: kept } = await page.evaluate(async (options) => {
    const { Team } = await import(new URL("engine/team.js", location.href).href);
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const { engine } = await loadEngine("cpu", () => {});
    const weights = async (/** @type {any} */ { training, team }) => {
      await team.train(10);
      return [...await training.checkpoint("")].join();
    };
    const training = await engine.Training.create(options);
    const team = new Team(training, 2, options);
    await team.start(null);
    await team.train(10);
    const checkpoint = await training.checkpoint("kept for the page");

    const opened = await engine.Training.open(checkpoint, options);
    const second = new Team(opened, 2, options);
    await second.start(checkpoint);
    const result = {
      whole: await weights({ training, team }),
      resumed: await weights({ training: opened, team: second }),
    };
    // Back to where it was, in the same workers.
    await team.restore(checkpoint, options.documents);
    const { page } = engine.readCheckpointHeader(checkpoint);
    return { ...result, restored: await weights({ training, team }), page };
  }, OPTIONS);
  assert(whole.length > 10_000);
  assert.equal(resumed, whole);
  assert.equal(restored, whole);
  assert.equal(kept, "kept for the page");
});
