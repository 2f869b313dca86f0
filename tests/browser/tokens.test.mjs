// The chapter "Numbers", as a reader walks it: before there is a model, and with one.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { LITTLE_TEXT, open, typeOwnText, untilPhase } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SENTENCE = "Un train de neige 🚂 et l’été.";
/** In pieces of words, few enough to be found at once. */
const PIECES = { lang: "en", text: "own", tokenizer: "bpe", vocab_size: 300, preset: "nano", engine: "cpu" };

/**
 * Opens the chapter on a little text of the reader's own.
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, number>} [more]
 */
async function openChapter(page, url, more = {}) {
  await open(page, url, { ...PIECES, ...more });
  await typeOwnText(page, LITTLE_TEXT);
  await page.mouse.move(100, 100);
  await page.locator("token-chips").scrollIntoViewIfNeeded();
  await page.locator("#tokens-pieces li").first().waitFor();
}

/**
 * What a row of tiles shows.
 * @param {Page} page
 * @param {"pieces"|"letters"} way
 */
function tiles(page, way) {
  return page.locator(`#tokens-${way} .tile`).evaluateAll((all) => all.map((tile) => ({
    text: tile.querySelector(".tile-text bdi")?.textContent ?? "",
    ids: Array.from(tile.querySelectorAll(".tile-number"), (number) => Number(number.textContent)),
  })));
}

/**
 * The same as the library gives it, past the page.
 * @param {Page} page
 * @param {string} sentence
 * @returns {Promise<{tokens: {id: number}[], counts: number[],
 *   merging: {letters: {id: number}[], steps: {number: number, tokens: number}[]}}>}
 */
function encoded(page, sentence) {
  return page.evaluate(async ([text, sentence]) => {
    const { Tokenizer } = await import(new URL("./api/index.js", location.href).href);
    const options = { text, tokenizer: { kind: "bpe", vocab_size: 300 }, model: "nano" };
    const tokenizer = await Tokenizer.learn(options);
    const { tokens } = await tokenizer.encode(sentence);
    const merging = await tokenizer.merging(sentence);
    const { tokens: counts } = await tokenizer.occurrences(text);
    tokenizer.close();
    return { tokens, merging, counts };
  }, [LITTLE_TEXT, sentence]);
}

browserTest("before there is a model, a sentence is cut live, both ways, and no character is torn", {
}, async ({ page, url }) => {
  await openChapter(page, url);
  assert.match(await page.locator("#tokens-text").inputValue(), /^Un petit train/, "words of the text");
  await page.locator("#tokens-text").fill(SENTENCE);
  await page.locator("#tokens-letters .torn").first().waitFor();
  const { tokens, merging, counts } = await encoded(page, SENTENCE);
  const pieces = await tiles(page, "pieces");
  assert.deepEqual(pieces.flatMap(({ ids }) => ids), tokens.map(({ id }) => id));
  const letters = await tiles(page, "letters");
  assert.deepEqual(letters.flatMap(({ ids }) => ids), merging.letters.map(({ id }) => id));
  assert.deepEqual(letters.filter(({ text }) => text === "🚂").map(({ ids }) => ids.length), [4]);
  for (const shown of [pieces, letters]) {
    const spelled = shown.map(({ text }) => text).join("").replaceAll("␣", " ");
    assert.equal(spelled, SENTENCE, "torn, or lost");
  }
  const both = `${merging.letters.length} numbers letter by letter, ${tokens.length} in pieces.`;
  assert((await page.locator("#tokens-both").textContent())?.includes(both), both);

  // Counted: every token of the text once.
  await page.locator("token-vocabulary").scrollIntoViewIfNeeded();
  const total = counts.reduce((sum, n) => sum + n, 0);
  const inAll = `a row of ${total.toLocaleString("en")}.`;
  await page.locator("#vocabulary-found", { hasText: inAll }).waitFor();
  const row = page.locator("#vocabulary [role=option]").first();
  const most = Math.max(...counts);
  assert.equal(await row.getAttribute("data-id"), String(counts.indexOf(most)));
  assert.equal(await row.locator(".row-count").textContent(), most.toLocaleString("en"));
  assert(await page.locator("#vocabulary [role=option]").count() < 40, "rows are drawn that nobody sees");
  await page.locator("#vocabulary-search").fill("neige");
  await page.locator("#vocabulary-found", { hasText: /tokens of \d+/ }).waitFor();
  const found = await page.locator("#vocabulary .token").allTextContents();
  assert(found.length > 0 && found.every((text) => /neige/.test(text)), found.join());
});

browserTest("the pieces are found merge by merge, by buttons, slider and by themselves", {
  reducedMotion: "reduce",
}, async ({ page, url }) => {
  await openChapter(page, url);
  await page.locator("merge-player").scrollIntoViewIfNeeded();
  const picture = page.locator("#merge-picture");
  const shown = async () => Number(await picture.getAttribute("data-tokens"));
  const sentence = await page.locator("#tokens-text").inputValue();
  const { tokens, merging: { letters, steps } } = await encoded(page, sentence);
  assert.equal(await shown(), letters.length);
  const [first] = steps;
  await page.locator("#merge-step").click();
  assert.equal(await shown(), first.tokens);
  const caption = page.locator("#merge-caption");
  const told = new RegExp(`^Gluing no\\. ${first.number}: .* side by side \\d+ times`);
  assert.match(await caption.textContent() ?? "", told);
  await page.locator("#merge-back").click();
  assert.equal(await shown(), letters.length);
  assert.equal(await page.locator("#merge-back").getAttribute("aria-disabled"), "true");

  const slider = page.locator("#merge-slider");
  await slider.focus();
  await page.keyboard.press("End");
  assert.equal(await shown(), tokens.length);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await shown(), steps.at(-2)?.tokens);
  assert.equal(await slider.getAttribute("aria-valuetext"), await caption.textContent());

  await page.keyboard.press("ArrowLeft");
  const play = page.locator("#merge-play");
  await play.click();
  assert.equal(await play.textContent(), "Pause");
  await page.locator(`#merge-picture[data-step="${steps.length}"]`).waitFor();
  const label = await picture.getAttribute("aria-label") ?? "";
  assert.equal(label.split(": ")[1].split(" · ").length, tokens.length);
  assert.equal(await play.textContent(), "Play again");
  // Another sentence begins anew.
  await page.locator("#tokens-text").fill("la lune");
  await page.locator('#merge-picture[data-step="0"][data-tokens="7"]').waitFor();
});

browserTest("the neighbours of a token before and after are those of the model's own numbers", {
}, async ({ page, url }) => {
  await openChapter(page, url, { steps: 60 });
  const shownBefore = await tiles(page, "pieces");
  await page.locator("token-neighbours").scrollIntoViewIfNeeded();
  await page.locator("token-neighbours .empty").waitFor();
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await page.locator("token-chips").scrollIntoViewIfNeeded();
  await page.locator(".way-badge", { hasText: "what your model reads" }).waitFor();
  assert.deepEqual(await tiles(page, "pieces"), shownBefore, "its numbers are others than those foretold");
  await page.locator("token-vocabulary").scrollIntoViewIfNeeded();
  await page.locator("#vocabulary [role=option]").nth(2).click();
  const id = Number(await page.locator("#vocabulary [aria-selected=true]").getAttribute("data-id"));
  await page.locator("token-neighbours").scrollIntoViewIfNeeded();
  await page.locator("#neighbours-of", { hasText: `(no. ${id})` }).waitFor();
  await page.locator("#neighbours-before li").first().waitFor();
  await page.locator('#neighbours-now[data-step="60"] li').first().waitFor();

  // By keyboard, the list alone.
  await page.locator("#vocabulary").focus();
  await page.keyboard.press("ArrowDown");
  await page.locator(`#neighbours-of:not(:has-text("(no. ${id})"))`).waitFor();
  const other = Number(await page.locator("#vocabulary [aria-selected=true]").getAttribute("data-id"));
  await page.waitForFunction(() => document.querySelectorAll("#neighbours-before li").length > 0);
  const expected = await page.evaluate(naive, other);
  for (const [side, near] of Object.entries(expected)) {
    await page.waitForFunction(([side, first]) => (
      document.querySelector(`#neighbours-${side} li`)?.getAttribute("data-id") === first),
    [side, String(near[0].id)]);
    const shown = await page.locator(`#neighbours-${side} li`).evaluateAll((all) => all.map((item) => (
      { id: Number(item.dataset.id), cosine: Number(item.dataset.cosine) })));
    assert.equal(shown.length, 8);
    shown.forEach(({ id: seen, cosine }, index) => {
      assert(Math.abs(cosine - near[index].cosine) < 1e-5, `${side}: ${seen} at ${cosine}`);
    });
  }
  assert(expected.now[0].cosine > expected.before[0].cosine, "the training has moved nothing");
});

/**
 * Runs in the page: the cosines of the embedding in the kept checkpoint, and in the one that it began with.
 * @param {number} token
 */
async function naive(token) {
  const done = (/** @type {IDBRequest<any>} */ request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await done(indexedDB.open("petit-train"));
  const [{ checkpoint: { blob } }] = await done(database.transaction("trainings")
    .objectStore("trainings").getAll());
  const { beginningOf } = await import(new URL("./api/index.js", location.href).href);
  const near = async (/** @type {Blob} */ file) => {
    const bytes = await file.arrayBuffer();
    const length = Number(new DataView(bytes).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
    const [name] = Object.keys(header).filter((key) => /^(model\.)?embed_tokens\.weight$/.test(key));
    const { shape: [rows, width], data_offsets: [start] } = header[name];
    const numbers = new Float32Array(bytes.slice(8 + length + start, 8 + length + start + rows * width * 4));
    const dot = (/** @type {number} */ a, /** @type {number} */ b) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += numbers[a * width + i] * numbers[b * width + i];
      return sum;
    };
    return Array.from({ length: rows }, (_, id) => (
      { id, cosine: dot(token, id) / Math.sqrt(dot(token, token) * dot(id, id)) }))
      .filter(({ id }) => id !== token).toSorted((a, b) => b.cosine - a.cosine);
  };
  return { before: await near(await beginningOf(blob)), now: await near(blob) };
}
