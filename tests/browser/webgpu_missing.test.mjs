// Where WebGPU is missing or fails, the CPU engine takes over and the page says why.

import assert from "node:assert/strict";
import { ENGINE_FAILS, browserTest } from "./support/browser_test.mjs";
import { open, untilStep } from "./support/reader.mjs";

const CASES = [
  {
    what: "a browser without WebGPU",
    prelude: 'Object.defineProperty(WorkerNavigator.prototype, "gpu", { value: undefined });',
    says: "This browser has no WebGPU.",
  },
  {
    what: "no adapter",
    prelude: "GPU.prototype.requestAdapter = async () => null;",
    says: "No usable graphics card.",
  },
  {
    what: "an adapter without timestamp queries",
    prelude:
      'Object.defineProperty(GPUAdapter.prototype, "features", { value: new Set(["depth-clip-control"]) });',
    says: "The graphics card cannot time itself, which we need.",
  },
  {
    what: "a GPU that does not start",
    prelude: `GPUAdapter.prototype.requestDevice = async () => {
      throw new DOMException("out of order", "OperationError");
    };`,
    says: "The graphics card failed.",
  },
  {
    what: "a GPU without memory",
    prelude: `
      const { createBuffer } = GPUDevice.prototype;
      GPUDevice.prototype.createBuffer = function (descriptor) {
        const error = new GPUOutOfMemoryError("no memory is left");
        setTimeout(() => this.dispatchEvent(new GPUUncapturedErrorEvent("uncapturederror", { error })));
        return createBuffer.call(this, descriptor);
      };`,
    says: "The graphics card failed.",
  },
];

for (const { what, prelude, says } of CASES) {
  // Only a GPU that fails has something to say.
  const expected = says === "The graphics card failed." ? ENGINE_FAILS : undefined;
  browserTest(`${what}: the CPU engine takes over`, { prelude, expected }, async ({ page, url }) => {
    await open(page, url, { preset: "nano", engine: "webgpu", steps: 1000 });
    await page.locator("#train").click();
    await untilStep(page, 3);
    assert.match(await page.locator("#fact-engine").innerText(), onProcessor(says));
    assert(await page.locator("#failure").isHidden(), "a failure is told although nothing is lost");
  });
}

browserTest("a GPU that is only played by the processor is not chosen by itself",
  {}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "auto", steps: 1000 });
  await page.locator("#train").click();
  await untilStep(page, 3);
  assert.match(
    await page.locator("#fact-engine").innerText(),
    onProcessor("The graphics card is only imitated by the processor."),
  );
});

/**
 * What the page says of the CPU engine, on one core or on several.
 * @param {string} reason
 */
function onProcessor(reason) {
  return new RegExp(`^Processor(, \\d\\scores together)?\\. ${reason.replaceAll(".", "\\.")}$`);
}
