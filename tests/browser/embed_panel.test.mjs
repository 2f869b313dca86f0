// Chapter "Put into an article": what it shows and what it gives to copy; the article of examples; what links
// become where they are pasted.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../tools/serve.mjs";
import { share } from "../../tools/share.mjs";
import { HEIGHTS } from "../../www/app/chapters/embed/snippets.js";
import { cardIn, inArticle, picture, train } from "./support/article.mjs";
import { DIST, browserTest } from "./support/browser_test.mjs";
import { open } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Opens the page at the panel, whose card is then on view.
 * @param {Page} page
 * @param {string} url
 * @param {Record<string, string|number>} [settings]
 */
async function openPanel(page, url, settings = {}) {
  await open(page, url, { lang: "en", chapter: "embed", ...settings });
  await page.locator("#embed-output").scrollIntoViewIfNeeded();
  return cardIn(page);
}

/** @param {Page} page */
const copied = (page) => page.locator("#embed-output").inputValue();

browserTest("what is chosen is seen at work, and the frame to copy shows the same in an article", {
  minutes: 3, permissions: ["clipboard-read", "clipboard-write"],
}, async (test) => {
  const { page, url } = test;
  await openPanel(page, url, { preset: "nano", engine: "cpu", steps: 30, seed: 5 });
  await page.locator("#card-theme").selectOption("dark");
  await page.locator("#card-chapter").selectOption("train");
  await page.getByRole("checkbox", { name: "the curve" }).check();
  const card = await cardIn(page);
  await card.waitForFunction(() => getComputedStyle(document.body).color === "rgb(238, 229, 214)");
  await card.waitForFunction(() => document.documentElement.dataset.hide === "chart");
  const needed = await card.evaluate(() => innerHeight);
  await page.locator(`#embed-preview[height="${needed}"]`).waitFor();
  await page.locator("#embed-copy").click();
  await page.locator("#embed-told", { hasText: "Copied." }).waitFor();
  const html = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(html, await copied(page));
  const attributes = 'width="100%" height="\\d+" frameborder="0" loading="lazy"';
  assert.match(html, new RegExp(`^<iframe src="[^"]+" title="[^"]+" ${attributes}`));
  await picture(page, "panel");
  await page.goto("about:blank");
  await inArticle(test, { html }, async () => {
    const pasted = await cardIn(page);
    assert.equal(await pasted.evaluate(() => document.documentElement.dataset.hide), "chart");
    await train(pasted);
    const link = await pasted.locator("#whole-page").getAttribute("href");
    assert.match(link ?? "", /seed=5/);
  });
});

browserTest("the element to copy is the same card", { minutes: 3 }, async (test) => {
  const { page, url } = test;
  await openPanel(page, url, { preset: "nano", batch_size: 3 });
  await page.locator("#card-lang").selectOption("fr");
  await page.locator("#card-chapter").selectOption("write");
  await page.locator("#card-format").selectOption("element");
  const html = await copied(page);
  assert.match(html, /<petit-train chapter="write" lang="fr" .*batch-size="3"/);
  await page.goto("about:blank");
  await inArticle(test, { html }, async () => {
    const card = await cardIn(page);
    assert.equal(await card.locator("h1").innerText(), "Écrire");
    assert.match(await card.locator("#whole-page").getAttribute("href") ?? "", /batch_size=3/);
    assert.equal(await card.locator("#address-notice").count(), 0);
  });
});

browserTest("a link, its Markdown and its QR code lead to the chapter with its settings", {
}, async ({ page, url }) => {
  await openPanel(page, url, { preset: "grand", seed: 12 });
  await page.locator("#card-format").selectOption("link");
  const link = await copied(page);
  assert.equal(link, `${url}#chapter=train&lang=en&preset=grand&seed=12`);
  await page.locator("#card-format").selectOption("markdown");
  assert.equal(await copied(page), `[Petit Train · Train](${link})`);
  await page.locator("#card-format").selectOption("qr");
  await page.locator("#embed-qr svg").waitFor();
  // A code of so long an address has at least 33 squares a side, and four of white around them.
  const box = await page.locator("#embed-qr svg").getAttribute("viewBox");
  assert(Number(box?.split(" ")[2]) >= 41, `${box}`);
  await picture(page, "qr");
});

browserTest("without a clipboard the text is selected, and the panel says so", {
}, async ({ page, url }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
  });
  await openPanel(page, url);
  await page.locator("#embed-copy").click();
  await page.locator("#embed-told", { hasText: "copy it by keyboard" }).waitFor();
  const selected = await page.locator("#embed-output").evaluate((element) => {
    const { selectionStart, selectionEnd, value } = /** @type {HTMLTextAreaElement} */ (element);
    return value.slice(selectionStart, selectionEnd);
  });
  assert.equal(selected, await copied(page));
});

browserTest("at 320 px the panel is no wider than the page", {
  viewport: { width: 320, height: 740 },
}, async ({ page, url }) => {
  for (const lang of ["fr", "en"]) {
    await page.goto("about:blank");
    await openPanel(page, url, { lang });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert(width <= 320, `in ${lang} the page is ${width} px wide`);
  }
});

for (const [file, lang] of /** @type {const} */ ([["index.html", "fr"], ["en.html", "en"]])) {
  for (const width of [1100, 360]) {
    browserTest(`the article of examples in "${lang}", ${width} px wide, on another origin`, {
      minutes: 4, viewport: { width, height: 900 },
    }, async ({ page, url, origins }) => {
      const html = (await readFile(join(DIST, "article", file), "utf8")).replaceAll("../", url);
      const blog = await serve(join(DIST, "article"), { more: { [file]: html } });
      try {
        origins.add(new URL(blog.url).origin);
        await page.goto(blog.url + file);
        for (const figure of await page.locator("figure").all()) {
          await figure.scrollIntoViewIfNeeded();
          await figure.locator("iframe").contentFrame().locator("#open-card").waitFor();
        }
        await page.locator("petit-train iframe").contentFrame().locator("#open-card").click();
        await page.locator("#told", { hasText: /\d/ }).waitFor({ timeout: 60_000 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert(wide <= width, `${wide} px`);
        await picture(page, `article-${lang}-${width}`);
      } finally {
        await blog.close();
      }
    });
  }
}

browserTest("oEmbed's files say what each card needs, and a shared link leads on to the chapter", {
  minutes: 4,
}, async (test) => {
  const { page, url, origins } = test;
  const folder = await mkdtemp(join(tmpdir(), "petit-train-share-"));
  await cp(DIST, folder, { recursive: true });
  await share(folder, url);
  const site = await serve(folder);
  try {
    origins.add(new URL(site.url).origin);
    for (const [chapter, height] of Object.entries(HEIGHTS)) {
      const answer = JSON.parse(await readFile(join(folder, `share/${chapter}.fr.json`), "utf8"));
      assert.deepEqual([answer.version, answer.type, answer.height], ["1.0", "rich", height]);
      const head = await readFile(join(folder, `share/${chapter}.fr.html`), "utf8");
      assert(head.includes(`href="${url}share/${chapter}.fr.json"`));
      await inArticle(test, { html: answer.html }, async () => {
        // The page is as high as what is in it, or as its frame: where that is right, they are the same.
        const { sheet, inner } = await (await cardIn(page)).evaluate(() => ({
          sheet: /** @type {Element} */ (document.getElementById("sheet")).getBoundingClientRect().bottom,
          inner: innerHeight,
        }));
        assert(inner - sheet > 5 && inner - sheet < 15, `${chapter}: ${sheet} px of ${inner}`);
      });
    }
    await page.goto(`${site.url}share/write.fr.html`);
    await page.waitForURL(`${site.url}#chapter=write&lang=fr`);
    assert.equal(await page.locator("html").getAttribute("lang"), "fr");
    const image = await page.locator("meta[property='og:image']").getAttribute("content");
    assert.equal(image, `${url}style/share.png`);
    assert.equal((await page.request.get(`${site.url}style/share.png`)).status(), 200);
  } finally {
    await site.close();
    await rm(folder, { recursive: true });
  }
});
