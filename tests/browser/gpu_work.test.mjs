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
  await page.locator("#samples li").first().waitFor();
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
  const { first, then } = await page.evaluate(async () => {
    const engine = await import(new URL("engine_webgpu.js", location.href).href);
    await engine.default();
    const training = await engine.Training.create({
      documents: ["The black cat sat on the mat, and the grey mouse looked at the moon. ".repeat(40)],
      tokenizer: { kind: "chars" },
      model: { n_layer: 2, n_head: 2, n_embd: 32, block_size: 16, position: "rotary" },
    });
    const counts = /** @type {any} */ (globalThis).counts;
    const model = training.model();
    model.beginText("The", {}, false);
    await model.continueText(2, false);
    const first = { ...counts };
    // Beyond the window, which is read anew whenever it is full.
    await model.continueText(40, true);
    return { first, then: { ...counts } };
  });
  assert(first.shaders > 5);
  assert.equal(then.shaders, first.shaders, "more programs are compiled");
  assert.equal(then.waits - first.waits, 40);
});
