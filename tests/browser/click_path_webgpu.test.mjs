// The same path on the WebGPU engine, with a GPU that the processor plays: it is slow, so the run is short.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { chart, open, untilPhase, untilStep, write } from "./support/reader.mjs";

browserTest("a reader trains and writes on WebGPU", { minutes: 8 }, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "webgpu", steps: 12, batch_size: 2, length: 8 });
  await page.locator("#train").click();
  await untilStep(page, 1);
  const first = await chart(page);
  assert.match(await page.locator("#fact-engine").innerText(), /^Graphics card/);

  await untilPhase(page, "finished");
  const last = await chart(page);
  assert.equal(last.points, 12);
  assert(last.lastLoss < first.lastLoss, `loss ${first.lastLoss} then ${last.lastLoss}`);

  const text = await write(page, "The cat");
  assert.equal([...text].length, "The cat".length + 8);
  await page.locator("#look").fill("The cat");
  await page.locator("#inspect").click();
  await page.locator('#attention-matrix[data-tokens="7"]').waitFor({ timeout: 60_000 });
});
