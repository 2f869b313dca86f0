// The attention as a reader meets it: words with arcs whose shares are the model's own, heads to pick from,
// what a head's absence changes, and what tells the order of words.

import assert from "node:assert/strict";
import { browserTest } from "./support/browser_test.mjs";
import { open, untilPhase } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const SENTENCE = "Le chat noir mange le poisson.";

/**
 * Meets the model on arrival in the chapter.
 * @param {Page} page
 * @param {string} url
 */
async function meet(page, url) {
  await page.goto(`${url}#model=arrival&lang=fr&text=contes-fr&chapter=attention`);
  await page.locator("#attention-matrix[data-tokens]").waitFor();
}

/**
 * @param {Page} page
 * @returns {Promise<{to: number, share: number}[]>} the arcs that are drawn
 */
const arcs = (page) => page.locator(".arc-lines path:not([hidden])").evaluateAll((paths) => (
  paths.map((path) => (
    { to: Number(path.getAttribute("data-to")), share: Number(path.getAttribute("data-share")) }))));

/**
 * What the model itself says, by way of the API in a worker of its own.
 * @param {Page} page
 * @param {string} url
 * @param {string} text
 */
function look(page, url, text) {
  return page.evaluate(async ([api, file, asked]) => {
    const { Model } = await import(api);
    const model = await Model.open(file);
    const { tokens, attention, n_head } = await model.look(asked);
    model.close();
    return { tokens, attention: [...attention], n_head };
  }, [`${url}api/index.js`, `${url}models/contes-fr.safetensors`, text]);
}

browserTest("the arcs are the model's own shares, of a head and of a layer's mean", {
  locale: "fr-FR", minutes: 3,
}, async ({ page, url }) => {
  await meet(page, url);
  await page.locator("#sentences button", { hasText: SENTENCE }).click();
  const { tokens, attention, n_head } = await look(page, url, SENTENCE);
  // A token each: no word of this sentence is in pieces.
  assert.deepEqual(tokens, ["Le", " chat", " noir", " mange", " le", " poisson", "."]);
  const at = (/** @type {number} */ layer, /** @type {number} */ head, /** @type {number} */ query) => {
    const row = ((layer * n_head + head) * 7 + query) * 7;
    return attention.slice(row, row + 7);
  };

  // « noir » goes with « chat »: the page begins with the head that connects them most.
  const pointed = page.locator("#attention-arcs");
  assert.equal(await pointed.getAttribute("data-word"), "2");
  const matrix = page.locator("#attention-matrix");
  const picked = async () => [
    Number(await matrix.getAttribute("data-layer")) - 1, Number(await matrix.getAttribute("data-head")) - 1];
  const [layer, head] = await picked();
  const most = Math.max(...Array.from({ length: attention.length / 49 }, (_, index) => (
    at(0, index, 2)[1])));
  assert.equal(at(layer, head, 2)[1], most);

  await page.locator(".word", { hasText: "poisson" }).hover();
  assert.equal(await pointed.getAttribute("data-word"), "5");
  const row = at(layer, head, 5);
  const drawn = await arcs(page);
  assert(Math.abs(drawn.reduce((sum, { share }) => sum + share, 0) - 1) < 0.02, "a row sums to 1");
  for (const { to, share } of drawn) assert(Math.abs(share - row[to]) < 1e-3, `${share} for ${row[to]}`);
  assert.match(await page.locator("#arc-sentence").innerText(), /poisson.* regarde surtout .*%/);

  // The fewest that hold nine tenths.
  await page.locator("#most-weight").check();
  const few = (await arcs(page)).map(({ share }) => share);
  const held = few.reduce((sum, share) => sum + share, 0);
  assert(held > 0.899 && held - Math.min(...few) < 0.9, `${few}`);
  await page.locator("#most-weight").uncheck();

  // Who looks at it: a column.
  await page.locator('input[name="direction"][value="looked-at"]').check();
  await page.locator(".word", { hasText: "chat" }).hover();
  for (const { to, share } of await arcs(page)) {
    assert(Math.abs(share - at(layer, head, to)[1]) < 1e-3, `from ${tokens[to]}`);
  }
  assert.match(await page.locator("#arc-sentence").innerText(), /chat.* est regardé par/);
  await page.locator('input[name="direction"][value="looks"]').check();

  // The mean of the second layer's heads.
  await page.getByRole("radio", { name: "Couche 2, moyenne des têtes" }).click();
  assert.equal(await matrix.getAttribute("data-head"), "mean");
  for (const { to, share } of await arcs(page)) {
    const mean = [0, 1, 2, 3].reduce((sum, each) => sum + at(1, each, 1)[to], 0) / 4;
    assert(Math.abs(share - mean) < 1e-3, `${tokens[to]}`);
  }
});

browserTest("a head that stares at a word may change nothing: each is switched off in turn", {
  locale: "fr-FR", minutes: 3,
}, async ({ page, url }) => {
  await meet(page, url);
  await page.locator("#remove-heads").click();
  await page.locator("#removed").waitFor();
  // What is written of both heads is what a run without them says.
  const [idle, busy] = await page.locator(".removed").evaluateAll((rows) => rows.map((row) => {
    const { layer, head, without } = /** @type {HTMLElement} */ (row).dataset;
    return { layer: Number(layer) - 1, head: Number(head) - 1, without: Number(without) };
  }));
  const [whole, ...without] = await page.evaluate(async ([api, file, text, first, second]) => {
    const { Model } = await import(/** @type {string} */ (api));
    const model = await Model.open(file);
    const answers = await model.consequences(text, [{}, { heads: [first] }, { heads: [second] }]);
    model.close();
    // « mange » is the fourth token, and the first has no probability.
    return answers.map((/** @type {{log_probs: number[]}} */ { log_probs }) => Math.exp(log_probs[2]));
  }, /** @type {const} */ ([`${url}api/index.js`, `${url}models/contes-fr.safetensors`, SENTENCE,
    { layer: idle.layer, head: idle.head }, { layer: busy.layer, head: busy.head }]));
  assert(Math.abs(without[0] - idle.without) < 1e-4 && Math.abs(without[1] - busy.without) < 1e-4);
  assert(Math.abs(without[0] - whole) < Math.abs(without[1] - whole));
  await page.locator(".removed").last().getByRole("button").click();
  const matrix = page.locator("#attention-matrix");
  assert.equal(await matrix.getAttribute("data-layer"), String(busy.layer + 1));
  assert.equal(await matrix.getAttribute("data-head"), String(busy.head + 1));
});

browserTest("a word is pinned, let go, and reached by keyboard alone", {
  locale: "fr-FR", viewport: { width: 320, height: 800 },
}, async ({ page, url }) => {
  await meet(page, url);
  const arcsOf = page.locator("#attention-arcs");
  const word = (/** @type {number} */ index) => page.locator(".word").nth(index);
  await word(3).click();
  assert.equal(await word(3).getAttribute("aria-pressed"), "true");
  await word(1).hover();
  assert.equal(await arcsOf.getAttribute("data-word"), "3", "it was pinned");
  await word(3).click();
  await word(1).hover();
  assert.equal(await arcsOf.getAttribute("data-word"), "1");

  await page.mouse.move(0, 0);
  await page.locator("#passage").focus();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "word looks");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await arcsOf.getAttribute("data-word"), "5");
  assert.match(await page.locator("#attention-spoken").textContent() ?? "", /poisson.*regarde surtout/);
  await page.keyboard.press("Enter");
  assert.equal(await word(5).getAttribute("aria-pressed"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await word(5).getAttribute("aria-pressed"), "false");

  // A long passage wraps inside its frame.
  await page.locator("#passage").click();
  await page.waitForFunction((text) => (
    /** @type {HTMLInputElement} */ (document.getElementById("look")).value !== text), SENTENCE);
  await page.waitForFunction(() => document.querySelectorAll(".word").length > 12);
  assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const rows = await page.locator(".word").evaluateAll((all) => (
    new Set(all.map((each) => /** @type {HTMLElement} */ (each).offsetTop)).size));
  assert(rows > 2, `${rows} rows`);
});

browserTest("letters make words; what was learned is replayed; positions are taken away", {
  minutes: 3,
}, async ({ page, url }) => {
  const settings = { lang: "en", text: "contes-en", preset: "nano", engine: "cpu", steps: 60, seed: 3 };
  await open(page, url, settings);
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await page.locator("#look").fill("The cat sat.");
  await page.locator("#inspect").click();
  await page.locator('#attention-matrix[data-tokens="12"]').waitFor();
  assert.deepEqual(await page.locator(".word").allInnerTexts(), ["The", "cat", "sat", "."]);
  await page.locator("#by-pieces").check();
  assert.equal(await page.locator(".word").count(), 12);
  await page.locator("#by-pieces").uncheck();

  // The same text at every snapshot: the last is the model as it is, but for rounding.
  const now = await arcs(page);
  await page.locator("#replay").click();
  const slider = page.locator("#replay-step");
  await slider.waitFor();
  await slider.press("Home");
  await page.locator("#attention-step", { hasText: "As of step 0." }).waitFor();
  const before = await arcs(page);
  const shareNow = (/** @type {number} */ word) => now.find(({ to }) => to === word)?.share ?? 0;
  assert(before.some(({ to, share }) => Math.abs(share - shareNow(to)) > 0.02), "nothing was learned");
  await slider.press("End");
  await page.locator("#attention-step", { hasText: "As of step 60." }).waitFor();
  for (const { to, share } of now) {
    const replayed = (await arcs(page)).find((arc) => arc.to === to)?.share ?? 0;
    assert(Math.abs(share - replayed) < 0.03, `${share} was replayed as ${replayed}`);
  }
  assert.match(await page.locator("#replay-found").innerText(), /head/);
  await page.locator("#replay-end").click();
  assert.deepEqual(await arcs(page), now);

  const details = page.locator("#positions");
  await details.locator("summary").click();
  await page.locator('#positions [data-kind="rotary"].own').waitFor();
  const painted = (/** @type {string} */ kind) => page.locator(`#positions [data-kind="${kind}"] canvas`)
    .evaluate((canvas) => {
      const picture = /** @type {HTMLCanvasElement} */ (canvas);
      const { width, height } = picture;
      const pixels = picture.getContext("2d")?.getImageData(0, 0, width, height);
      return new Set(new Uint32Array(pixels?.data.buffer ?? new ArrayBuffer(0))).size;
    });
  assert(await painted("rotary") > 20 && await painted("sinusoidal") > 20);
  assert.equal(await painted("learned"), 1, "this model has none");

  await page.locator("#without-positions").click();
  await page.locator("#confirm-lose").click();
  await page.locator('#positions [data-kind="none"].own').waitFor();
  await untilPhase(page, "finished");
  await page.locator("#without-figures", { hasText: "At step 60" }).waitFor();
  const [, withThem, without] = (await page.locator("#without-figures").innerText())
    .match(/between ([\d.]+) continuations with positions, and between ([\d.]+) without/) ?? [];
  assert(Number(withThem) > 1 && Number(without) > 1, "both were judged");
  await page.locator("#without-write").click();
  const texts = page.locator(".beside .written");
  await page.waitForFunction(() => [...document.querySelectorAll(".beside .written")]
    .every(({ textContent }) => (textContent ?? "").length > 20));
  assert.notEqual(await texts.nth(0).innerText(), await texts.nth(1).innerText());
  await page.locator("#without-back").click();
  await page.waitForFunction(() => (
    /** @type {HTMLSelectElement} */ (document.getElementById("position")).value === "rotary"));
});
