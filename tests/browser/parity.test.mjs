// The two engines against each other: the same text, seed and settings must give the same numbers. An invalid
// shader is skipped in silence and leaves stale numbers behind, so gradients are compared one by one, not the
// loss alone.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";

const STEPS = 10;
const OPTIONS = {
  documents: ["The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40)],
  tokenizer: { kind: "chars" },
  model: { n_layer: 2, n_head: 2, n_embd: 32, block_size: 16, position: "rotary" },
  train: { batch_size: 2, steps: 100, learning_rate: 1e-3, warmup_steps: 5, seed: 3, dropout: 0.1 },
};

/**
 * @typedef {object} Comparison
 * @property {number} step
 * @property {[cpu: number, webgpu: number]} loss
 * @property {{name: string, size: number, norm: number, distance: number}[]} gradients  Euclidean, of each
 *   parameter
 */

for (const position of ["rotary", "learned", "sinusoidal", "none"]) {
  compare(`position ${position}`, { model: { ...OPTIONS.model, position } });
}
compare("byte-pair encoding", { tokenizer: { kind: "bpe", vocab_size: 270 } });
compare("sizes that no kernel's blocks fit", {
  model: { n_layer: 1, n_head: 3, n_embd: 30, block_size: 13, position: "rotary" },
});
compare("AdamW for all", { train: { ...OPTIONS.train, optimizer: "adamw" } });

/** @param {string} what @param {object} options */
function compare(what, options) {
  browserTest(`loss and every gradient agree over ten steps: ${what}`, { minutes: 4 }, (test) =>
    agree(test, { ...OPTIONS, ...options }),
  );
}

/** @param {import("./support/browser_test.mjs").BrowserTest} test @param {object} options */
async function agree({ page, url }, options) {
  await page.goto(url + BLANK);
  /** @type {Comparison[]} */
  const comparisons = await page.evaluate(async ({ options, steps }) => {
    const trainings = await Promise.all(["cpu", "webgpu"].map(async (name) => {
      const engine = await import(new URL(`engine_${name}.js`, location.href).href);
      await engine.default();
      return engine.Training.create(options);
    }));
    const norm = (/** @type {Float32Array} */ values) =>
      Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const found = [];
    for (let step = 1; step <= steps; step++) {
      const [cpu, webgpu] = [await trainings[0].gradients(), await trainings[1].gradients()];
      if (cpu.gradients.length !== webgpu.gradients.length)
        throw new Error("the engines name different parameters");
      found.push({
        step,
        loss: /** @type {[number, number]} */ ([cpu.loss, webgpu.loss]),
        gradients: cpu.gradients.map(
          (
            /** @type {{name: string, values: Float32Array}} */ { name, values },
            /** @type {number} */ index,
          ) => {
            const other = webgpu.gradients[index];
            if (other.name !== name || other.values.length !== values.length)
              throw new Error(`${name} against ${other.name}`);
            return {
              name,
              size: values.length,
              norm: norm(values),
              distance: norm(values.map((value, i) => value - other.values[i])),
            };
          },
        ),
      });
      for (const training of trainings) await training.train(1);
    }
    return found;
  }, { options, steps: STEPS });

  assert.equal(comparisons.length, STEPS);
  for (const { step, loss: [cpu, webgpu], gradients } of comparisons) {
    assert(Math.abs(cpu - webgpu) < 0.01 * cpu, `step ${step}: loss ${cpu} on the CPU, ${webgpu} on WebGPU`);
    assert(gradients.length >= 9, "too few gradients to be those of the whole model");
    for (const { name, size, norm, distance } of gradients) {
      // Float noise grows as the two trainings drift apart. Below 1e-6 a number a gradient is noise and
      // nothing else.
      const allowed = 0.02 * norm + 1e-6 * Math.sqrt(size);
      assert(distance <= allowed, `step ${step}, ${name}: gradients of norm ${norm} differ by ${distance}`);
    }
  }
}

browserTest("both engines give the same logits, and take over each other's trainings", {
  minutes: 4,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { logits, losses } = await page.evaluate(async (options) => {
    const [cpu, webgpu] = await Promise.all(["cpu", "webgpu"].map(async (name) => {
      const engine = await import(new URL(`engine_${name}.js`, location.href).href);
      await engine.default();
      return engine.Training.create(options);
    }));
    await cpu.train(60);
    await webgpu.restore(await cpu.checkpoint(""), options);
    const read = (/** @type {any} */ training) => training.model().logits("The black cat");
    const logits = [await read(cpu), await read(webgpu)];
    const losses = [await cpu.train(10), await webgpu.train(10)].map((reports) =>
      reports.map((/** @type {{loss: number}} */ { loss }) => loss),
    );
    await cpu.train(10); // What comes back is what the GPU left, not what the processor had.
    await cpu.restore(await webgpu.checkpoint(""), options);
    logits.push(await read(cpu), await read(webgpu));
    return { logits: logits.map((values) => [...values]), losses };
  }, { ...OPTIONS, train: { ...OPTIONS.train, learning_rate: 1e-2 } });
  // The text's characters, and the special tokens.
  assert.equal(logits[0].length, 13 * (4 + new Set(OPTIONS.documents[0]).size));
  assert(Math.max(...logits[0].map(Math.abs)) > 1, "the model has learned nothing");
  close(logits[0], logits[1], 1e-4);
  close(logits[2], logits[3], 1e-4);
  close(losses[0], losses[1], 0.01 * losses[0][0]);
});

browserTest("both engines expect the same next tokens", { minutes: 4 }, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const [cpu, webgpu] = await page.evaluate(
    async (options) =>
      Promise.all(
        ["cpu", "webgpu"].map(async (name) => {
          const engine = await import(new URL(`engine_${name}.js`, location.href).href);
          await engine.default();
          const training = await engine.Training.create(options);
          const { attention, candidates } = await training.model().inspect("The black cat", []);
          return {
            attention: [...attention],
            probabilities: candidates
              .flat()
              .map((/** @type {{probability: number}} */ { probability }) => probability),
          };
        }),
      ),
    OPTIONS,
  );
  assert.equal(cpu.attention.length, 2 * 2 * 13 * 13);
  close(cpu.attention, webgpu.attention, 1e-3);
  close(cpu.probabilities, webgpu.probabilities, 1e-3);
});

browserTest("both engines take the same model apart alike", { minutes: 4 }, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const [cpu, webgpu] = await page.evaluate(async (options) => {
    const [cpu, webgpu] = await Promise.all(["cpu", "webgpu"].map(async (name) => {
      const engine = await import(new URL(`engine_${name}.js`, location.href).href);
      await engine.default();
      return engine.Training.create(options);
    }));
    await cpu.train(60);
    await webgpu.restore(await cpu.checkpoint(""), options);
    const text = "The black cat";
    const answers = async (/** @type {any} */ training) => {
      const model = training.model();
      const direction = [...await model.direction(["The cat sat"], ["the moon", "grey"], 1)];
      const interventions = [{}, {
        heads: [{ layer: 0, head: 1 }], mlps: [1], without_positions: true,
        numbers: [{ parameter: 1, row: 0, column: 3, value: 2 }],
        steering: [{ layer: 0, direction, strength: 1.5 }],
      }];
      const consequences = await model.consequences(text, interventions, 12);
      const causes = await model.causes(text, 9, true);
      const { layers } = await model.lens(text, 9);
      return {
        direction, parameter: [...(await model.parameter(2)).values],
        scores: consequences.flatMap((/** @type {any} */ { score }) => score.log_probs),
        written: consequences.map((/** @type {any} */ { continuation }) => continuation),
        causes: [causes, ...causes.parts, ...causes.pairs].map(({ log_prob }) => log_prob),
        lens: layers.map((/** @type {any} */ { probability }) => probability),
      };
    };
    return [await answers(cpu), await answers(webgpu)];
  }, { ...OPTIONS, train: { ...OPTIONS.train, learning_rate: 1e-2 } });
  assert.equal(cpu.causes.length, 1 + 6 + 15);
  close(cpu.direction, webgpu.direction, 1e-3);
  close(cpu.parameter, webgpu.parameter, 1e-6);
  close(cpu.scores, webgpu.scores, 1e-3);
  close(cpu.causes, webgpu.causes, 1e-3);
  close(cpu.lens, webgpu.lens, 1e-3);
  assert.deepEqual(webgpu.written, cpu.written);
});

browserTest("two reads from the GPU, back to back, both get their own bytes", {
  minutes: 4,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const reads = await page.evaluate(async (options) => {
    const engine = await import(new URL("engine_webgpu.js", location.href).href);
    await engine.default();
    const training = await engine.Training.create(options);
    const read = async () => {
      const { loss, gradients } = await training.gradients();
      return [
        loss,
        ...gradients.flatMap((/** @type {{values: Float32Array}} */ { values }) => [...values.slice(0, 50)]),
      ];
    };
    // A large read and a small one in turn: a mixed-up staging buffer would show.
    const first = await read();
    const evaluated = await training.partialEvaluation(48, 0);
    const second = await read();
    const evaluatedAgain = await training.partialEvaluation(48, 0);
    return { first, second, evaluated, evaluatedAgain };
  }, OPTIONS);
  close(reads.first, reads.second, 1e-6);
  close([reads.evaluated], [reads.evaluatedAgain], 1e-6);
});

browserTest("a call before the last one has ended is refused, and changes nothing", {
  minutes: 4,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { codes, steps } = await page.evaluate(async (options) => {
    const engine = await import(new URL("engine_webgpu.js", location.href).href);
    await engine.default();
    const training = await engine.Training.create(options);
    const model = training.model();
    const taken = training.train(2);
    const codeOf = (/** @type {Promise<unknown>} */ call) =>
      call.then(
        () => null,
        (/** @type {{code: string}} */ { code }) => code,
      );
    const codes = [await codeOf(training.partialEvaluation(48, 0)), await codeOf(model.score("The"))];
    const reports = await taken;
    return { codes, steps: reports.map((/** @type {{step: number}} */ { step }) => step) };
  }, OPTIONS);
  assert.deepEqual(codes, ["busy", "busy"], "on the training, and on its model");
  assert.deepEqual(steps, [1, 2]);
});

/**
 * @param {number[]} actual
 * @param {number[]} expected
 * @param {number} tolerance
 */
function close(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  const worst = actual.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index])), 0);
  assert(worst <= tolerance, `numbers differ by up to ${worst}`);
}
