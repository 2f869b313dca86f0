// A training on the WebGPU engine that is left and taken up again, with a GPU that the processor plays.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { agree, chart, open, untilPhase, untilStep } from "./support/reader.mjs";
import { pauseAndKeep, shelf, untilKept } from "./support/shelf.mjs";

/** Between two runs on one GPU, in nats: it may sum in another order. */
const TOLERANCE = 1e-3;

browserTest("on WebGPU a training that is resumed comes to the loss of one that never stopped", {
  minutes: 8,
}, async ({ page, url }) => {
  agree(page);
  const settings = { preset: "nano", engine: "webgpu", steps: 12, batch_size: 2, text: "contes-en" };
  /** @type {number[]} */
  const losses = [];
  for (const isLeft of [false, true]) {
    await page.goto("about:blank");
    await open(page, url, settings);
    await page.locator("#train").click();
    if (isLeft) {
      await untilStep(page, 4);
      await pauseAndKeep(page);
      await page.reload();
      await page.locator("#resume-kept").click();
      await untilPhase(page, "paused");
      assert.match(await page.locator("#fact-engine").innerText(), /^Graphics card/);
      await page.locator("#train").click();
    }
    await untilPhase(page, "finished");
    await untilKept(page, settings.steps);
    const { points, lastLoss } = await chart(page);
    assert.equal(points, settings.steps);
    losses.push(lastLoss);
  }
  assert(Math.abs(losses[1] - losses[0]) <= TOLERANCE, `${losses}`);
  assert.deepEqual((await shelf(page)).map(({ step }) => step), [12, 12]);
});
