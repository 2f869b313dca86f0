// A training is never lost by a choice, a refusal or a slip; it can go further, and either of its models can
// be had.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import {
  chart,
  open,
  stepsDone,
  trainUntil,
  typeOwnText,
  untilFailure,
  untilPhase,
  untilStep,
  write,
} from "./support/reader.mjs";

const NANO = { preset: "nano", engine: "cpu", steps: 5_000 };

browserTest("a choice that is made while the engine loads leaves the training alone",
  {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await page.locator("#options summary").click();
  await page.locator("#train").click();
  await page.locator("#seed").fill("7");
  await page.locator("#seed").blur();
  await untilStep(page, 20);
  await page.locator("#outdated", { hasText: "next departure" }).waitFor();
  await untilPhase(page, "training");
});

browserTest("leaving asks while a model or a text of one's own would be lost, and not before",
  {}, async ({ page, url }) => {
  let asked = 0;
  page.on("dialog", (dialog) => {
    asked += dialog.type() === "beforeunload" ? 1 : 0;
    dialog.accept();
  });
  await open(page, url, NANO);
  // Browsers ask only those who have done something.
  await page.locator("#options summary").click();
  await page.reload();
  assert.equal(asked, 0, "nothing would have been lost");
  await typeOwnText(page, "Dear diary");
  // The page notices what is typed in its next frame.
  await page.evaluate(
    () => new Promise((noticed) => requestAnimationFrame(() => requestAnimationFrame(noticed))),
  );
  await page.reload();
  assert.equal(asked, 1);
  await page.locator('input[name="text"][value="contes-en"]').check();
  await page.locator("#train").click();
  await untilStep(page, 5);
  await page.goto("about:blank");
  assert.equal(asked, 2);
});

browserTest("a model that cannot be made takes nothing from the one at hand", {}, async ({ page, url }) => {
  await trainUntil(page, url, NANO, 10);
  await page.locator("#stop").click();
  await untilPhase(page, "stopped");
  const { points } = await chart(page);
  await typeOwnText(page, "aaaa");
  await page.locator("#restart").click();
  await page.locator("#confirm-lose").click();
  await untilFailure(page, "text_too_uniform");
  assert(
    await page.locator("#start-afresh").isHidden(),
    "a model is there, and the page offers to replace it",
  );
  await untilPhase(page, "stopped");
  assert.equal((await chart(page)).points, points);
  assert.match(await write(page, "Un petit"), /^Un petit./);
});

browserTest("a failure is dismissed by Escape, and the focus goes back to where it was",
  {}, async ({ page, url }) => {
  await open(page, url, NANO);
  await typeOwnText(page, "aaaa");
  await page.locator("#train").click();
  await untilFailure(page, "text_too_uniform");
  await page.locator("#prompt").focus();
  await page.locator("#dismiss-failure").focus();
  await page.keyboard.press("Escape");
  await page.locator("#failure").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "prompt");
});

browserTest("a training that has ended, or was stopped, goes further", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 30, further_steps: 20 });
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const { points } = await chart(page);
  await page.getByRole("button", { name: "20 more steps" }).click();
  await untilStep(page, 31);
  await untilPhase(page, "finished");
  assert.deepEqual([await stepsDone(page), (await chart(page)).points], [50, points + 20]);
  assert.match(await page.locator("#fact-step").innerText(), /^50 of 50$/);

  await page.locator("#further_steps").fill("2000");
  await page.locator("#further_steps").blur();
  await page.getByRole("button", { name: "2,000 more steps" }).click();
  await untilStep(page, 60);
  await page.locator("#stop").click();
  await untilPhase(page, "stopped");
  const stopped = await stepsDone(page);
  await page.locator("#further").click();
  await untilStep(page, stopped + 5);
  await untilPhase(page, "training");
});

browserTest("the best model takes the place of one that knows its text by heart; either can be had", {
  minutes: 3,
}, async ({ page, url }) => {
  // One worker: what is known by heart would differ with the number that is found fastest.
  const settings = { preset: "nano", engine: "cpu", steps: 600, learning_rate: 0.01, temperature: 0 };
  await open(page, url, { ...settings, workers: 1 });
  // Nothing can be learned of words at random but the words, so the rest is learned by heart.
  const words = "chat noir lune train neige petit rouge loup bois pain sel nid pont roue clef vent".split(
    " ",
  );
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const text = Array.from({ length: 500 }, () => words[Math.floor(random() * words.length)]).join(" ");
  await typeOwnText(page, text);
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  const sentence = await page.locator("#status").innerText();
  const [, best] = sentence.match(/at step (\d+) that the model guessed best/) ?? [];
  assert(Number(best) > 0 && Number(best) < 600, sentence);
  const learned = text.slice(0, 200);
  const start = learned.slice(0, 20);
  /** @param {string} written */
  const inCommon = (written) => [...written].findIndex((symbol, index) => symbol !== learned[index]);
  const byBest = inCommon(await write(page, start));
  await page.getByRole("button", { name: "Take the last model instead, that of step 600" }).click();
  await page.getByRole("button", { name: `Go back to the best model, that of step ${best}` }).waitFor();
  const byLast = inCommon(await write(page, start));
  assert(byLast > byBest, `the best model knows ${byBest} characters by heart, the last one ${byLast}`);
});
