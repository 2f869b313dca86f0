// Trainings that the browser keeps: taken up again they are what they were, bit for bit; several on one
// shelf, in two tabs. (What the browser refuses or deletes: keep_faults.test.mjs.)

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import {
  LITTLE_TEXT,
  PANIC,
  agree,
  chart,
  open,
  panic,
  stepsDone,
  trainUntil,
  typeOwnText,
  untilFailure,
  untilPhase,
  untilStep,
} from "./support/reader.mjs";
import { pauseAndKeep, shelf, untilKept } from "./support/shelf.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** An evaluation, and a checkpoint, every ten steps. */
const NANO = { preset: "nano", engine: "cpu", steps: 200, text: "contes-en" };

/** Those on the shelf, but for that at hand. @param {Page} page */
const notAtHand = (page) => page.locator(".entry[data-id]", { hasNot: page.locator(".at-hand:visible") });

for (const workers of [1, 2]) {
  browserTest(`resumed with ${workers} workers, a training gives the bits of one that never stopped`, {
    minutes: 5,
  }, async ({ page, url }) => {
    agree(page);
    const settings = { ...NANO, workers };
    const finish = async () => {
      await untilPhase(page, "finished");
      await untilKept(page, NANO.steps);
      const [{ hash }] = await shelf(page);
      return hash;
    };
    await open(page, url, settings);
    await page.locator("#train").click();
    const whole = await finish();

    // Paused, the page reloaded, and resumed.
    await page.goto("about:blank");
    await open(page, url, settings);
    await page.locator("#train").click();
    await untilStep(page, 30);
    const paused = await pauseAndKeep(page);
    await page.reload();
    await page.locator("#resume-kept").click();
    await untilPhase(page, "paused");
    assert.equal(await stepsDone(page), paused);
    await page.locator("#train").click();
    assert.equal(await finish(), whole);

    // Left in the middle of a step, without a pause: it goes on by itself.
    await page.goto("about:blank");
    await open(page, url, settings);
    await page.locator("#train").click();
    await untilStep(page, 45);
    await page.locator("#kept-now[data-step]").waitFor();
    await page.reload();
    await page.locator("#resume-kept").click();
    assert.equal(await finish(), whole);
    assert.equal((await chart(page)).points, NANO.steps, "the curve has a gap");
    assert.equal((await shelf(page)).length, 3);
  });
}

browserTest("resumed, all is there: curve, attempts, settings, the best model, and the reader's text", {
  minutes: 3,
}, async ({ page, url }) => {
  agree(page);
  const settings = { ...NANO, text: "own", steps: 300, learning_rate: 0.01, temperature: 0.5 };
  await trainUntil(page, url, settings, 60);
  await page.locator("#prompt").fill("la lune");
  const step = await pauseAndKeep(page);
  const seen = async () => ({
    ...await chart(page),
    step: await page.locator("#fact-step").innerText(),
    loss: await page.locator("#fact-loss").innerText(),
    validation: await page.locator("#fact-validation").innerText(),
    samples: await page.locator("#samples > li").evaluateAll((all) => all.map((one) => one.textContent)),
    parameters: await page.locator("#status").getAttribute("data-parameters"),
    text: await page.locator("#own-text").inputValue(),
    prompt: await page.locator("#prompt").inputValue(),
    temperature: await page.locator("#temperature").inputValue(),
    rate: await page.locator("#learning_rate").inputValue(),
  });
  const before = await seen();
  assert.equal(before.points, step);
  assert(before.samples.length >= 3);

  // As in another visit: nothing of it is in the address.
  await page.goto("about:blank");
  await page.goto(url);
  const line = page.locator("#resume-line");
  await line.waitFor();
  assert.match(await page.locator("#resume-sentence").innerText(), new RegExp(`step ${step},`));
  await page.locator("#resume-kept").click();
  await untilPhase(page, "paused");
  await page.locator("#attention-view, #prompt").first().waitFor();
  await line.waitFor({ state: "hidden" });
  assert.deepEqual(await seen(), before);
  assert(await page.locator("#outdated").innerText() === "", "other settings than those of the model");
  const [{ header }] = await shelf(page);
  assert(header.train.best !== undefined, "there is no best model yet: the test shows nothing");
  await page.locator("#stop").click();
  await untilPhase(page, "stopped");
  await page.locator("#train-chapter").getByText(/further|more steps/).first().waitFor();
});

browserTest("tales go on where they were told, after a panic and from the shelf, as in one piece", {
  minutes: 6, expected: PANIC,
}, async ({ page, url }) => {
  agree(page);
  // A text of stories ends every sixty steps or so: by the checkpoint of step 70 another has begun.
  const settings = { ...NANO, batch_size: 256, steps: 100, workers: 2 };
  /** @param {() => Promise<void>} [interrupt]  goes away from the training and comes back to it */
  const trained = async (interrupt) => {
    await page.goto("about:blank");
    await open(page, url, settings);
    await page.locator("#train").click();
    if (interrupt) {
      await untilStep(page, 75);
      await interrupt();
    }
    await untilPhase(page, "finished");
    await untilKept(page, 100);
    return { loss: (await chart(page)).lastLoss, hash: (await shelf(page))[0].hash };
  };
  const whole = await trained();
  const panicked = await trained(async () => {
    await panic(page);
    await untilFailure(page, "panic");
    await page.locator("#resume").click();
  });
  const left = await trained(async () => {
    await pauseAndKeep(page);
    await page.reload();
    await page.locator("#resume-kept").click();
    await untilPhase(page, "paused");
    await page.locator("#train").click();
  });
  assert.equal(panicked.loss, whole.loss, "other stories are learned, or in another order");
  assert.equal(left.hash, whole.hash, "other stories are learned, or in another order");
});

browserTest("a shelf of several: named, resumed, deleted, and summed up", {
  minutes: 4,
}, async ({ page, url }) => {
  agree(page);
  // Long enough to be under way when its first save comes.
  await open(page, url, { ...NANO, steps: 4_000 });
  await page.locator("#train").click();
  await untilStep(page, 20);
  const first = await pauseAndKeep(page);
  await page.locator(".entry-name").fill("Ada");
  await page.locator(".entry-name").blur();
  await page.locator('.entry[data-id] button[aria-label="Delete…: Ada"]').waitFor();

  // Another in its place: the first stays, and the page says so.
  await page.locator("#restart").click();
  assert.match(await page.locator("#confirm p").innerText(), new RegExp(`at step ${first}\\.`));
  await page.locator("#confirm-lose").click();
  await page.locator(".entry[data-id]").nth(1).waitFor();
  const second = await pauseAndKeep(page);
  await page.locator(".entry[data-id]").nth(1).waitFor();
  assert.match(await page.locator("#kept-total").innerText(), /^2 models, [\d.]+ MB in all\.$/);
  assert.deepEqual((await shelf(page)).map(({ name, step }) => [name, step]), [["", second], ["Ada", first]]);

  const others = notAtHand(page);
  await others.getByText("Resume").click();
  await untilPhase(page, "paused");
  await untilKept(page, first);
  // A save does not undo the name.
  await page.locator("#step").click();
  await untilKept(page, first + 1);
  assert.deepEqual((await shelf(page)).map(({ name }) => name), ["Ada", ""]);

  await others.getByText("Delete…").click();
  await page.locator("#confirm-keep").click();
  assert.equal((await shelf(page)).length, 2, "it is deleted though the reader keeps it");
  await others.getByText("Delete…").click();
  await page.locator("#confirm-lose").click();
  await others.waitFor({ state: "detached" });
  assert.deepEqual((await shelf(page)).map(({ name }) => name), ["Ada"]);

  // That at hand too, which is then not saved any more, until the reader wants it to be.
  await page.locator(".entry[data-id]").getByText("Delete…").click();
  await page.locator("#confirm-lose").click();
  await page.locator("#kept-now", { hasText: "no longer kept" }).waitFor();
  await page.locator("#step").click();
  await untilStep(page, first + 2);
  await page.waitForTimeout(500);
  assert.deepEqual(await shelf(page), []);
  await page.locator("#keep-again").click();
  await untilKept(page, first + 2);
  assert.equal((await shelf(page)).length, 1);
});

browserTest("forgotten on the next visit, it is gone, and not offered again", {}, async ({ page, url }) => {
  agree(page);
  await open(page, url, NANO);
  await page.locator("#step").click();
  await untilKept(page, 1);
  await page.reload();
  await page.locator("#forget-kept").click();
  await page.locator("#confirm-lose").click();
  await page.locator("#resume-line").waitFor({ state: "hidden" });
  assert.deepEqual(await shelf(page), []);
  await page.reload();
  await page.locator("#train").waitFor();
  await page.mouse.move(50, 50);
  await page.locator("#kept-now", { hasText: "No model" }).waitFor();
  assert(await page.locator("#resume-line").isHidden());
});

browserTest("two tabs on one shelf lose nothing", { minutes: 4 }, async ({ page, url }) => {
  agree(page);
  await open(page, url, NANO);
  await page.locator("#train").click();
  await untilStep(page, 20);
  const step = await pauseAndKeep(page);

  const other = await page.context().newPage();
  await other.goto(url);
  // It is open in the first tab, and stays there.
  await other.locator("#forget-kept").click();
  await other.locator("#confirm-lose").click();
  await untilFailure(other, "shelf_in_use");
  await other.locator("#dismiss-failure").click();
  assert.equal((await shelf(other)).length, 1);

  // Both go on: the second with a copy.
  await other.locator("#resume-kept").click();
  await untilPhase(other, "paused");
  await other.locator("#step").click();
  await untilStep(other, step + 1);
  await other.locator("#kept-now", { hasText: "copy" }).waitFor();
  await page.locator("#step").click();
  await untilStep(page, step + 1);
  await page.locator("#step").click();
  await untilKept(page, step + 2);
  const kept = await shelf(page);
  assert.deepEqual(kept.map(({ step }) => step).sort(), [step + 1, step + 2]);
  // The first tab has seen what the second has done.
  await page.locator(".entry[data-id]").nth(1).waitFor();

  // A tab that has ended has nothing.
  await page.close();
  await notAtHand(other).getByText("Delete…").click();
  await other.locator("#confirm-lose").click();
  await other.locator(".entry[data-id]").nth(1).waitFor({ state: "detached" });
  assert.equal((await shelf(other)).length, 1);
});

browserTest("a text that is not to be kept is not, and the model waits for it", {
  minutes: 3,
}, async ({ page, url }) => {
  agree(page);
  await trainUntil(page, url, { ...NANO, text: "own" }, 20);
  const step = await pauseAndKeep(page);
  assert.deepEqual((await shelf(page))[0].documents, [LITTLE_TEXT]);
  await page.locator("#keep-text").uncheck();
  await page.locator(".entry[data-id]", { hasText: "to be given again" }).waitFor();
  const [kept] = await shelf(page);
  assert.deepEqual([kept.documents, kept.step], [null, step]);

  await page.reload();
  await page.locator("#resume-kept").click();
  assert.match(await untilFailure(page, "text_not_kept"), /Un petit train/);
  assert.equal(await page.locator("#status").getAttribute("data-phase"), "idle");
  await typeOwnText(page, LITTLE_TEXT);
  await page.locator("#resume-kept").click();
  await untilPhase(page, "paused");
  await page.locator("#step").click();
  await untilKept(page, step + 1);
  assert.deepEqual((await shelf(page)).map(({ documents }) => documents), [null], "the choice was forgotten");
});

browserTest("a page that is hidden is kept as it is, while it trains", { minutes: 3 }, async (test) => {
  const { page, url } = test;
  agree(page);
  // No evaluation, and so no checkpoint, within the first thousand steps.
  await open(page, url, { ...NANO, steps: 40_000 });
  await page.locator("#train").click();
  await untilStep(page, 20);
  assert.deepEqual(await shelf(page), []);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.locator("#kept-now[data-step]").waitFor();
  await untilPhase(page, "training");
  const [kept] = await shelf(page);
  assert(kept.step >= 20 && kept.shown === kept.step, JSON.stringify({ ...kept, header: 0 }));
});

browserTest("an engine that dies is taken up again in its own place on the shelf", {
  minutes: 3, expected: PANIC,
}, async ({ page, url }) => {
  agree(page);
  await open(page, url, NANO);
  await page.locator("#train").click();
  await untilStep(page, 30);
  await page.locator("#kept-now[data-step]").waitFor();
  await panic(page);
  await untilFailure(page, "panic");
  await page.locator("#resume").click();
  await untilPhase(page, "finished");
  await untilKept(page, NANO.steps);
  assert.deepEqual((await shelf(page)).map(({ step }) => step), [NANO.steps]);
});
