// How each token of a text came, as a reader finds out: the candidates, the number that decided, other ways
// that the text could have gone, and what of it was copied.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { chooseOwn, open, pause, typeOwnText, untilPhase, untilStep, write } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const TEXT = "The little train goes through the snow, and the moon looks at it from far away.\n";
const NANO = { lang: "en", preset: "nano", engine: "cpu", length: 60 };

/**
 * Trains on a text that is soon known by heart.
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, string|number>} [more]
 */
async function train(page, url, more = {}) {
  await open(page, url, { ...NANO, steps: 150, ...more });
  await typeOwnText(page, TEXT.repeat(60));
  await page.locator("#train").click();
  await untilPhase(page, "finished");
}

/** The token of that number. @param {Page} page @param {number} index */
const token = (page, index) => page.locator("#written .token").nth(index);

/** Of each candidate that has a row: what it is called, and its two percentages. @param {Page} page */
const rows = (page) => page.locator("#token-candidates tbody tr").evaluateAll((all) => all.map((row) => ({
  token: row.querySelector("th bdi")?.textContent ?? row.querySelector("th")?.textContent ?? "",
  shares: Array.from(row.querySelectorAll(".share"), (share) => share.textContent),
  isCut: row.classList.contains("cut"), isWritten: row.classList.contains("written-token"),
})));

browserTest("the number that is told chose the token, also once the model has learned more", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...NANO, steps: 3_000, temperature: 0.9, top_k: 12, top_p: 0.95 });
  await typeOwnText(page, TEXT.repeat(60));
  await page.locator("#train").click();
  await untilStep(page, 20);
  // Written while the model trains on.
  await write(page, "The ");
  const check = () => page.evaluate(async () => {
    const at = (/** @type {string} */ path) => new URL(`app/${path}`, location.href).href;
    const { View } = await import(at("parts/view.js"));
    const { placeOf, rank, standing, withSettings } = await import(at("../api/drawing.js"));
    const { tokens, drawing, text } = View.app.store.state.writing;
    const places = tokens.map((/** @type {any} */ token) => {
      const ranked = rank(token.logits);
      const after = withSettings(ranked, drawing);
      const place = placeOf(after, token.number);
      const told = standing(token.logits, token.id);
      return ranked.ids[place] === token.id && place === told.rank - 1
        && Math.abs(ranked.probabilities[place] - told.probability) < 1e-9;
    });
    const spelled = tokens.map((/** @type {{text: string}} */ { text }) => text).join("");
    return { places, spelled, text, drawing };
  });
  const { places, spelled, text, drawing } = await check();
  assert(places.length >= 20 && places.every(Boolean), JSON.stringify(places));
  assert.equal(spelled, text);
  assert.deepEqual([drawing.temperature, drawing.topK, drawing.topP], [0.9, 12, 0.95]);

  const opened = async () => {
    await token(page, 5).click();
    return [await rows(page), await page.locator("#draw-verdict").textContent()];
  };
  const before = await opened();
  await page.locator("#close-token").click();
  await pause(page);
  assert.deepEqual(await opened(), before, "it is explained by another model");
  assert((await check()).places.every(Boolean));
});

browserTest("a click shows the candidates, sliders change them, another way stands beside the text", {
  minutes: 3,
}, async ({ page, url }) => {
  await train(page, url, { temperature: 1 });
  const whole = await write(page, "The ");
  await token(page, 3).click();
  const panel = page.locator("#token-panel");
  await panel.waitFor();
  const seen = await rows(page);
  assert.equal(seen.filter(({ isWritten }) => isWritten).length, 1);
  assert(seen.every(({ shares, isCut }) => !isCut && shares[0] === shares[1]), "1 changes nothing");
  const verdict = page.locator("#draw-verdict");
  assert.match(await verdict.innerText(), /^Chance drew 0\.\d{3}: that is in the part of/);

  // The worker is not asked: what it is told would be seen here.
  await page.evaluate(() => {
    const { postMessage } = Worker.prototype;
    Object.assign(globalThis, { told: [] });
    Worker.prototype.postMessage = function (/** @type {any[]} */ ...message) {
      /** @type {any} */ (globalThis).told.push(message[0].type);
      return postMessage.apply(this, /** @type {any} */ (message));
    };
  });
  await page.locator("#turn-top_k").fill("1");
  const cut = await rows(page);
  assert.deepEqual(cut.map(({ isCut }) => isCut), cut.map((_, index) => index >= 2));
  await page.locator("#turn-temperature").fill("0");
  const certain = cut.map((_, index) => (index === 0 ? "100%" : "left out"));
  assert.deepEqual((await rows(page)).map(({ shares }) => shares[1]), certain);
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).told), []);
  await page.locator("#draw-back").click();
  assert.deepEqual(await rows(page), seen);

  const other = seen.findIndex(({ isWritten, token }) => !isWritten && token.length === 1);
  await page.locator("#token-candidates tbody tr").nth(other).locator("button").click();
  const paths = page.locator(".path");
  await paths.nth(1).locator('.path-text[data-done="true"]').waitFor();
  const shared = await page.locator("#written").textContent() ?? "";
  assert.equal(shared, whole.slice(0, "The ".length + 3));
  assert.equal(shared + await paths.nth(0).locator(".path-text").textContent(), whole, "it has changed");
  const fork = paths.nth(1).locator(".fork");
  assert.equal(await fork.count(), 1);
  assert.equal(await fork.textContent(), seen[other].token.replace("␣", " ").replace("↵", "\n"));
  await fork.click();
  assert.match(await verdict.innerText(), /you chose it yourself/);

  // A third by drawing again; then it is enough, until one is closed.
  await paths.nth(1).locator(".token").nth(4).click();
  await page.locator("#draw-again").click();
  await paths.nth(2).locator('.path-text[data-done="true"]').waitFor();
  assert.equal(await page.locator("#draw-again").getAttribute("aria-disabled"), "true");
  await paths.nth(0).locator(".close").click();
  await paths.nth(2).waitFor({ state: "detached" });
  await paths.nth(1).locator(".close").click();
  await paths.first().waitFor({ state: "detached" });
  assert.notEqual(await page.locator("#written").textContent(), whole);
});

browserTest("the keyboard reaches every token, and hears what it is", {}, async ({ page, url }) => {
  await train(page, url);
  await write(page, "The ");
  await page.locator("#written .token[tabindex='0']").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const focused = page.locator("#written .token:focus");
  assert.match(await focused.getAttribute("aria-label") ?? "", /: \d+(\.\d+)?%, rank \d+$/);
  await page.keyboard.press("Enter");
  await page.locator("#token-panel").waitFor();
  assert.equal(await focused.getAttribute("aria-selected"), "true");
  await page.locator("#turn-temperature").focus();
  await page.keyboard.press("Escape");
  await page.locator("#token-panel").waitFor({ state: "hidden" });
  assert.equal(await focused.count(), 1, "the keyboard has lost its place");
  assert.equal(await page.locator("#written .token[tabindex='0']").count(), 1);
});

browserTest("what was copied is underlined, and its source and share are told", {}, async ({ page, url }) => {
  await train(page, url, { temperature: 0.1 });
  const whole = await write(page, "The little ");
  assert(TEXT.repeat(2).includes(whole.slice(0, 50)), "the text is not known by heart: nothing to find");
  await page.locator("#find-copies").click();
  const found = page.locator("#copies-found:not(:empty)");
  await found.waitFor();
  assert.match(await found.innerText(), /^Copied word for word: \d+%/);
  const copied = (await page.locator("#written .copied").allTextContents()).join("");
  assert(copied.length >= 30 && whole.includes(copied));
  await token(page, 10).click();
  const source = page.locator(".copied-source");
  assert((await source.locator("blockquote").innerText()).includes(whole.slice(0, 40)));
  assert.match(await token(page, 10).getAttribute("aria-label") ?? "", /copied$/);

  // What is not in the text is not marked.
  await chooseOwn(page);
  await write(page, "moon train far ");
  await page.locator("#find-copies").click();
  await found.waitFor();
  assert.equal(await page.locator("#written .given .copied").count(), 0);
});
