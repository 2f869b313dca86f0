// An engine that dies takes nothing of the reader's with it, and never the page.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { chart, open, typeOwnText, untilFailure, untilPhase, untilStep } from "./support/reader.mjs";

const TEXT = "Un petit train roule dans la neige, et la lune le regarde passer.\n".repeat(60);
const ENDLESS = { preset: "nano", engine: "cpu", steps: 100_000 };

/**
 * The newest engine worker; those beside it are its helpers.
 * @param {import("playwright-core").Page} page
 */
function engineWorker(page) {
  const worker = page.workers().findLast((candidate) => candidate.url().endsWith("/worker.js"));
  assert(worker, "no engine worker");
  return worker;
}

/**
 * What the reader made is still there, the page still answers, and a fresh start trains again.
 * @param {import("playwright-core").Page} page
 * @param {number} points  of the curve before the failure
 */
async function recovers(page, points) {
  assert((await chart(page)).points >= points, "the curve is gone");
  assert(await page.locator("#samples li").count() > 0, "the samples are gone");
  assert.equal(await page.locator("#own-text").inputValue(), TEXT);
  await page.getByRole("button", { name: "Start afresh" }).click();
  await untilPhase(page, "training");
  await untilStep(page, 3);
  assert(await page.locator("#failure").isHidden(), "the failure is still told");
}

browserTest("a panic in mid-training is told, and training starts afresh", { minutes: 3 }, async ({ page, url, complaints }) => {
  await open(page, url, ENDLESS);
  await typeOwnText(page, TEXT);
  await page.locator("#train").click();
  await untilStep(page, 15);
  const { points } = await chart(page);
  await engineWorker(page).evaluate(() => {
    self.dispatchEvent(new MessageEvent("message", { data: { type: "panic", run: 0 } }));
  });
  await untilFailure(page, "panic");
  assert(complaints.some((complaint) => complaint.includes("a panic on purpose")), "the console does not tell of the panic");
  complaints.length = 0;
  await recovers(page, points);
});

browserTest("a worker that falls silent is told, and training starts afresh", { minutes: 4 }, async ({ page, url }) => {
  await open(page, url, ENDLESS);
  await typeOwnText(page, TEXT);
  await page.locator("#train").click();
  await untilStep(page, 15);
  const { points } = await chart(page);
  // For ever, in the middle of whatever it does.
  await engineWorker(page).evaluate(() => { setTimeout(() => { for (;;); }); });
  await untilFailure(page, "worker_died");
  await recovers(page, points);
});

browserTest("a GPU lost in mid-training is told, and training starts afresh", {
  minutes: 6,
  prelude: `
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      return self.gpuDevice = await requestDevice.apply(this, options);
    };`,
}, async ({ page, url, complaints }) => {
  await open(page, url, { ...ENDLESS, engine: "webgpu", batch_size: 1 });
  await typeOwnText(page, TEXT);
  await page.locator("#train").click();
  await untilStep(page, 2);
  const { points } = await chart(page);
  await engineWorker(page).evaluate(() => /** @type {any} */ (self).gpuDevice.destroy());
  // Whichever comes first: that the GPU is gone, or that a call on it failed.
  await untilFailure(page, "gpu_lost", "engine_failed");
  complaints.length = 0; // The engine may tell the console how its calls failed.
  await recovers(page, points);
});
