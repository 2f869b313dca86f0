// The model on arrival: a click lets it write before anything is trained; every chapter works on it; then it
// is the reader's turn. And what keeps it from coming.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { unzip } from "../../www/api/zip.js";
import { cardAddress, cardIn, frame, inArticle } from "./support/article.mjs";
import { DIST, browserTest } from "./support/browser_test.mjs";
import { agree, chart, open, stepsDone, untilFailure, untilPhase, untilStep } from "./support/reader.mjs";
import { pauseAndKeep } from "./support/shelf.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/** From the click to the first written word, on a machine that does other things besides: three seconds, of
 * an idle one. */
const FIRST_WORD_MS = 12_000;
/** The loss of a model that has learned nothing is ln 4,096 = 8.3 nats; of one that has, far less. */
const UNTRAINED = 7;
const MODEL = "**/models/contes-*.safetensors";

const WORDS = {
  fr: {
    meet: "Faites écrire un modèle déjà entraîné", turn: "À vous\u00a0: repartez de zéro",
    origin: /^Le modèle de la page, et non le vôtre\. Entraîné le \d+ .* contes français/,
  },
  en: {
    meet: "Let a model that has been trained write", turn: "Your turn: start from nothing",
    origin: /^The page’s model, not yours\. Trained on .* pieces of English tales; it writes \d+ in \d+/,
  },
};

/** @param {Page} page @param {string} chapter @returns {Locator} which model it says that one looks at */
const originIn = (page, chapter) => page.locator(`${chapter} .model-origin`);

/** Clicks, and waits for a whole text. @param {Page} page */
async function meet(page) {
  await page.locator("#meet").click();
  await page.locator('#written[data-done="true"]').waitFor({ timeout: 60_000 });
}

for (const language of /** @type {const} */ (["fr", "en"])) {
  browserTest(`one click writes a tale, in ${language}; then it is the reader's turn`, {
    minutes: 4, locale: language, reducedMotion: "reduce",
  }, async ({ page, url }) => {
    agree(page);
    const words = WORDS[language];
    /** @type {string[]} */
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await open(page, url, { steps: 1, workers: 1 });
    const isIn = (/** @type {RegExp} */ name) => asked.some((address) => name.test(address));
    assert(!isIn(/models\/|arrival\.js|meet\.js/), "it is part of the first view");
    await page.locator("#meet", { hasText: words.meet }).click();
    const clicked = Date.now();
    const written = page.locator("#written");
    await written.filter({ hasText: /\S\s/ }).waitFor({ timeout: 60_000 });
    const ms = Date.now() - clicked;
    assert(ms < FIRST_WORD_MS, `the first word came after ${ms} ms`);
    await page.locator('#written[data-done="true"]').waitFor({ timeout: 60_000 });
    const { y: top = -1 } = await written.boundingBox() ?? {};
    assert(top > 0 && top < 500, `what it writes is at ${top} px`);
    assert.equal(await written.getAttribute("lang"), language);
    assert((await written.innerText()).length > 100);
    // It is judged, by the grammar of its language, and what it begins with is no mistake of the reader's.
    await page.locator('text-writer .verdict[data-verdict]:not([data-verdict="prompt"])').waitFor();
    for (const chapter of ["text-writer", "train-controls", "attention-view"]) {
      assert.match(await originIn(page, chapter).innerText(), words.origin);
    }
    await page.locator("#attention-matrix[data-tokens]").waitFor();
    assert.equal(await page.locator("#attention-step").innerText(), "", "steps that it has not taken here");
    assert.match(await page.locator("#fact-engine").innerText(), /^Process/);
    const floor = Number(await page.locator("#loss-chart").getAttribute("data-floor"));
    assert(floor > 0.1, `the floor of its tales is ${floor}`);
    assert(!isIn(/files_worker|files_bg/), "the files' module was fetched");

    const start = page.locator("#start-now", { hasText: words.turn });
    assert(await page.locator("#meet").isHidden(), "it is offered while it is here");
    await start.click();
    await untilPhase(page, "finished");
    assert((await chart(page)).lastLoss > UNTRAINED, "the weights are not fresh");
    assert(await originIn(page, "train-controls").isHidden(), "the model of now is the reader's own");
    assert.doesNotMatch(await originIn(page, "text-writer").innerText(), words.origin);
    assert(await page.locator("#meet").isHidden(), "it is offered beside the reader's own");

    // On the next visit the reader meets it again.
    await page.reload();
    await page.locator("#meet").waitFor();
    await meet(page);
    assert.match(await originIn(page, "text-writer").innerText(), words.origin);
  });
}

browserTest("trained further it is still told, also from the shelf; and it is compared with others", {
  minutes: 6, locale: "en-GB",
}, async ({ page, url }) => {
  agree(page);
  await open(page, url, { steps: 200, workers: 1, engine: "cpu", length: 20 });
  await meet(page);
  assert.match(await page.locator("#kept-now").innerText(), /only if you train it/);
  await page.locator("#train", { hasText: "Continue" }).click();
  await untilStep(page, 1);
  assert((await chart(page)).lastLoss < UNTRAINED, "its weights are gone");
  await page.locator("#start-now", { hasText: "Go to the train" }).waitFor();
  const step = await pauseAndKeep(page);
  const since = /^The page’s model, .* taken here since\.$/;
  assert.match(await originIn(page, "train-controls").innerText(), since);
  // Its first step is the page's model.
  const moved = page.locator("#compare-bytes", { hasText: /bytes? of/ });
  await page.locator("#compare-first").click();
  await moved.waitFor();
  await page.locator(".side-by-side h4", { hasText: "The page’s model" }).waitFor();
  await page.locator("#compare-write").click();
  await page.locator('#compare-now[data-done="true"]').waitFor({ timeout: 60_000 });

  await page.reload();
  await page.locator("#resume-kept").click();
  await untilPhase(page, "paused");
  assert.equal(await stepsDone(page), step);
  const kept = `^Your model “English tales”, kept on .*, at step ${step}\\.`;
  const told = new RegExp(`${kept} It began as the page’s model\\.$`);
  for (const chapter of ["text-writer", "train-controls", "attention-view"]) {
    assert.match(await originIn(page, chapter).innerText(), told);
  }

  // Of another shape it cannot be compared with; a third, of the second's shape and tokenizer, can.
  await page.locator("#preset-nano").check();
  const another = async () => {
    await page.locator("#restart").click();
    await page.locator("#confirm-lose").click();
    await untilPhase(page, "training");
    await untilStep(page, 10);
    await pauseAndKeep(page);
    assert(await originIn(page, "train-controls").isHidden(), "the model of now is the reader's own");
  };
  await another();
  await page.locator("#compare-kept").click();
  await untilFailure(page, "checkpoint_mismatch");
  await page.locator("#dismiss-failure").click();
  await another();
  await page.locator("#compare-entries").selectOption({ index: 0 });
  await page.locator("#compare-kept").click();
  await moved.waitFor();
});

browserTest("it is taken along as a file and as a folder, and its file writes tales elsewhere", {
  minutes: 4, locale: "en-GB",
}, async ({ page, url }) => {
  await open(page, url);
  await meet(page);
  /** @param {"file"|"folder"} kind */
  const keep = async (kind) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"), page.locator(`#keep-${kind}`).click(),
    ]);
    const buffer = await readFile(/** @type {string} */ (await download.path()));
    return { name: download.suggestedFilename(), buffer, mimeType: "" };
  };
  const card = JSON.parse(await readFile(`${DIST}/models/contes-en.json`, "utf8"));
  const zip = await keep("folder");
  const [readme] = unzip(zip.buffer, ["README.md"], 100_000);
  const told = Buffer.from(readme?.bytes ?? []).toString();
  const steps = card.steps.toLocaleString("en");
  assert.match(told, new RegExp(`\\| Training steps \\| ${steps} \\| measured \\|`));
  assert.match(told, new RegExp(`\\| ${card.tales.whole} of ${card.tales.of}`));
  const file = await keep("file");
  assert.match(file.name, new RegExp(`^petit-train_English-tales_step-${card.steps}_.*\\.safetensors$`));
  await page.locator("#model-files").setInputFiles(file);
  await page.locator("text-writer .model-origin", { hasText: file.name }).waitFor();
  await page.locator("#generate").click();
  await page.locator('#written[data-done="true"]').waitFor({ timeout: 60_000 });
  await page.locator("text-writer .verdict[data-verdict]").waitFor();
});

browserTest("what keeps it from coming is said once, changes nothing, and can be tried again", {
  minutes: 4, locale: "en-GB", expected: /Failed to load resource/,
}, async ({ page, url }) => {
  await open(page, url);
  /**
   * @param {(route: import("playwright-core").Route) => void} answer
   * @param {string} code
   * @param {string} [what]  is asked for
   */
  const fails = async (answer, code, what = MODEL) => {
    await page.route(what, answer);
    await page.locator("#meet").click();
    const sentence = await untilFailure(page, code);
    assert(sentence.length < 150, sentence);
    await untilPhase(page, "idle");
    await page.locator("#dismiss-failure").click();
    await page.locator('#meet:not([aria-disabled="true"])').waitFor();
    assert.match(await page.locator("#start-now").innerText(), /^Train a small model/);
    await page.unroute(what);
  };
  await fails((route) => route.abort(), "arrival_failed");
  await fails((route) => route.fulfill({ status: 404, body: "" }), "arrival_missing");
  await fails((route) => route.fulfill({ status: 500, body: "" }), "arrival_failed");
  const page404 = /** @type {const} */ ({ contentType: "text/html", body: "<!doctype html>Not found" });
  await fails((route) => route.fulfill(page404), "arrival_missing", "**/models/contes-*.json");
  await fails((route) => route.fulfill({ body: "half of it" }), "files_mismatched");
  // Of an earlier build, as a browser's cache may have it: it is fetched anew.
  await page.route(MODEL, (route) => route.fulfill({ body: "an earlier model" }), { times: 1 });
  await meet(page);
  assert.match(await originIn(page, "text-writer").innerText(), WORDS.en.origin);
});

browserTest("a slow one says how far it is, and gives way to what the reader begins meanwhile", {
  minutes: 4, locale: "en-GB",
}, async ({ page, url }) => {
  await open(page, url, { preset: "nano", engine: "cpu", steps: 100_000 });
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  await page.route(MODEL, async (route) => {
    await held;
    // The page may have given it up.
    await route.continue().catch(() => {});
  });
  await page.locator("#meet").click();
  await page.locator('#meet[aria-disabled="true"]').waitFor();
  await page.locator("#meet-note", { hasText: "is on its way" }).waitFor();
  await page.locator("text-writer .empty", { hasText: "is on its way" }).waitFor();
  await page.locator("#start-now").click();
  await untilStep(page, 2);
  release();
  await page.waitForTimeout(1500);
  await untilPhase(page, "training");
  assert(await page.locator("#meet").isHidden());
  assert(await originIn(page, "train-controls").isHidden(), "it has taken the place of the reader's own");
});

browserTest("with data saved, nothing kept and a GPU asked for, it writes all the same", {
  minutes: 3, locale: "en-GB",
}, async ({ page, url }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "connection", { value: { saveData: true } });
    const denied = () => { throw new DOMException("denied", "SecurityError"); };
    Object.defineProperty(globalThis, "indexedDB", { get: denied });
    Object.defineProperty(globalThis, "localStorage", { get: denied });
  });
  await open(page, url, { engine: "webgpu" });
  await meet(page);
  assert.match(await originIn(page, "text-writer").innerText(), WORDS.en.origin);
});

browserTest("an address opens the page with it, and a card too", { minutes: 3, locale: "en-GB" },
  async (test) => {
    const { page, url } = test;
    await page.goto(`${url}#model=arrival&chapter=attention`);
    await page.locator('#written[data-done="true"]').waitFor({ timeout: 60_000, state: "attached" });
    assert.match(await originIn(page, "attention-view").innerText(), WORDS.en.origin);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "", "the reader was led elsewhere");

    const html = frame(cardAddress(url, { chapter: "write", model: "arrival" }));
    await inArticle(test, { html }, async () => {
      const card = await cardIn(page);
      await card.locator("#open-card").click();
      await card.locator('#written[data-done="true"]').waitFor({ timeout: 60_000 });
      await card.locator("text-writer .verdict[data-verdict]").waitFor();
      assert.match(await card.locator("text-writer .model-origin").innerText(), WORDS.en.origin);
    });
  });
