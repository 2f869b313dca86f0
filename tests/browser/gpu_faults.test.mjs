// What GPUs do: each fault ends in a sentence, and training goes on from the last checkpoint, on the CPU
// engine where the GPU cannot be trusted. The GPU here is played by the processor, so the faults are made.

import assert from "node:assert/strict";
import { ENGINE_FAILS, browserTest } from "./support/browser_test.mjs";
import { engineWorker, goesOn, open, trainUntil, untilFailure, untilStep } from "./support/reader.mjs";

/** A checkpoint every ten steps. */
const RUN = { preset: "nano", engine: "webgpu", batch_size: 1, steps: 400 };

/**
 * @typedef {{what: string, prelude: string, codes: string[], says: RegExp, then: RegExp}} Fault  `prelude`
 *   makes it at `self.fault()`
 */

/**
 * A fault that is done to the device.
 * @param {string} fault  what is done to `device`
 */
const onDevice = (fault) => `
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await requestDevice.apply(this, options);
    self.fault = () => { ${fault} };
    return device;
  };`;

/** @type {Fault[]} */
const FAULTS = [
  {
    what: "a GPU that is destroyed",
    prelude: onDevice("device.destroy()"),
    // Whichever comes first: that the GPU is gone, or that a call on it failed.
    codes: ["gpu_lost", "engine_failed"],
    says: /does not answer any more|stopped/,
    then: /^Graphics card/,
  },
  {
    what: "a GPU that is lost for unknown reasons",
    prelude: `
      const lost = new Promise((resolve) => {
        self.fault = () => resolve({ reason: "unknown", message: "the driver was reset" });
      });
      Object.defineProperty(GPUDevice.prototype, "lost", { get: () => lost });`,
    codes: ["gpu_lost"],
    says: /no longer answers/,
    then: /^Graphics card/,
  },
  {
    what: "a GPU whose queue stands still",
    prelude: `
      const { mapAsync } = GPUBuffer.prototype;
      let still = false;
      self.fault = () => { still = true; };
      GPUBuffer.prototype.mapAsync = function (...range) {
        return still ? new Promise(() => {}) : mapAsync.apply(this, range);
      };`,
    codes: ["gpu_stalled"],
    says: /has stalled/,
    then: /^Processor.* The graphics card failed\.$/,
  },
  {
    what: "a GPU that runs out of memory",
    prelude: onDevice(`
      const error = new GPUOutOfMemoryError("no memory is left");
      device.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error }));`),
    codes: ["gpu_out_of_memory"],
    says: /has run out of memory/,
    then: /^Processor.* The graphics card failed\.$/,
  },
];

for (const { what, prelude, codes, says, then } of FAULTS) {
  browserTest(`${what} is told, and training goes on`, {
    minutes: 6, prelude, expected: ENGINE_FAILS,
  }, async ({ page, url }) => {
    await trainUntil(page, url, RUN, 13);
    assert.match(await page.locator("#fact-engine").innerText(), /^Graphics card/);
    await engineWorker(page).evaluate(() => /** @type {any} */ (self).fault());
    assert.match(await untilFailure(page, ...codes), says);
    await goesOn(page);
    assert.match(await page.locator("#fact-engine").innerText(), then);
  });
}

browserTest("a GPU that is lost time and again gives way to the CPU engine", {
  minutes: 6, prelude: FAULTS[1].prelude, expected: ENGINE_FAILS,
}, async ({ page, url }) => {
  await trainUntil(page, url, RUN, 13);
  for (const engine of [/^Graphics card/, /^Processor/]) {
    await engineWorker(page).evaluate(() => /** @type {any} */ (self).fault());
    await untilFailure(page, "gpu_lost");
    await page.locator("#resume").click();
    await page.locator("#failure").waitFor({ state: "hidden" });
    await page.locator('#status[data-phase="training"], #status[data-phase="paused"]').waitFor();
    assert.match(await page.locator("#fact-engine").innerText(), engine);
  }
});

/** A GPU that gives no buffer above a megabyte. */
const SMALL = `
  const { get } = Object.getOwnPropertyDescriptor(GPUDevice.prototype, "limits");
  Object.defineProperty(GPUDevice.prototype, "limits", { get() {
    const limits = {};
    for (const name in GPUSupportedLimits.prototype) limits[name] = get.call(this)[name];
    return { ...limits, maxStorageBufferBindingSize: 1_000_000 };
  } });`;

browserTest("a model too large for the GPU is refused with the numbers", {
  prelude: SMALL,
}, async ({ page, url }) => {
  await open(page, url, { preset: "petit", engine: "webgpu", vocab_size: 2048, steps: 1000 });
  await page.locator("#train").click();
  const sentence = await untilFailure(page, "gpu_too_small");
  const [, asked, most] = sentence.match(/for (\d+)\sMB in one piece, and it gives (\d+) at most/) ?? [];
  // The logits of a batch: 4 × 256 tokens, 2,048 pieces, four bytes each.
  assert.deepEqual([asked, most], ["9", "1"], sentence);
});

browserTest("a model too large for a GPU that nobody asked for is trained on the CPU engine", {
  prelude: `${SMALL}
    const info = { vendor: "acme", architecture: "", device: "", description: "", isFallbackAdapter: false };
    Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });`,
}, async ({ page, url }) => {
  await open(page, url, { preset: "petit", engine: "auto", steps: 1000 });
  await page.locator("#train").click();
  await untilStep(page, 3);
  assert.match(
    await page.locator("#fact-engine").innerText(),
    /^Processor.* The graphics card has too little memory for this model\.$/,
  );
});
