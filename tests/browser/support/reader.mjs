// What a reader does with the page, and what they see, in the tests' words.

import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Frame} Frame */

/** Long enough for a slow machine; a test that waits in vain says what for. */
const PATIENCE_MS = 150_000;

/**
 * Opens the page with settings in its address.
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, string | number>} settings
 */
export async function open(page, url, settings = {}) {
  const hash = new URLSearchParams(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  await page.goto(`${url}#${hash}`);
  await page.locator("#train").waitFor();
}

/**
 * Waits until the training is in a phase.
 * @param {Page | Frame} page
 * @param {"training"|"paused"|"stopped"|"finished"|"failed"|"ready"|"idle"} phase
 */
export async function untilPhase(page, phase) {
  await page.locator(`#status[data-phase="${phase}"]`).waitFor({ timeout: PATIENCE_MS });
}

/**
 * Waits until so many steps are done.
 * @param {Page | Frame} page
 * @param {number} step
 */
export async function untilStep(page, step) {
  await page.waitForFunction((wanted) => {
    const status = /** @type {HTMLElement} */ (document.getElementById("status"));
    return Number(status.dataset.step) >= wanted;
  }, step, { timeout: PATIENCE_MS });
}

/** @param {Page | Frame} page */
export async function pause(page) {
  await page.locator("#train").click();
  await untilPhase(page, "paused");
}

/** @param {Page} page  leaving is agreed to */
export const agree = (page) => page.on("dialog", (dialog) => dialog.accept());

/** @param {Page | Frame} page @returns {Promise<number>} steps done */
export async function stepsDone(page) {
  return Number(await page.locator("#status").getAttribute("data-step"));
}

/**
 * What the loss chart shows.
 * @param {Page | Frame} page
 * @returns {Promise<{points: number, lastLoss: number}>}
 */
export async function chart(page) {
  return page.locator("#loss-chart").evaluate((element) => ({
    points: Number(element.dataset.points),
    lastLoss: Number.parseFloat(element.dataset.lastLoss ?? ""),
  }));
}

/**
 * Clicks "Generate" and waits for the whole text.
 * @param {Page | Frame} page
 * @param {string} prompt
 * @returns {Promise<string>} prompt included
 */
export async function write(page, prompt) {
  await page.locator("#prompt").fill(prompt);
  await page.locator("#generate").click();
  const written = page.locator('#written[data-done="true"]');
  await written.waitFor({ timeout: PATIENCE_MS });
  return await written.textContent() ?? "";
}

/**
 * Waits for the sentence about a failure, which must be one of its own and not that for what is unknown.
 * @param {Page | Frame} page
 * @param {string[]} codes  one of these
 * @returns {Promise<string>} the sentence
 */
export async function untilFailure(page, ...codes) {
  const box = page.locator("#failure");
  await box.waitFor({ timeout: PATIENCE_MS });
  const found = await box.getAttribute("data-code") ?? "";
  const sentence = await page.locator("#failure-sentence").innerText();
  const cause = await box.locator("code").textContent();
  assert(
    codes.includes(found),
    `expected the failure ${codes.join(" or ")}, got ${found}: ${sentence} (${cause})`,
  );
  assert.doesNotMatch(sentence, /^$|[{}]|undefined|Something went wrong/);
  return sentence;
}

/** Chooses "My text". @param {Page} page */
export const chooseOwn = (page) => page.locator('input[name="text"][value="own"]').check();

/**
 * Chooses "My text" and gives it files.
 * @param {Page} page
 * @param {{name: string, buffer: Buffer, mimeType?: string}[]} files
 */
export async function giveFiles(page, ...files) {
  await chooseOwn(page);
  await page.locator("#own-files").setInputFiles(files.map((file) => ({ mimeType: "", ...file })));
}

/**
 * Chooses "My text" and types.
 * @param {Page} page
 * @param {string} text
 */
export async function typeOwnText(page, text) {
  await chooseOwn(page);
  await page.locator("#own-text").fill(text);
}

/**
 * Parameters of the model at hand, as its engine counts them: they tell how many symbols its text has.
 * @param {Page | Frame} page
 * @returns {Promise<number>}
 */
export async function parameters(page) {
  return Number(await page.locator("#status").getAttribute("data-parameters"));
}

/** A text to be learned, which says little. */
export const LITTLE_TEXT = "Un petit train roule dans la neige, et la lune le regarde passer.\n".repeat(60);

/**
 * Opens the page and trains on a text of the reader's own.
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, string | number>} settings
 * @param {number} step  that is waited for
 */
export async function trainUntil(page, url, settings, step) {
  await open(page, url, settings);
  await typeOwnText(page, LITTLE_TEXT);
  await page.locator("#train").click();
  await untilStep(page, step);
}

/**
 * Goes on from the last checkpoint: what the reader made is still there, and training goes on beyond it.
 * @param {Page} page
 */
export async function goesOn(page) {
  const ownText = await page.locator("#own-text").inputValue();
  const samples = await page.locator("#samples > li").count();
  assert(samples > 0 && (await chart(page)).points > 0, "the curve or the samples are gone");
  const resume = page.locator("#resume");
  const [, step] = (await resume.innerText()).match(/^Go on from step (\d+)$/) ?? [];
  assert(Number(step) > 0, "there is no checkpoint");
  await resume.click();
  await untilPhase(page, "training");
  // The curve is cut at the checkpoint, and grows on from there.
  await untilStep(page, Number(step) + 3);
  await pause(page);
  assert.equal(
    (await chart(page)).points,
    await stepsDone(page),
    "the curve has a gap, or steps that were not taken",
  );
  assert(await page.locator("#failure").isHidden(), "the failure is still told");
  assert.equal(await page.locator("#own-text").inputValue(), ownText);
  assert(await page.locator("#samples > li").count() > 0, "the samples are gone");
}

/**
 * The newest engine worker; those beside it are its helpers.
 * @param {Page} page
 */
export function engineWorker(page) {
  const worker = page.workers().findLast((candidate) => candidate.url().endsWith("/worker.js"));
  assert(worker, "no engine worker");
  return worker;
}

/** Makes the engine panic. @param {Page} page */
export async function panic(page) {
  await engineWorker(page).evaluate(() => {
    self.dispatchEvent(new MessageEvent("message", { data: { type: "panic" } }));
  });
}

/** What an engine that panics says to the console. */
export const PANIC = /a panic on purpose/;
