// The whole path of a reader, on the CPU engine.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import {
  chart,
  open,
  parameters,
  stepsDone,
  typeOwnText,
  untilPhase,
  untilStep,
  write,
} from "./support/reader.mjs";

browserTest("a reader trains on the tales, reads what is written, and sees who attends to whom", {
  minutes: 4,
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 150 });
  await page.getByRole("button", { name: "Train", exact: true }).click();

  await untilStep(page, 1);
  const forecast = Number((await page.locator("#parameters").innerText()).replace(/\D/g, ""));
  assert.equal(forecast, await parameters(page));
  const first = await chart(page);
  const symbols = await page.locator("#text-facts dd").last().innerText();
  const chance = Math.log(Number(symbols.replace(/\D/g, "")));
  assert(Math.abs(first.lastLoss - chance) < 0.5 * chance, `first loss ${first.lastLoss}, chance ${chance}`);

  await untilPhase(page, "finished");
  const last = await chart(page);
  assert.equal(last.points, 150);
  assert(last.lastLoss < 0.8 * chance, `last loss ${last.lastLoss}, chance ${chance}`);

  await page.locator('#samples > li[data-step="150"]').waitFor();
  const steps = await page
    .locator("#samples > li")
    .evaluateAll((items) => items.map((item) => Number(item.dataset.step)));
  assert.deepEqual(steps, [150, 100, 30, 10, 0]);
  // A model may end a text early: of some of these it does not.
  const samples = await page.locator("#samples > li > .ticket-body > .ticket-text").allInnerTexts();
  assert.equal(samples.length, 5);
  assert(samples.filter((text) => text.length > 20).length >= 3, samples.join("\n"));

  await page.locator("#length").fill("80");
  const text = await write(page, "The cat");
  assert(text.startsWith("The cat"), text);
  assert.equal([...text].length, "The cat".length + 80);

  await page.locator("#look").fill("The cat sat.");
  await page.locator("#inspect").click();
  const matrix = page.locator('#attention-matrix[data-tokens="12"]');
  await matrix.waitFor();
  await matrix.focus();
  const before = await page.locator("#attention-value").innerText();
  await page.keyboard.press("ArrowUp");
  assert.notEqual(await page.locator("#attention-value").innerText(), before);
  await page.locator("#heads").getByRole("radio", { name: "Layer 2, head 3" }).click();
  assert.equal(await matrix.getAttribute("data-layer"), "2");
  assert.equal(await matrix.getAttribute("data-head"), "3");
});

browserTest("a text of the reader's own is paused, stepped, continued, stopped and started over", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 5000 });
  await typeOwnText(
    page,
    "Une souris verte qui courait dans l'herbe. Ça alors, dit l'ourse 🐻 !\n".repeat(40),
  );
  await page.locator("#train").click();
  await untilStep(page, 20);

  await page.getByRole("button", { name: "Pause" }).click();
  await untilPhase(page, "paused");
  const paused = await stepsDone(page);
  await page.locator("#step").click();
  await untilStep(page, paused + 1);
  await untilPhase(page, "paused");
  assert.equal(await stepsDone(page), paused + 1);

  await page.getByRole("button", { name: "Continue" }).click();
  await untilStep(page, paused + 10);
  await write(page, "Une souris");
  await page.locator("#stop").click();
  await untilPhase(page, "stopped");

  await page.locator("#restart").click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep this model" }).click();
  await untilPhase(page, "stopped");
  await page.locator("#restart").click();
  await page.getByRole("dialog").getByRole("button", { name: "Start over" }).click();
  await untilPhase(page, "training");
  await untilStep(page, 1);
  assert((await chart(page)).points < paused, "the curve of the first training is still there");
});

browserTest("the same seed, on as many cores, makes the same journey", {
  minutes: 3,
}, async ({ page, url }) => {
  const settings = { preset: "nano", engine: "cpu", steps: 20, seed: 7, workers: 2, text: "contes-fr" };
  /** @type {number[]} */
  const losses = [];
  for (let run = 0; run < 2; run++) {
    await page.goto("about:blank");
    await open(page, url, settings);
    await page.locator("#train").click();
    await untilPhase(page, "finished");
    assert.match(await page.locator("#fact-engine").innerText(), /^Processor, 2\scores together\./);
    losses.push((await chart(page)).lastLoss);
  }
  assert.equal(losses[0], losses[1]);
});

browserTest("pieces of words are learned from the text and trained on", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, {
    preset: "nano",
    engine: "cpu",
    steps: 30,
    tokenizer: "bpe",
    vocab_size: 512,
    text: "contes-fr",
  });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const text = await write(page, "Le chat noir");
  assert(text.startsWith("Le chat noir") && text.length > "Le chat noir".length, text);
});
