// What models write in the engine worker, and where their texts end.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { SETTINGS, openBlank } from "./support/engine.mjs";

/** @typedef {import("./support/engine.mjs").EngineWorker} Engine */

browserTest("a text shorter than the context is the context", {}, async ({ page, url }) => {
  await openBlank(page, url);
  const { model, written } = await page.evaluate(
    async (settings) => {
      const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
      const documents = ["le chat noir, le loup gris, le chat noir"];
      const { info } = await engine.create({ ...settings, source: { kind: "text", documents } });
      engine.post({ type: "train", run: 1, order: "start" });
      await engine.until(({ state }) => state === "finished");
      const sampling = { temperature: 0 };
      engine.post({ type: "write", run: 1, id: 1, prompt: "le", length: 100, sampling, stop_at_end: false });
      await engine.until(({ type, done }) => type === "piece" && done !== null);
      return {
        model: info.model,
        written: engine
          .told("piece")
          .map(({ text }) => text)
          .join(""),
      };
    },
    {
      ...SETTINGS,
      model: { ...SETTINGS.model, block_size: 64 },
      sample: { ...SETTINGS.sample, prompt: "le" },
    },
  );
  assert.equal(model.block_size, 39);
  assert.equal(written.length, 100);
  // Positions that were never trained gave one letter time and again.
  assert(!/(.)\1{4}/.test(written), written);
});

browserTest("a text ends where the model ends it", { minutes: 3 }, async ({ page, url }) => {
  await openBlank(page, url);
  const { pieces, sample } = await page.evaluate(async (settings) => {
    const engine = /** @type {Engine} */ (/** @type {any} */ (globalThis).engineWorker());
    await engine.create(settings);
    engine.post({ type: "train", run: 1, order: "start" });
    await engine.until(({ state }) => state === "finished");
    const write = (
      /** @type {number} */ id,
      /** @type {string} */ prompt,
      /** @type {boolean} */ stop_at_end,
    ) => {
      engine.post({
        type: "write",
        run: 1,
        id,
        prompt,
        length: 60,
        sampling: { temperature: 0 },
        stop_at_end,
      });
    };
    write(1, "The ca", true);
    write(2, "The ca", false);
    write(3, "", true);
    await engine.until(({ type, id, done }) => type === "piece" && id === 3 && done);
    const pieces = engine.told("piece").map(({ id, text, done }) => ({ id, text, done }));
    return { pieces, sample: engine.told("sample").at(-1) };
  }, {
    ...SETTINGS, source: { kind: "text", documents: Array(300).fill("The cat sat.") },
    sample: { prompt: "", length: 60, sampling: { temperature: 0 } },
  });
  const text = (/** @type {number} */ id) =>
    pieces
      .filter((piece) => piece.id === id)
      .map((piece) => piece.text)
      .join("");
  const done = (/** @type {number} */ id) => pieces.findLast((piece) => piece.id === id)?.done;
  assert.deepEqual([text(1), done(1), done(2)], ["t sat.", "end", "length"]);
  assert(text(2).startsWith("t sat.The cat sat.The"), text(2));
  // Nothing is before the first document but the end of another.
  assert.deepEqual([text(3), done(3)], ["The cat sat.", "end"]);
  assert.deepEqual([sample.step, sample.prompt], [100, ""]);
  assert.deepEqual(sample.texts, Array(10).fill({ text: "The cat sat.", ended: true }));
});

browserTest("a model is opened from a checkpoint, and writes as its training does",
  {}, async ({ page, url }) => {
  await openBlank(page, url);
  const { texts, scores, refused } = await page.evaluate(async (settings) => {
    const engine = await import(new URL("engine_cpu.js", location.href).href);
    await engine.default();
    const { source, tokenizer, model, train } = settings;
    const training = await engine.Training.create({ documents: source.documents, tokenizer, model, train });
    await training.train(60);
    const models = [training.model(), await engine.Model.open(await training.checkpoint(""))];
    const texts = await Promise.all(models.map(async (model) => {
      model.beginTexts(["The"], { seed: 4 }, false);
      return (await model.continueTexts(40, true))[0].text;
    }));
    const scores = [await models[0].score("The cat"), await models[1].score("The cat")];
    const broken = (await training.checkpoint("")).map(
      (/** @type {number} */ byte, /** @type {number} */ i) => (i === 20 ? byte ^ 7 : byte),
    );
    const refused = await engine.Model.open(broken).then(
      () => null,
      (/** @type {{code: string}} */ { code }) => code,
    );
    return { texts, scores, refused };
  }, SETTINGS);
  // Of a special token nothing is seen.
  assert(texts[0].length > 30, texts[0]);
  assert.equal(texts[1], texts[0]);
  assert.deepEqual(scores[1], scores[0]);
  assert.equal(refused, "checkpoint_unreadable");
});
