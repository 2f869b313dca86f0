// The chapter "Take the robot apart": what is off costs what a model without it costs, and what is put back
// is as if nothing had been.

import assert from "node:assert/strict";
import { BLANK, browserTest } from "./support/browser_test.mjs";
import { LITTLE_TEXT, open, parameters, trainUntil, untilPhase } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SETTINGS = { preset: "nano", engine: "cpu", steps: 60, lang: "en" };

/**
 * Trains to the end and comes to the chapter.
 * @param {Page} page
 * @param {string} url
 */
async function comeToTheMachine(page, url) {
  await trainUntil(page, url, SETTINGS, 60);
  await untilPhase(page, "finished");
  await page.mouse.move(100, 100);
  await page.locator("#machine").scrollIntoViewIfNeeded();
  await settled(page, "dismantle-machine");
}

/**
 * Waits until what an element of the chapter shows does not change any more.
 * @param {Page} page
 * @param {string} element
 */
async function settled(page, element) {
  await page.locator(`${element} .changed .bits[data-bits]`).waitFor();
  let before = "";
  for (;;) {
    const now = JSON.stringify(await outcome(page, element));
    if (now === before) return;
    before = now;
    await page.waitForTimeout(250);
  }
}

/**
 * What the altered model of an element says.
 * @param {Page} page
 * @param {string} element
 * @param {"changed"|"paper"} which  `paper`: the whole model's
 */
async function outcome(page, element, which = "changed") {
  const box = page.locator(`${element} .outcome.${which}`).first();
  return {
    bits: Number(await box.locator(".bits").getAttribute("data-bits")),
    next: await box.locator(".next-bars").innerText(),
    text: await box.locator(".continuation").textContent(),
  };
}

browserTest("a part that is off is missed, and Undo brings back the same loss and text", {
  minutes: 3,
}, async ({ page, url }) => {
  await comeToTheMachine(page, url);
  const element = "dismantle-machine";
  const before = await outcome(page, element);
  assert.deepEqual(before, await outcome(page, element, "paper"), "something is off already");
  assert(before.bits > 0 && before.text !== "");

  const mlp = page.locator('#machine [data-part="mlp 1"]');
  await mlp.click();
  assert.equal(await mlp.getAttribute("aria-checked"), "false");
  await page.locator("#dismantle-told", { hasText: /Without the MLP of layer 2/ }).waitFor();
  const without = await outcome(page, element);
  assert(without.bits > before.bits, `${without.bits} bits without it, ${before.bits} with it`);
  assert.deepEqual(await outcome(page, element, "paper"), before, "the whole model has changed");

  // By keyboard alone: the arrows lead from part to part, Space switches.
  await mlp.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await page.locator("#dismantle-told", { hasText: /these 2 parts/ }).waitFor();
  assert.equal(await page.locator('#machine [data-part="head 1 3"]').getAttribute("aria-checked"), "false");

  for (const told of [/Without the MLP of layer 2/, /Everything is on/]) {
    await page.locator("#dismantle-undo").click();
    await page.locator("#dismantle-told", { hasText: told }).waitFor();
  }
  assert.deepEqual(await outcome(page, element), before);
  assert.equal(await page.locator("#dismantle-undo").getAttribute("aria-disabled"), "true");

  // The bill is that of the parameters that the page shows.
  await page.locator("#bill-items").scrollIntoViewIfNeeded();
  const counts = page.locator("#bill-items dd");
  await counts.first().waitFor();
  const items = await counts.evaluateAll((all) => all.map((item) => Number(item.dataset.count)));
  const sum = items.reduce((total, count) => total + count, 0);
  assert.equal(sum, await parameters(page));
  assert.equal(await page.locator("#bill-total").getAttribute("data-count"), String(sum));

  // A text of the reader's own; one that the model cannot read is told of, and changes nothing.
  const field = page.locator("#dismantle-text");
  await field.fill("Un petit Ω");
  await page.locator("dismantle-machine .problem", { hasText: /Ω/ }).waitFor();
  assert.deepEqual(await outcome(page, element), before);
  await field.fill("Un petit train roule");
  await page.locator("dismantle-machine .problem", { hasText: /^$/ }).waitFor({ state: "attached" });
  await settled(page, element);
  assert.notDeepEqual(await outcome(page, element), before);
});

browserTest("each cause, one number and a direction are what the machine says without, or with, them", {
  minutes: 3,
}, async ({ page, url }) => {
  await comeToTheMachine(page, url);
  await page.locator("#dismantle-text").fill("Un petit train");
  await page.locator("#cause-tokens").scrollIntoViewIfNeeded();
  const tokens = page.locator("#cause-tokens button");
  await page.waitForFunction(() => document.querySelectorAll("#cause-tokens .by-model").length > 5);
  await tokens.nth(13).click();
  const said = page.locator('#causes-said[data-position="13"]');
  await said.waitFor();
  assert.match(await said.innerText(), /“.*n.*” was .*% likely/);
  // Of a nano every pair is tried as well.
  await page.locator('#causes-said[data-pairs="45"]').waitFor();
  assert.equal(await page.locator(".graph-node").count(), 10);
  assert.equal(await page.locator("#lens-table tbody tr").count(), 3);
  const lens = await page.locator("#lens-table tbody tr").last().getAttribute("data-probability");
  const [, chance] = (await said.innerText()).match(/was (\d+)% likely/) ?? [];
  assert.equal(Math.round(Number(lens) * 100), Number(chance), "the last layer says what the model says");

  const number = "dismantle-number";
  await page.locator("#number-value").scrollIntoViewIfNeeded();
  await settled(page, number);
  const before = await outcome(page, number);
  await page.locator("#number-break").click();
  await page.locator(`${number} .outcomes[data-value]`).waitFor();
  await settled(page, number);
  const broken = await outcome(page, number);
  assert.notEqual(broken.bits, before.bits);
  await page.locator("#number-back").click();
  await page.locator(`${number} .outcomes:not([data-value])`).waitFor();
  assert.deepEqual(await outcome(page, number), before);

  const direction = "dismantle-direction";
  await page.locator("#direction-toward").fill("la lune");
  await page.locator("#direction-away").fill("la neige");
  const slider = page.locator("#direction-strength");
  await slider.scrollIntoViewIfNeeded();
  await settled(page, direction);
  const straight = await outcome(page, direction);
  assert.equal(straight.bits, before.bits);
  await slider.fill("3");
  await page.locator(`${direction} .outcomes[data-strength="3"]`).waitFor();
  assert.notEqual((await outcome(page, direction)).bits, straight.bits);
  await slider.fill("0");
  await page.locator(`${direction} .outcomes[data-strength="0"]`).waitFor();
  assert.deepEqual(await outcome(page, direction), straight);
});

browserTest("a model that has learned nothing can be opened, and no part of it matters yet", {
  viewport: { width: 320, height: 800 },
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await page.mouse.move(100, 100);
  await page.locator("#open-hood").click();
  await page.locator("dismantle-machine .bits[data-bits]").first().waitFor();
  await page.locator('#machine [data-part="layer 0"]').click();
  await page.locator("#dismantle-told", { hasText: /layer 1 hardly anything changes/ }).waitFor();
  await page.locator("#cause-tokens").scrollIntoViewIfNeeded();
  await page.locator("#causes-said", { hasText: /No part has anything to do with it/ }).waitFor();
  await page.locator("#number-value").scrollIntoViewIfNeeded();
  await page.locator("#number-said[data-row]").waitFor();
  const [needed, wide] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert(needed <= wide, `${needed} pixels, of ${wide}`);
});

browserTest("what is asked of a model in training does not reach it", {}, async ({ page, url }) => {
  await page.goto(url + BLANK);
  const { isUntouched, causes, single, log_prob } = await page.evaluate(async (text) => {
    const { Training } = await import(`${location.href.replace(/[^/]*$/, "")}api/index.js`);
    const read = "Un petit train roule";
    const train = async (/** @type {(model: any) => Promise<void>} */ ask) => {
      const training = await Training.create({
        text, model: "nano", train: { steps: 30 }, seed: 3, engine: "cpu", workers: 1,
      });
      for await (const { step } of training.run()) if (step % 10 === 0) await ask(training.model);
      const bytes = new Uint8Array(await (await training.save()).arrayBuffer());
      return { training, bytes };
    };
    const asked = await train(async (model) => {
      const off = { heads: [{ layer: 0, head: 1 }], without_positions: true };
      await model.consequences(read, [off], { length: 9 });
      await model.causes(read, 5, { pairs: true });
    });
    const untouched = await train(async () => {});
    const { model } = asked.training;
    const { parts, log_prob } = await model.causes(read, 12);
    const off = parts.map((/** @type {any} */ { layer, head }) => (
      head === null ? { mlps: [layer] } : { heads: [{ layer, head }] }));
    const answers = await model.consequences(read, [{}, ...off]);
    for (const { training } of [asked, untouched]) training.close();
    return {
      isUntouched: asked.bytes.join() === untouched.bytes.join(),
      causes: parts.map((/** @type {any} */ part) => part.log_prob),
      single: answers.map((/** @type {any} */ answer) => answer.log_probs[11]),
      log_prob,
    };
  }, LITTLE_TEXT);
  assert(isUntouched, "the checkpoints differ");
  assert.equal(causes.length, 10);
  [log_prob, ...causes].forEach((cause, index) => (
    assert(Math.abs(cause - single[index]) < 1e-4, `${index}: ${cause} in turn, ${single[index]} alone`)));
  assert(causes.some((/** @type {number} */ cause) => Math.abs(cause - log_prob) > 0.05), "no part matters");
});
