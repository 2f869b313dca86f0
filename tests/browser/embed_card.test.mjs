// A card by itself: its colours, what it leaves out, what it says of its address, every chapter's.

import assert from "node:assert/strict";
import { cardAddress, cardIn, frame, inArticle, picture, train } from "./support/article.mjs";
import { browserTest } from "./support/browser_test.mjs";
import { write } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

for (const [scheme, theme, ground] of /** @type {const} */ ([
  ["dark", "auto", "paper"], ["light", "dark", "paper"], ["dark", "light", "transparent"],
  ["light", "auto", "transparent"],
])) {
  browserTest(`theme ${theme} on ${ground}, by a reader who likes it ${scheme}`, {
    colorScheme: scheme,
  }, async (test) => {
    const { page, url } = test;
    const isDark = theme === "auto" ? scheme === "dark" : theme === "dark";
    const style = `style="color-scheme: ${isDark ? "dark" : "light"}"`;
    const html = frame(cardAddress(url, { theme, ground }), style);
    const head = `<style>body { background: ${isDark ? "#0d1b2a" : "#e8f4ff"} }</style>`;
    await inArticle(test, { html, head }, async () => {
      const card = await cardIn(page);
      const [ink, paper] = await card.evaluate(() => {
        const sheet = /** @type {Element} */ (document.getElementById("card"));
        const { color, backgroundColor } = getComputedStyle(sheet);
        return [color, backgroundColor];
      });
      assert.equal(ink, isDark ? "rgb(238, 229, 214)" : "rgb(44, 38, 32)");
      if (ground === "paper") {
        assert.equal(paper, isDark ? "rgb(27, 24, 21)" : "rgb(248, 241, 227)");
      } else {
        // What is behind it is the article's own colour.
        assert.deepEqual(await pixelBeside(page), isDark ? [13, 27, 42] : [232, 244, 255]);
      }
      await picture(page, `theme-${theme}-${ground}-${scheme}`);
    });
  });
}

/** The colour within the card's frame, beside its title. @param {Page} page */
async function pixelBeside(page) {
  const { x = 0, y = 0 } = await page.locator("iframe").boundingBox() ?? {};
  const shot = await page.screenshot({ clip: { x: x + 300, y: y + 20, width: 1, height: 1 } });
  return page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas?.drawImage(bitmap, 0, 0);
    return [...canvas?.getImageData(0, 0, 1, 1).data ?? []].slice(0, 3);
  }, [...shot]);
}

browserTest("what the card's address cannot mean is said in it, and the rest holds", {}, async (test) => {
  const { page, url } = test;
  const asked = { chapter: "zoo", theme: "pink", hide: "chart,moon", steam: 1, steps: -5 };
  await inArticle(test, { html: frame(cardAddress(url, asked)) }, async () => {
    const card = await cardIn(page);
    const notice = await card.locator("#address-notice").innerText();
    for (const said of ["chapter=zoo", "theme=pink", "hide=moon", "steam=1", "steps=-5"]) {
      assert(notice.includes(said), `${said} is not in: ${notice}`);
    }
    assert.equal(await card.locator("h1").innerText(), "Train");
  });
});

browserTest("parts are left out as the address says, and the card is as much lower", {}, async (test) => {
  const { page, url } = test;
  const html = frame(cardAddress(url, { hide: "title,picture,chart", steps: 20 }));
  await inArticle(test, { html }, async () => {
    const card = await cardIn(page);
    assert(await card.locator("h1").isHidden());
    const height = await card.locator("#sheet").evaluate((sheet) => sheet.clientHeight);
    assert(height < 450, `${height} px`);
    await train(card);
    assert.equal(await card.locator("loss-chart").count(), 0);
    assert(await card.locator(".journey").isHidden());
    assert.equal(await card.locator("#sheet").evaluate((sheet) => sheet.clientHeight), height);
  });
});

browserTest("the whole page opens from the card in a tab, with the card's settings", {}, async (test) => {
  const { page, url } = test;
  const html = frame(cardAddress(url, { chapter: "write", lang: "fr", seed: 9 }));
  await inArticle(test, { html }, async () => {
    const card = await cardIn(page);
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"), card.getByText("Ouvrir la page entière").click(),
    ]);
    await tab.locator("#preset-nano:checked").waitFor();
    assert.equal(await tab.locator("#seed").inputValue(), "9");
    assert.equal(await tab.locator("html").getAttribute("lang"), "fr");
    assert.equal(await tab.evaluate(() => opener), null);
  });
});

browserTest("?embed=CHAPTER on the page's own address leads to the card", {}, async ({ page, url }) => {
  await page.goto(`${url}?embed=write&lang=fr&theme=dark`);
  await page.waitForURL(`${url}embed.html?chapter=write&lang=fr&theme=dark`);
  await page.locator("#open-card").waitFor();
  assert.equal(await page.locator("h1").innerText(), "Écrire");
});

for (const chapter of ["text", "tokens", "write", "attention", "keep"]) {
  browserTest(`a card of the chapter "${chapter}" opens, at 280 px too`, { minutes: 3 }, async (test) => {
    const { page, url } = test;
    const html = frame(cardAddress(url, { chapter }), 'style="width: 280px"');
    await inArticle(test, { html }, async () => {
      const card = await cardIn(page);
      await card.locator("#open-card").click();
      if (chapter === "text") await card.locator(".story-title").waitFor();
      if (chapter === "tokens") await card.locator("#tokens-pieces li").first().waitFor();
      if (chapter === "keep") await card.locator("#open-model").waitFor();
      if (chapter === "write") assert((await write(card, "The cat")).startsWith("The cat"));
      if (chapter === "attention") {
        await card.locator("#inspect").click();
        await card.locator("#attention-matrix[data-tokens]").waitFor({ timeout: 60_000 });
      }
      const width = await card.evaluate(() => document.documentElement.scrollWidth);
      assert(width <= 280, `${width} px wide`);
    });
  });
}
