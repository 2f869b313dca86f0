// The first click: a training without any choice, from the first screen.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { untilPhase, untilStep } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const START = "#start-now";

/**
 * @param {Page} page
 * @param {string} selector
 * @returns {Promise<{top: number, bottom: number}>} in the window
 */
const placeOf = (page, selector) => page.locator(selector).evaluate((element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return { top, bottom };
});

/** Waits until the page stands still with the train at its top. @param {Page} page */
const untilAtTrain = (page) => page.waitForFunction(() => {
  const { top } = /** @type {Element} */ (document.querySelector("train-controls")).getBoundingClientRect();
  return top > -5 && top < 40;
}, undefined, { timeout: 10_000 });

for (const [width, height] of [[1280, 800], [360, 640]]) {
  browserTest(`one click on the first screen of ${width} × ${height} trains, and leads to the train`, {
    viewport: { width, height }, locale: "fr-FR",
  }, async ({ page, url }) => {
    await page.goto(url);
    const start = page.locator(START, { hasText: "Entraîner un petit modèle" });
    await start.waitFor();
    const time = page.locator("#start-time");
    assert.match(await time.innerText(), /^Environ \d.*\u202f; les premiers contes lisibles au bout de \d/);
    const { top } = await placeOf(page, START);
    const { bottom } = await placeOf(page, "#start-time");
    assert(top >= 0 && bottom <= height, `it lies from ${top} to ${bottom}`);
    await start.click();
    await untilAtTrain(page);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "train");
    await untilPhase(page, "training");
    await untilStep(page, 3);
    assert((await placeOf(page, "#status")).bottom <= height, "how it goes is out of sight");
    assert.equal(await time.innerText(), "", "what it will take is said of a training that goes on");
    const ahead = /^Les premiers contes lisibles\u00a0: vers le pas\u00a0\d/;
    await page.locator("#tales-ahead", { hasText: ahead }).waitFor();
    await page.locator("#fact-speed", { hasText: /morceaux\/s, soit/ }).waitFor();
  });
}

browserTest("while a training is there the button only leads to it", {
  reducedMotion: "reduce",
}, async (test) => {
  const { page, url } = test;
  await page.goto(`${url}#preset=nano&engine=cpu&steps=100000`);
  await page.locator(START, { hasText: "Train a small model" }).click();
  await untilStep(page, 2);
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator(START, { hasText: "Go to the train" }).click();
  await untilAtTrain(page);
  await untilPhase(page, "training");
  await page.locator("#train").click();
  await untilPhase(page, "paused");
  const done = await page.locator("#status").getAttribute("data-step");
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator(START).click();
  await untilAtTrain(page);
  await untilPhase(page, "paused");
  assert.equal(await page.locator("#status").getAttribute("data-step"), done);
});

browserTest("with less motion wanted, the way to the train is no ride", {
  reducedMotion: "reduce",
}, async (test) => {
  const { page, url } = test;
  await page.goto(`${url}#preset=nano&engine=cpu`);
  await page.locator(START).waitFor();
  const at = await page.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector("#start-now")).click();
    return /** @type {Element} */ (document.querySelector("train-controls")).getBoundingClientRect().top;
  });
  assert(at < 40, `the train is ${at} px down just after the click`);
});
