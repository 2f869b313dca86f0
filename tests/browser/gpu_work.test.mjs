// What is asked of a GPU, and when: its programs are compiled while the reader still reads, none later, and a
// token is read with one wait.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";
import { engineWorker, open, untilStep } from "./support/reader.mjs";

/** Counts programs compiled and buffers waited for. */
const COUNTED = `
  self.counts = { shaders: 0, waits: 0 };
  const count = (prototype, method, what) => {
    const original = prototype[method];
    prototype[method] = function (...values) {
      self.counts[what]++;
      return original.apply(this, values);
    };
  };
  count(GPUDevice.prototype, "createShaderModule", "shaders");
  count(GPUBuffer.prototype, "mapAsync", "waits");`;

browserTest("a GPU has its programs before the reader sets off", {
  minutes: 4, prelude: COUNTED,
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "webgpu", steps: 1000 });
  const status = page.locator("#status");
  await page.mouse.move(10, 10);
  await page.mouse.move(20, 20);
  await page.locator("#status", { hasText: "is preparing its programs" }).waitFor();
  await page.locator("#status", { hasText: "At the station" }).waitFor({ timeout: 60_000 });
  const counts = () => engineWorker(page).evaluate(() => ({ .../** @type {any} */ (self).counts }));
  const before = await counts();
  assert(before.shaders > 20, `${before.shaders} programs are not those of a training`);
  await page.locator("#train").click();
  await untilStep(page, 12);
  await page.locator("#samples > li").first().waitFor();
  assert.equal((await counts()).shaders, before.shaders, "the training compiles more programs");
  assert.equal(await status.getAttribute("data-phase"), "training");
  assert.doesNotMatch(
    await page.locator("#fact-speed").innerText(),
    /first step/,
    "nothing was left to compile",
  );
});

browserTest("writing compiles nothing after the first token, and waits once a token", {
  minutes: 4,
}, async ({ page, url }) => {
  await page.addInitScript(COUNTED);
  await page.goto(url + BLANK);
  const { counts, alone, together } = await page.evaluate(async () => {
    const engine = await import(new URL("engine_webgpu.js", location.href).href);
    await engine.default();
    const training = await engine.Training.create({
      documents: ["The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40)],
      tokenizer: { kind: "chars" },
      model: { n_layer: 2, n_head: 2, n_embd: 32, block_size: 16, position: "rotary" },
    });
    const counts = /** @type {any} */ (globalThis).counts;
    const model = training.model();
    const prompts = Array(10).fill("The");
    /** @type {{shaders: number, waits: number}[]} */
    const found = [];
    // One text, then ten, each beyond the window, which is read anew whenever it is full.
    const texts = [];
    for (const count of [1, 10]) {
      model.beginTexts(prompts.slice(0, count), { seed: 4 }, false);
      const begun = await model.continueTexts(1, false);
      found.push({ ...counts });
      const rest = await model.continueTexts(40, true);
      found.push({ ...counts });
      texts.push(
        begun.map((/** @type {{text: string}} */ { text }, /** @type {number} */ i) => text + rest[i].text),
      );
    }
    return { counts: found, alone: texts[0], together: texts[1] };
  });
  const [one, oneMore, ten, tenMore] = counts;
  assert(one.shaders > 5);
  assert.deepEqual(
    [oneMore.shaders, tenMore.shaders],
    [one.shaders, ten.shaders],
    "more programs are compiled",
  );
  assert.deepEqual(
    [oneMore.waits - one.waits, tenMore.waits - ten.waits],
    [40, 40],
    "not one wait a token for all texts",
  );
  assert.equal(together[0], alone[0], "a text is not the same beside others as alone");
  assert.equal(new Set(together).size, 10, "the texts are not drawn from seeds of their own");
});
