// The chapter "Guess what comes next": both games as a reader plays them, and their numbers against core.

import assert from "node:assert/strict";
import { marksOf } from "../../www/app/chapters/guess/word_round.js";
import { browserTest } from "./support/browser_test.mjs";
import { open as openPage, trainUntil, untilPhase } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SETTINGS = { lang: "fr", preset: "nano", engine: "cpu", steps: 120, text: "contes-fr" };

/**
 * Asks the model at hand, as the page itself does.
 * @param {Page} page
 * @param {string} method
 * @param {unknown[]} args
 * @returns {Promise<any>}
 */
function ask(page, method, ...args) {
  return page.evaluate(async ([name, given]) => {
    // The page's own module, with the page's own model.
    const address = new URL("app/parts/view.js", document.baseURI).href;
    const { View } = await import(address);
    return View.app.controller.training.model[name](...given);
  }, /** @type {const} */ ([method, args]));
}

/** @param {Page} page @returns {Promise<string>} what stands before the gap */
async function beforeGap(page) {
  return await page.locator("#word-passage span").first().textContent() ?? "";
}

browserTest("a word is hidden, and the model looks for it beside the reader", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await openPage(page, url, SETTINGS);
  await page.mouse.move(100, 100);
  await page.locator("word-game .offer").waitFor();
  assert.equal(await page.locator("#word-start").getAttribute("aria-disabled"), "true");
  await page.locator("#train").click();
  await untilPhase(page, "finished");

  await page.locator("#word-start").click();
  await page.locator("#word-passage .gap").waitFor();
  const length = [...await page.locator("#word-passage .gap").textContent() ?? ""].length;
  const before = (await beforeGap(page)).trimEnd();
  const words = await ask(page, "nextWords", before, { letters: length });

  // By the keys on the screen, then by those of the keyboard; an accent counts as its letter.
  for (let index = 0; index < length; index += 1) {
    await page.locator("word-game .key", { hasText: /^e$/ }).click();
  }
  await page.locator("#word-submit").click();
  await page.locator("#word-try").pressSequentially("ÀÉZOÛI".slice(0, length));
  assert.equal(await page.locator("#word-try").inputValue(), "aezoui".slice(0, length));
  await page.locator("#word-try").press("Enter");
  for (let row = 2; row < 6; row += 1) {
    await page.locator("#word-try").pressSequentially("x".repeat(length));
    await page.locator("#word-try").press("Enter");
  }
  const status = await page.locator("#word-status").textContent() ?? "";
  assert.match(status, /C’était «\s.*\s»\. Le modèle /);
  const hidden = (await page.locator("#word-passage .gap").textContent() ?? "")
    .normalize("NFD").replace(/\p{M}/gu, "");

  const marks = (/** @type {number} */ row) => page.locator("word-game .player:not(.of-model) li")
    .nth(row).locator(".cell").evaluateAll((cells) => cells.map((cell) => cell.dataset.mark));
  assert.deepEqual(await marks(0), marksOf("e".repeat(length), hidden));
  assert.deepEqual(await marks(1), marksOf("aezoui".slice(0, length), hidden));
  // Two words that differ by an accent alone are one to the game.
  const ideas = await page.locator("#word-ideas .token").allTextContents();
  assert(ideas.length > 0 && words.length > 0);
  const plain = (/** @type {string} */ word) => word.normalize("NFD").replace(/\p{M}/gu, "");
  assert.equal(ideas[0], words[0].word);
  const first = await page.locator("word-game .of-model li").first().innerText();
  assert.equal(first.replace(/\s/g, "").toLowerCase().slice(0, length), plain(ideas[0]));
  const score = await page.locator("#word-score").inputValue();
  assert.match(score, /^Petit Train, un mot caché de \d lettres\nMoi\s: –\/6\n([🟩🟡⬜]+\n){6}Le modèle\s: /u);
  assert(!score.includes(hidden));
});

browserTest("letter by letter, a reader's surprise stands beside the model's own", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await openPage(page, url, SETTINGS);
  await page.mouse.move(100, 100);
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await page.locator("#letters-start").click();
  await page.locator("#letters-passage .gap").waitFor();
  const before = await page.locator("#letters-passage span").first().textContent() ?? "";

  // Each letter by the same keys, until it is found or told.
  await page.locator("#bet-sure").check();
  await page.locator("letter-game .key", { hasText: /^z$/ }).click();
  assert.match(await page.locator("#letters-status").textContent() ?? "", /4 bits/);
  assert(await page.locator("#bet-unsure").isChecked(), "a sure bet is for one key");
  await page.locator("#letter-try").focus();
  const open = page.locator("letter-game .surprises .open");
  for (let tries = 0; await open.count() > 0; tries += 1) {
    assert(tries < 200);
    await page.keyboard.type("e saitnr"[tries % 8]);
  }
  await page.locator("#letters-means li").first().waitFor();
  const stretch = await page.locator("#letters-passage .found").textContent() ?? "";
  assert.match(stretch, /^ [\p{L} ]{11,}$/u);
  const bits = (/** @type {string} */ selector) => page.locator(selector)
    .evaluateAll((all) => all.map((item) => Number(item.dataset.bits)));
  const own = await bits("letter-game .surprises:not(.of-model) li");
  assert.equal(own.length, stretch.length);
  assert(own[0] > 4);

  const mean = async (/** @type {string} */ who) => (await bits(`#letters-means [data-who="${who}"]`))[0];
  const sum = (/** @type {number[]} */ list) => list.reduce((total, value) => total + value, 0);
  assert(Math.abs(await mean("you") - sum(own) / own.length) < 1e-3);
  const { tokens, log_probs } = await ask(page, "score", before + stretch);
  const counted = await ask(page, "countingScore", before + stretch);
  const shown = await page.locator("letter-game .of-model .symbol").allTextContents();
  assert.deepEqual(tokens.slice(-shown.length).join("").replaceAll(" ", "␣"), shown.join(""));
  assert.equal(shown.join("").replaceAll("␣", " "), stretch);
  const count = shown.length;
  const surprise = (/** @type {number[]} */ logs) => -sum(logs.slice(-count)) / Math.LN2 / stretch.length;
  assert(Math.abs(await mean("model") - surprise(log_probs)) < 1e-3);
  assert(Math.abs(await mean("pairs") - surprise(counted.log_probs[1])) < 1e-3);
  assert(Math.abs(await mean("chance") - Math.log2(27)) < 1e-3);
  const score = await page.locator("#letters-score").inputValue();
  assert.match(score, /Compter les paires\s: \d,\d\nLe hasard\s: 4,8$/);
});

browserTest("the games can be played with the model on arrival, on a tale that nobody has read", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await openPage(page, url);
  await page.mouse.move(100, 100);
  await page.locator("word-game").getByRole("button", { name: "Jouer contre le modèle de la page" }).click();
  await page.locator("#word-start:not([aria-disabled])").waitFor();
  await page.locator("#word-start").click();
  await page.locator("#word-passage .gap").waitFor();
  assert.match(await page.locator("#word-from").textContent() ?? "", /inventé à l’instant/);
  const counted = await ask(page, "countingScore", "Le chat");
  assert.equal(counted, null, "its own text is not here");
});

browserTest("a short text of letters of its own can be guessed too", {
  locale: "fr-FR",
}, async ({ page, url }) => {
  await trainUntil(page, url, { lang: "fr", preset: "nano", engine: "cpu", steps: 30 }, 10);
  await page.locator("#word-start").click();
  await page.locator("#word-passage .gap").waitFor();
  assert.match(await page.locator("#word-from").textContent() ?? "", /jamais lu/);
});
