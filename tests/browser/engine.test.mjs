// The engine worker by its messages, without the page.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { SETTINGS, openBlank } from "./support/engine.mjs";

/** @typedef {import("./support/engine.mjs").EngineWorker} Engine */

/**
 * Module code that spoils the gradients of a step of a run at a high learning rate, as steps that are too
 * large do.
 */
const DIVERGES = `
  import { loadEngine } from "./load.js";
  loadEngine("cpu", () => {}).then(({ engine: { Training } }) => {
    const spoiled = (training) => training.info().step === 34 && training.info().train.learning_rate > 0.003;
    const { partialGradients, train } = Training.prototype;
    Training.prototype.partialGradients = async function (part, parts, gradients) {
      const loss = await partialGradients.call(this, part, parts, gradients);
      if (spoiled(this)) gradients[0][7] = NaN;
      return loss;
    };
    // Alone it takes its steps by itself: there the loss is what is spoiled.
    Training.prototype.train = async function (steps) {
      const reports = [];
      for (let taken = 0; taken < steps; taken++) {
        if (spoiled(this)) this.beginStep(NaN, [new Float32Array(this.info().parameters)]);
        reports.push(...await train.call(this, 1));
      }
      return reports;
    };
  });`;

for (const workers of [1, 2]) {
  browserTest(`a training that diverges goes back, and goes on at half the rate: ${workers} workers`, {
    minutes: 3, prelude: DIVERGES,
  }, async ({ page, url }) => {
    await openBlank(page, url);
    const told = await page.evaluate(async ({ settings }) => {
      const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
      await engine.create(settings);
      engine.post({ type: "train", run: 1, order: "start" });
      const { failure } = await engine.until(({ type }) => type === "failure");
      const paused = await engine.until(({ type, state }) => type === "state" && state === "paused");
      const checkpoints = engine.told("checkpoint").map(({ step }) => step);
      const from = engine.events.length;
      engine.post({ type: "set", run: 1, learning_rate: settings.train.learning_rate / 2 });
      engine.post({ type: "train", run: 1, order: "start" });
      await engine.until(({ state }) => state === "finished", from);
      const reports = engine.events
        .slice(from)
        .filter(({ type }) => type === "steps")
        .flatMap((event) => event.reports);
      const { info } = engine.told("changed").at(-1);
      return { failure, paused: paused.state, checkpoints, reports, info };
    }, { settings: { ...SETTINGS, workers } });
    assert.deepEqual([told.failure.code, told.failure.params], ["diverged", { step: 35, back_to: 30 }]);
    assert.deepEqual(told.checkpoints, [10, 20, 30]);
    assert.deepEqual(told.reports.map(({ step }) => step), Array.from({ length: 70 }, (_, i) => 31 + i));
    assert(told.reports.every(({ loss }) => Number.isFinite(loss)));
    assert(told.reports.at(-1).loss < 2, "nothing was learned after it went back");
    assert.equal(told.info.train.learning_rate, SETTINGS.train.learning_rate / 2);
  });
}

browserTest("a worker outlives every message, and obeys no command of another run",
  {}, async ({ page, url }) => {
  await openBlank(page, url);
  const { failures, alive, answers, states } = await page.evaluate(async (settings) => {
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    for (const message of [
      null,
      5,
      "text",
      [],
      {},
      { type: 3 },
      { type: "unknown", run: 1 },
      { type: "train" },
      { type: "cancel" },
      { type: "ask", run: 1, id: 1, method: "score" },
      { type: "visibility" },
      { type: "panick", run: 0 },
    ])
      engine.post(message);
    await engine.create(settings);
    for (const message of [
      { type: "train", run: 1, order: 7 },
      { type: "unknown", run: 1 },
      { type: "set", run: 1 },
      { type: "use", run: 1 },
      { type: "further", run: 1, steps: "many" },
      { type: "write", run: 1, id: 8 },
      { type: "ask", run: 1, id: 9, method: "free", args: [] },
      { type: "ask", run: 1, id: 10, method: "score", args: [{}] },
      { type: "train", run: 1, order: "pause" },
      { type: "train", run: 2, order: "start" },
      { type: "ask", run: 2, id: 11, method: "info", args: [] },
    ])
      engine.post(message);
    engine.post({ type: "ask", run: 1, id: 12, method: "score", args: ["The"] });
    const answer = await new Promise((resolve) => {
      const look = setInterval(() => {
        const found = engine.told("answer").find(({ id }) => id === 12);
        if (found) { clearInterval(look); resolve(found); }
      }, 50);
    });
    return {
      failures: engine.told("failure").map(({ id, failure, fatal }) => [id, failure.code, fatal]),
      alive: answer.answer.tokens,
      answers: engine.told("answer").length,
      states: engine.told("state").map(({ state }) => state),
    };
  }, SETTINGS);
  assert.deepEqual(alive, ["T", "h", "e"]);
  assert.deepEqual([answers, states], [1, []], "a command of another run was obeyed, or one that is none");
  assert(failures.every(([, , fatal]) => !fatal), JSON.stringify(failures));
});

browserTest("stories go on where they were, as if nothing had happened", {
  minutes: 4,
}, async ({ page, url }) => {
  await openBlank(page, url);
  // 500 kB of stories last some sixty steps.
  const train = { batch_size: 256, steps: 160, learning_rate: 5e-3, warmup_steps: 2, seed: 3 };
  const settings = {
    ...SETTINGS,
    source: { kind: "contes", language: "en" },
    train,
    model: { ...SETTINGS.model, block_size: 32, n_embd: 16 },
    evaluation: { every: 40, batches: 1 },
  };
  const { whole, resumed, started } = await page.evaluate(async (settings) => {
    const finish = async (/** @type {Engine} */ engine) => {
      engine.post({ type: "train", run: 1, order: "start" });
      await engine.until(({ state }) => state === "finished");
      return engine
        .reports()
        .map((/** @type {{step: number, loss: number}} */ { step, loss }) => [step, loss]);
    };
    const first = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    await first.create(settings);
    const whole = await finish(first);
    const { blob } = first.told("checkpoint").find(({ step }) => step === 120);
    first.end();
    const second = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    const ready = await second.create(settings, blob);
    return {
      whole,
      resumed: await finish(second),
      started: [ready.step, ready.state, ready.info.best.step > 0],
    };
  }, settings);
  assert.deepEqual(started, [120, "paused", true]);
  assert.deepEqual(resumed, whole.slice(120));
});

browserTest("the same number of workers gives the same bits, and a seed alone decides the rest", {
  minutes: 3,
}, async ({ page, url }) => {
  await openBlank(page, url);
  const train = (/** @type {number} */ workers) => page.evaluate(async (settings) => {
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    const { info } = await engine.create(settings);
    engine.post({ type: "train", run: 1, order: "start" });
    await engine.until(({ state }) => state === "finished");
    const losses = engine.reports().map((/** @type {{loss: number}} */ { loss }) => loss);
    engine.end();
    return { workers: info.workers, losses };
  }, { ...SETTINGS, workers });
  const three = await train(3);
  assert.equal(three.workers, 3);
  assert.deepEqual(await train(3), three);
});

browserTest("a worker that learns byte pairs answers meanwhile", { minutes: 3 }, async ({ page, url }) => {
  await openBlank(page, url);
  const { ms, longest, vocabulary } = await page.evaluate(async (settings) => {
    // Words that do not come again soon: many pairs to count.
    let state = 1;
    const random = (/** @type {number} */ below) => (state = (state * 48_271) % 2_147_483_647) % below;
    const word = () =>
      Array.from({ length: 3 + random(8) }, () => String.fromCharCode(97 + random(26))).join("");
    const documents = [Array.from({ length: 250_000 }, word).join(" ")];
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    /** @type {number[]} */
    const asked = [];
    const ping = setInterval(() => {
      asked.push(performance.now());
      engine.post({ type: "ping", run: 1 });
    }, 100);
    const begin = performance.now();
    const { info } = await engine.create({
      ...settings,
      source: { kind: "text", documents },
      tokenizer: { kind: "bpe", vocab_size: 3_000 },
    });
    clearInterval(ping);
    const ms = performance.now() - begin;
    const longest = Math.max(...engine.told("pong").map(({ at }, i) => at - asked[i]));
    return { ms, longest, vocabulary: info.vocab_size };
  }, SETTINGS);
  assert.equal(vocabulary, 3_000);
  assert(longest < 0.5 * ms, `of ${ms} ms it was silent for ${longest}`);
});

browserTest("the reader has the best model and the last one, and a training goes further", {
  minutes: 3,
}, async ({ page, url }) => {
  await openBlank(page, url);
  const told = "The black cat sat on the mat, and the grey mouse looked at the moon. ";
  // What judges the model has the same letters in another order: learning the letters helps, learning their
  // order harms.
  const source = {
    kind: "text",
    documents: [told.repeat(40)],
    validation: [told.split("").reverse().join("").repeat(4)],
  };
  const { scores, used, steps, last } = await page.evaluate(async ({ settings, told }) => {
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    await engine.create(settings);
    engine.post({ type: "train", run: 1, order: "start" });
    await engine.until(({ state }) => state === "finished");
    /** @type {number[]} */
    const scores = [];
    const score = async (/** @type {number} */ id) => {
      engine.post({ type: "ask", run: 1, id, method: "score", args: [told.slice(0, 16)] });
      const { answer } = await engine.until((event) => event.type === "answer" && event.id === id);
      scores.push(
        answer.log_probs.reduce((/** @type {number} */ sum, /** @type {number} */ value) => sum + value, 0),
      );
    };
    const use = async (/** @type {string} */ which) => {
      const from = engine.events.length;
      engine.post({ type: "use", run: 1, which });
      await engine.until((event) => event.type === "used" && event.which === which, from);
    };
    await score(1);
    await use("last");
    await score(2);
    await use("best");
    await score(3);
    await use("last");
    const from = engine.events.length;
    engine.post({ type: "further", run: 1, steps: 30 });
    await engine.until(({ state }) => state === "finished", from);
    const used = engine.told("used").map(({ which, step }) => [which, step]);
    return {
      scores,
      used,
      steps: engine.reports().map(({ step }) => step),
      last: engine.told("changed").at(-1).info.last_step,
    };
  }, { settings: { ...SETTINGS, source, workers: 2 }, told });
  const [best, lastOne, again] = scores;
  assert(lastOne > best + 1, `the last model knows the text better: ${scores}`);
  assert.equal(again, best);
  assert.deepEqual(used.map(([which]) => which).slice(0, 4), ["best", "last", "best", "last"]);
  assert(used[0][1] > 0 && used[0][1] < 100 && used[1][1] === 100, JSON.stringify(used));
  assert.deepEqual([steps.length, steps.at(-1), last], [130, 130, 130]);
});

const WHOLE = "at the end the model in use is judged on the whole validation part";
browserTest(WHOLE, { minutes: 3 }, async ({ page, url }) => {
  await openBlank(page, url);
  const told = "The black cat sat on the mat, and the grey mouse looked at the moon. ";
  const source = { kind: "text", documents: [told.repeat(40)], validation: [told.repeat(200)] };
  const judge = (/** @type {number} */ workers) => page.evaluate(async (settings) => {
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    const { info } = await engine.create(settings);
    engine.post({ type: "train", run: 1, order: "start" });
    const final = await engine.until(({ final }) => final);
    const finished = engine.events.findIndex(({ state }) => state === "finished");
    engine.post({ type: "further", run: 1, steps: 10 });
    await engine.until((event) => event.final && event !== final);
    // The last model, or the best one where ten steps more made it clearly worse.
    const inUse = engine.told("used").at(-1)?.step ?? 110;
    const evaluations = engine.told("evaluation").map(({ step, validation_loss, examples, final }) => (
      { step, validation_loss, examples, final }));
    engine.end();
    const isAfter = engine.events.indexOf(final) > finished;
    return { workers: info.workers, evaluations, isAfter, inUse, tokens: info.validation_tokens };
  }, { ...SETTINGS, source, workers });
  const alone = await judge(1);
  const usual = alone.evaluations.find(({ step }) => step === 100);
  const [first, second] = alone.evaluations.filter(({ final }) => final);
  assert.deepEqual([usual?.examples, alone.isAfter, first.step], [16, true, 100]);
  assert.equal(second.step, alone.inUse);
  assert.equal(first.examples, Math.floor((alone.tokens - 1) / 16), "not the whole part");
  assert(Math.abs(first.validation_loss - (usual?.validation_loss ?? 0)) < 0.3);
  // The same weights, judged by one and by three.
  const three = await judge(3);
  assert.equal(three.workers, 3);
  assert.deepEqual(await judge(3), three);
});

browserTest("everybody who asked is told of a panic", {
  expected: /a panic on purpose/,
}, async ({ page, url }) => {
  await openBlank(page, url);
  const told = await page.evaluate(async () => {
    const engine = await import(new URL("engine_cpu.js", location.href).href);
    await engine.default();
    /** @type {string[]} */
    const told = [];
    engine.onFatal((/** @type {string} */ code) => {
      told.push(`first: ${code}`);
      throw new Error("its own mistake");
    });
    engine.onFatal((/** @type {string} */ code, /** @type {string} */ cause) =>
      told.push(`second: ${code}`, cause),
    );
    try {
      engine.panicOnPurpose();
    } catch {
      // A panic is a trap.
    }
    return told;
  });
  assert.deepEqual(told.slice(0, 2), ["first: panic", "second: panic"]);
  assert.match(told[2], /a panic on purpose/);
});
