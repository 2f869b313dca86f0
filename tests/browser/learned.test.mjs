// When did it learn this?: snapshots that answer without disturbing the training, a passage lit along its
// steps, and counting beside the loss.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";
import { open, untilPhase } from "./support/reader.mjs";

const SETTINGS = { preset: "nano", engine: "cpu", text: "contes-en", steps: 60, workers: 1 };

browserTest("a training whose snapshots are asked is bit for bit the one that is left alone", {
  minutes: 3,
}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const seen = await page.evaluate(async () => {
    const api = "./api/index.js";
    const { Training } = await import(api);
    const text = "The little train goes far. The little cat drinks milk. ".repeat(60);
    const options = { text, model: "nano", train: { steps: 40 }, seed: 3, engine: "cpu", workers: 1 };
    const alone = await Training.create(options);
    for await (const { step } of alone.run()) void step;
    const asked = await Training.create(options);
    const steps = [];
    for await (const { step } of asked.run()) {
      const snapshot = asked.snapshots.at(-1);
      if (step % 7 > 0 || !snapshot) continue;
      const { step: of, attention } = await asked.model.at(snapshot.step).look("The little");
      steps.push([snapshot.step, of, attention.length]);
    }
    const hash = async (/** @type {any} */ training) => {
      const logits = (await training.model.logits("The little train goes")).answer;
      const digest = await crypto.subtle.digest("SHA-256", logits.buffer);
      return [...new Uint8Array(digest)].join();
    };
    const hashes = [await hash(alone), await hash(asked)];
    const last = asked.snapshots.at(-1);
    const near = await asked.model.at(last.step).score("The little train goes", { whole: true });
    const now = await asked.model.score("The little train goes");
    const first = await asked.model.at(0).score("The little train goes");
    const counted = asked.info.parameters;
    const kept = asked.snapshots.map((/** @type {any} */ { step, blob }) => [step, blob.size / counted]);
    alone.close();
    asked.close();
    return { steps, hashes, near, now, first, kept };
  });
  assert(seen.steps.length > 3);
  // Two layers of four heads over ten letters.
  for (const [step, of, cells] of seen.steps) assert.deepEqual([of, cells], [step, 2 * 4 * 10 * 10]);
  assert.equal(seen.hashes[1], seen.hashes[0]);
  assert.deepEqual(seen.kept.map((/** @type {any} */ [step]) => step), [0, 10, 20, 30, 40]);
  for (const [, bytes] of seen.kept) assert(bytes > 1 && bytes < 1.2, `${bytes} bytes a parameter`);
  assert.equal(seen.near.step, 40);
  assert.deepEqual(seen.near.tokens, seen.now.tokens);
  seen.near.log_probs.forEach((/** @type {number} */ log_prob, /** @type {number} */ index) => {
    assert(Math.abs(log_prob - seen.now.log_probs[index]) < 0.1, `${log_prob}, ${seen.now.log_probs[index]}`);
  });
  assert(seen.first.bits_per_token > seen.now.bits_per_token + 1);
});

browserTest("a passage is lit along the steps, and it is said what came first", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  const show = page.locator("#learned-show");
  await page.mouse.move(100, 100);
  await show.scrollIntoViewIfNeeded();
  assert.equal(await show.getAttribute("aria-disabled"), "true", "there is nothing to ask yet");
  await page.locator("#train").click();
  await untilPhase(page, "finished");

  // Counting is a line that the model gets below.
  const chart = page.locator('#loss-chart:not([data-counting=""])');
  await chart.waitFor();
  const counting = (await chart.getAttribute("data-counting") ?? "").split(" ").map(Number);
  const [singles, pairs, triples] = counting;
  assert(4 > singles && singles > pairs && pairs > triples && triples > 0.5, `${counting}`);
  await page.locator("#chart-beaten", { hasText: /counting one by one \(since step\s\d+\)/ }).waitFor();
  const sentence = /nats per character\. .* That is [\d.]+ bits a character\./;
  await page.locator("#chart-value", { hasText: sentence }).waitFor();

  await show.scrollIntoViewIfNeeded();
  const text = page.locator("#learned-text");
  await page.waitForFunction(() => /\w+ \w+/.test(
    /** @type {HTMLTextAreaElement} */ (document.getElementById("learned-text")).value));
  const passage = await text.inputValue();
  await show.click();
  const lit = page.locator(".learned-passage[data-lit]");
  await lit.waitFor();
  assert.equal((await lit.innerText()).replace("↵", ""), passage);
  await page.locator("#learned-order", { hasText: /^First .* \(step \d+\)/ }).waitFor();
  // By keyboard to the beginning, where nothing has been learned, and to the end.
  const slider = page.locator("#learned-step");
  await slider.focus();
  await page.keyboard.press("Home");
  assert.equal(await slider.getAttribute("aria-valuetext"), "step 0");
  assert.equal(await lit.getAttribute("data-lit"), "0");
  await page.keyboard.press("End");
  assert.equal(await slider.getAttribute("aria-valuetext"), "step 60");
  const count = Number(await lit.getAttribute("data-lit"));
  assert(count > 20, `${count} are lit`);
  // The table says of each what the colours do.
  await page.locator("learned-when summary").first().click();
  const rows = await page.locator(".learned-table tbody tr").evaluateAll((all) => all.map((row) => [
    row.querySelector("th")?.textContent, row.querySelector("td")?.textContent?.split(" · ").length,
  ]));
  const learned = rows.filter(([step]) => step !== "not learned");
  assert.equal(learned.reduce((sum, [, tokens]) => sum + Number(tokens), 0), count);
  await lit.locator(".lit").first().hover();
  await page.locator("#learned-value", { hasText: /chance at the end, .* half of that from step/ }).waitFor();

  // Another, one of the reader's own, and what the model cannot read.
  await page.locator("#learned-other").click();
  await page.waitForFunction((before) => /** @type {HTMLTextAreaElement} */ (
    document.getElementById("learned-text")).value !== before, passage);
  await text.fill("a");
  await show.click();
  await page.locator("#learned-order", { hasText: "too short" }).waitFor();
  await text.fill("Ω☃");
  await show.click();
  await page.locator("#learned-status", { hasText: "Ω" }).waitFor();
  assert.match(await page.locator("#learned-order").innerText(), /too short/, "what was there has changed");
});
