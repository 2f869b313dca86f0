// An engine that dies takes nothing of the reader's with it, and never the page. (A GPU's faults:
// gpu_faults.test.mjs.)

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import {
  LITTLE_TEXT,
  PANIC,
  chart,
  engineWorker,
  goesOn,
  open,
  panic,
  trainUntil,
  typeOwnText,
  untilFailure,
  untilPhase,
  untilStep,
  write,
} from "./support/reader.mjs";

/** A checkpoint every hundred steps. */
const LONG = { preset: "nano", engine: "cpu", steps: 4_000 };

browserTest("a panic in mid-training is told, and training goes on from the last checkpoint", {
  minutes: 3, expected: PANIC,
}, async ({ page, url, complaints }) => {
  await trainUntil(page, url, LONG, 150);
  await panic(page);
  await untilFailure(page, "panic");
  assert(
    complaints.some((complaint) => complaint.includes("a panic on purpose")),
    "the console does not tell of the panic",
  );
  await goesOn(page);
});

browserTest("a worker that falls silent is told, and training goes on from the last checkpoint", {
  minutes: 4,
}, async ({ page, url }) => {
  await trainUntil(page, url, LONG, 150);
  // For ever, in the middle of whatever it does.
  await engineWorker(page).evaluate(() => { setTimeout(() => { for (;;); }); });
  await untilFailure(page, "worker_died");
  await goesOn(page);
});

browserTest("an engine lost before the first checkpoint is told, and training starts afresh", {
  minutes: 3, expected: PANIC,
}, async ({ page, url }) => {
  await trainUntil(page, url, { ...LONG, steps: 100_000 }, 15);
  const { points } = await chart(page);
  await panic(page);
  assert.match(await untilFailure(page, "panic"), /Start afresh to go on\.$/);
  assert(await page.locator("#resume").isHidden(), "there is nothing to go on from");
  assert((await chart(page)).points >= points, "the curve is gone");
  await page.getByRole("button", { name: "Start afresh" }).click();
  await untilPhase(page, "training");
  await untilStep(page, 3);
  assert(await page.locator("#failure").isHidden(), "the failure is still told");
});

browserTest("a model that is lost after its training can write again", {
  minutes: 3, expected: PANIC,
}, async ({ page, url }) => {
  await open(page, url, { ...LONG, steps: 200 });
  await typeOwnText(page, LITTLE_TEXT);
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const text = await write(page, "Un petit");
  await write(page, "la lune");
  await panic(page);
  await untilFailure(page, "panic");
  // The written text is that of before until another begins.
  await page.locator("#prompt").fill("Un petit");
  await page.locator("#generate").click();
  await page.locator("#written", { hasText: /^Un petit/ }).waitFor();
  await page.locator('#written[data-done="true"]').waitFor();
  assert.equal(await page.locator("#written").textContent(), text, "another model writes");
  await untilPhase(page, "finished");
});

browserTest("a run goes on as it was made, whatever has been chosen since", {
  minutes: 3, expected: PANIC,
}, async ({ page, url }) => {
  await trainUntil(page, url, LONG, 150);
  await panic(page);
  await untilFailure(page, "panic");
  await page.locator('input[name="preset"][value="petit"]').check();
  await goesOn(page);
  assert.match(await page.locator("#fact-step").innerText(), /of 4,000$/);
  await page.locator("#outdated", { hasText: "next departure" }).waitFor();
});
