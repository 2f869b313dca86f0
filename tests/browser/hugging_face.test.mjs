// The Hugging Face folder of a model, through the engine's own exports and the page's zip, and back.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { SETTINGS, openBlank } from "./support/engine.mjs";

browserTest("a model goes out as a zip and comes back the same", {}, async ({ page, url }) => {
  await openBlank(page, url);
  const told = await page.evaluate(async (settings) => {
    const engine = await import(new URL("engine_cpu.js", location.href).href);
    const { zip, unzip } = await import(new URL("api/zip.js", location.href).href);
    await engine.default();
    const { source, model: sizes, train } = settings;
    /** @param {object} options */
    const refusal = (options) => engine.Training
      .create({ documents: source.documents, model: sizes, train, tokenizer: { kind: "chars" }, ...options })
      .then((/** @type {any} */ training) => training.model().toHuggingFace({}))
      .then(() => null, (/** @type {{code: string}} */ { code }) => code);
    const runs = [];
    for (const tokenizer of [{ kind: "chars" }, { kind: "bpe", vocab_size: 280 }]) {
      const { documents } = source;
      const training = await engine.Training.create({ documents, model: sizes, train, tokenizer });
      await training.train(20);
      const model = training.model();
      const facts = { language: "en", name: "A cat", steps: 20, training_loss: NaN };
      const files = await model.toHuggingFace(facts);
      const names = files.map((/** @type {{name: string}} */ { name }) => name);
      const read = unzip(zip(files), names, 10_000_000);
      const again = await engine.Model.fromHuggingFace(read);
      const { bytes: card } = read.find((/** @type {{name: string}} */ { name }) => name === "README.md");
      /** @param {any} one */
      const logits = async (one) => [...await one.logits("The black cat")];
      const cut = read.map((/** @type {any} */ { name, bytes }) => ({ name, bytes: bytes.subarray(0, 300) }));
      runs.push({
        names,
        card: new TextDecoder().decode(card),
        same: JSON.stringify(await logits(again)) === JSON.stringify(await logits(model)),
        refused: await engine.Model.fromHuggingFace(cut)
          .then(() => null, (/** @type {any} */ { code, params }) => [code, params.file]),
      });
    }
    return { runs, learned: await refusal({ model: { ...sizes, position: "learned" } }) };
  }, SETTINGS);
  for (const { names, card, same, refused } of told.runs) {
    assert.deepEqual(names.toSorted(), [
      "README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
      "tokenizer_config.json",
    ]);
    assert.match(card, /^# A cat$/m);
    assert.match(card, /^\| Training steps \| 20 \| measured \|$/m);
    assert.match(card, /^\| Training loss, in nats per token \| – \| missing \|$/m);
    assert(same, "the logits are others");
    assert.deepEqual(refused, ["folder_unreadable", "config.json"]);
  }
  assert.equal(told.learned, "position_not_exportable");
});
