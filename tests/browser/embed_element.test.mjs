// <petit-train>, defined by embed.js: the card's frame in a page that lets scripts run.

import assert from "node:assert/strict";
import { begin, cardIn, inArticle, picture, train } from "./support/article.mjs";
import { browserTest } from "./support/browser_test.mjs";
import { untilStep } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** @param {string} url @param {string} [more]  attributes */
const element = (url, more = "") => ({
  head: `<script async src="${url}embed.js"></script>`,
  html: `<petit-train chapter="train" lang="en" preset="nano" engine="cpu" steps="30" ${more}></petit-train>`,
});

/** Notes what the element tells. @param {Page} page */
const listen = (page) => page.evaluate(() => {
  const heard = Object.assign(/** @type {any} */ (globalThis), { heard: [] });
  for (const type of ["petit-train:step", "petit-train:done"]) {
    document.addEventListener(type, (event) =>
      heard.heard.push([type, /** @type {CustomEvent} */ (event).detail]));
  }
});

/** @param {Page} page @returns {Promise<[string, {step: number, steps: number, loss: number}][]>} */
const heardBy = (page) => page.evaluate(() => /** @type {any} */ (globalThis).heard);

/** @param {Page} page @param {number} index  among the elements @param {number} least  in pixels */
const untilHigh = (page, index, least) => page.waitForFunction(([which, height]) => {
  const frame = document.querySelectorAll("petit-train")[which].shadowRoot?.querySelector("iframe");
  return (frame?.clientHeight ?? 0) >= height;
}, [index, least]);

/** @param {Page} page */
const frameHeight = (page) => page.locator("petit-train iframe").evaluate((frame) => frame.clientHeight);

browserTest("it shows the card, tells of its steps and its end, and leaves no global", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  await page.addInitScript(() => {
    Object.assign(globalThis, { before: [...Object.getOwnPropertyNames(globalThis), "before"] });
  });
  await inArticle(test, element(url), async () => {
    const card = await cardIn(page);
    const added = await page.evaluate(() => {
      const { before } = /** @type {any} */ (globalThis);
      const names = Object.getOwnPropertyNames(globalThis);
      return names.filter((name) => !before.includes(name) && !/^\d+$/.test(name));
    });
    assert.deepEqual(added, []);
    await listen(page);
    await train(card);
    await page.waitForFunction(() => (
      /** @type {any} */ (globalThis).heard.at(-1)?.[0] === "petit-train:done"));
    const heard = await heardBy(page);
    const [, { step, steps, loss }] = heard.at(-1) ?? ["", { step: 0, steps: 0, loss: 0 }];
    assert.deepEqual([step, steps], [30, 30]);
    assert(loss > 0 && loss < 6, `the loss is ${loss}`);
    assert(heard.some(([type]) => type === "petit-train:step"));
    await picture(page, "element");
  });
});

browserTest("its height follows the card's, while nothing that the reader sees moves by it", {
}, async (test) => {
  const { page, url } = test;
  const { head, html } = element(url, 'height="400"');
  await inArticle(test, { head, html: `${html}<div style="height: 2000px"></div>${html}` }, async () => {
    const card = await cardIn(page);
    const needed = await card.locator("#sheet").evaluate((sheet) => sheet.clientHeight);
    await page.waitForTimeout(500);
    // In sight it stays as it is; the one below gets what it needs before it is seen.
    const [first, second] = [0, 1].map((index) => page.locator("petit-train iframe").nth(index));
    assert.equal(await first.evaluate((frame) => frame.clientHeight), 400);
    await page.evaluate(() => scrollTo(0, 900));
    await untilHigh(page, 1, needed);
    assert(await second.evaluate((frame) => frame.clientHeight) < needed + 60);
    // Once the reader is in the card, it may have what it needs.
    await page.evaluate(() => scrollTo(0, 0));
    await card.locator("#sheet").click({ position: { x: 5, y: 5 } });
    await page.setViewportSize({ width: 500, height: 900 });
    await untilHigh(page, 0, needed);
  });
});

browserTest("attributes may change: another look at once, another chapter as another card", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  await inArticle(test, element(url, 'theme="light"'), async () => {
    const card = await cardIn(page);
    const entries = await page.evaluate(() => history.length);
    await begin(card);
    await untilStep(card, 2);
    await page.evaluate(() => document.querySelector("petit-train")?.setAttribute("theme", "dark"));
    await card.waitForFunction(() => getComputedStyle(document.body).color === "rgb(238, 229, 214)");
    assert(await card.locator("#status").isVisible(), "the training is gone");
    await page.evaluate(() => document.querySelector("petit-train")?.setAttribute("chapter", "write"));
    await (await cardIn(page)).locator("h1", { hasText: "Write" }).waitFor();
    assert.equal(await page.evaluate(() => history.length), entries);
  });
});

browserTest("the script may be loaded twice, and late", {}, async (test) => {
  const { page, url } = test;
  const { head, html } = element(url);
  const late = `<script src="${url}embed.js"></script>`;
  await inArticle(test, { head: head + head, html: html + late }, async () => {
    await cardIn(page);
    assert.equal(await page.locator("petit-train iframe").count(), 1);
  });
});

browserTest("what is not its card's own word changes nothing, a thousand times", {}, async (test) => {
  const { page, url, origins } = test;
  const { head, html } = element(url);
  const other = '<iframe id="other" srcdoc="<p>another frame</p>"></iframe>';
  await inArticle(test, { head, html: html + other }, async () => {
    origins.add("null");
    await cardIn(page);
    await listen(page);
    const before = await frameHeight(page);
    await page.evaluate(() => {
      const other = /** @type {HTMLIFrameElement} */ (document.getElementById("other")).contentWindow;
      const junk = [
        null, "petit-train:height", { type: "petit-train:height", height: 1200 }, { type: {} },
        { type: "petit-train:done", step: 1, steps: 1, loss: 1 }, new Error("junk"),
      ];
      for (let round = 0; round < 1000; round++) {
        for (const message of junk) {
          postMessage(message, "*");
          /** @type {any} */ (other).parent.postMessage(message, "*");
          /** @type {any} */ (other).eval("(message) => parent.postMessage(message, '*')")(message);
        }
      }
    });
    await page.waitForTimeout(500);
    assert.equal(await frameHeight(page), before);
    assert.deepEqual(await heardBy(page), []);
  });
});

browserTest("taken out and put back elsewhere, it is the card that its attributes say now", {
}, async (test) => {
  const { page, url } = test;
  await inArticle(test, element(url), async () => {
    await cardIn(page);
    await page.evaluate(() => {
      const element = /** @type {Element} */ (document.querySelector("petit-train"));
      element.setAttribute("chapter", "attention");
      element.remove();
      element.setAttribute("lang", "fr");
      document.body.prepend(element);
    });
    await (await cardIn(page)).locator("h1", { hasText: "L’attention" }).waitFor();
    await page.evaluate(() => document.querySelector("petit-train")?.remove());
    assert.equal(page.frames().length, 1);
  });
});
