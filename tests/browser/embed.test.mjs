// A card in the articles of other sites, of every kind of host: it works, or says in a sentence what is
// missing, and leaves the host alone. The page itself within another's too.

import assert from "node:assert/strict";
import { shifted, watchShifts } from "../../tools/layout_shift.mjs";
import { serve } from "../../tools/serve.mjs";
import { begin, cardAddress, cardIn, frame, inArticle, picture, train } from "./support/article.mjs";
import { NO_ICON, browserTest } from "./support/browser_test.mjs";
import { chart, stepsDone, untilPhase, untilStep, write } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const ANYBODY = { headers: { "access-control-allow-origin": "*" } };

/**
 * What a card must not touch: where the host is scrolled to, what has its focus, how high its page is.
 * @param {Page} page
 */
const hostOf = (page) => page.evaluate(() => ({
  scroll: scrollY, focus: document.activeElement?.tagName, height: document.documentElement.scrollHeight,
  address: location.href, entries: history.length,
}));

browserTest("the whole page trains and writes in a frame of another origin", {
  minutes: 3,
}, async ({ page, url, origins }) => {
  const address = `${url}#preset=nano&engine=cpu&steps=30`;
  const blog = await serve("tests/browser", {
    more: {
      "index.html": `<!doctype html>${NO_ICON}<iframe src="${address}" width="700" height="900"></iframe>`,
    },
  });
  try {
    origins.add(new URL(blog.url).origin);
    await page.goto(blog.url);
    await page.frameLocator("iframe").locator("#train").click();
    const inner = page.frames()[1];
    assert.notEqual(new URL(inner.url()).origin, new URL(page.url()).origin);
    await untilPhase(inner, "finished");
    assert.equal((await chart(inner)).points, 30);
    // A model of so few steps may end its text early.
    assert((await write(inner, "The cat")).length > "The cat".length);
  } finally {
    await blog.close();
  }
});

browserTest("a bare frame on another origin trains, and leaves its host alone", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  await watchShifts(page);
  await inArticle(test, { html: frame(cardAddress(url)) }, async () => {
    const card = await cardIn(page);
    await page.evaluate(() => scrollTo(0, 40));
    const before = await hostOf(page);
    await train(card);
    assert.equal((await chart(card)).points, 30);
    assert.deepEqual({ ...await hostOf(page), focus: before.focus }, before);
    assert.equal(await shifted(page), 0);
    // It is as high as its frame: neither of them scrolls.
    const { scroll, inner, place } = await card.evaluate(() => {
      const element = /** @type {HTMLElement} */ (document.getElementById("place"));
      return {
        scroll: document.documentElement.scrollHeight, inner: innerHeight,
        place: element.scrollHeight - element.clientHeight,
      };
    });
    assert(scroll <= inner && place <= 0, `the card: ${scroll} px of ${inner}; its chapter: ${place} over`);
    await picture(page, "another-origin");
  });
});

browserTest("nothing of the chapter or the engine is asked for before the reader opens the card", {
}, async (test) => {
  const { page, url } = test;
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await inArticle(test, { html: frame(cardAddress(url)) }, async () => {
    await cardIn(page);
    await page.waitForTimeout(800);
    const early = asked.filter((path) => /engine|wasm|chapters\/|controller/.test(path));
    assert.deepEqual(early, []);
    assert(asked.length < 30, `${asked.length} requests: ${asked.join("\n")}`);
  });
});

browserTest("in a frame with nothing but scripts it trains, and says what it cannot know", {
  minutes: 3, site: ANYBODY,
}, async (test) => {
  const { page, url } = test;
  await inArticle(test, { html: frame(cardAddress(url), 'sandbox="allow-scripts"') }, async () => {
    const card = await cardIn(page);
    assert.equal(await card.evaluate(() => self.origin), "null");
    // No tab can be opened from there: the address of the whole page can be read.
    assert.match(await card.locator("footer").innerText(), new RegExp(`${url}#chapter=train`));
    await train(card);
    assert.match(await card.locator("#turn").innerText(), /cannot know whether another/);
    await picture(page, "sandbox");
  });
});

browserTest("in such a frame, where its host does not serve anybody, it links to itself", {
  locale: "fr-FR", expected: /CORS|ERR_FAILED/,
}, async (test) => {
  const { page, url } = test;
  const address = cardAddress(url);
  await inArticle(test, { html: frame(address, 'sandbox="allow-scripts"') }, async () => {
    const told = page.frameLocator("iframe").locator("#not-started[data-reason=frame]");
    await told.waitFor();
    assert.match(await told.innerText(), /dans un onglet à elle/);
    assert.equal(await told.locator("a").getAttribute("href"), address);
    await picture(page, "sandbox-not-served");
  });
});

browserTest("where the frame may store nothing, it trains without keeping, and without a complaint", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  await page.addInitScript(() => {
    if (self === top) return;
    const refuse = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
      Object.defineProperty(globalThis, name, { get: refuse });
    }
  });
  await inArticle(test, { html: frame(cardAddress(url)) }, async () => {
    const card = await cardIn(page);
    await train(card);
    await page.waitForTimeout(500);
    assert(!await card.locator("#failure").isVisible(), "a failure is told");
    await picture(page, "no-storage");
  });
});

browserTest("under a strict policy of its host a frame and the element both work", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  const { origin } = new URL(url);
  const policy = `default-src 'none'; img-src data:; script-src ${origin}; frame-src ${origin}`;
  await inArticle(test, {
    headers: { "content-security-policy": policy },
    head: `<script async src="${url}embed.js"></script>`,
    html: '<petit-train chapter="train" lang="en" preset="nano" engine="cpu" steps="30"></petit-train>',
  }, async () => {
    const card = await cardIn(page);
    await train(card);
    assert.equal(await page.locator("petit-train iframe").evaluate((element) => element.clientWidth),
      await page.locator("#host").evaluate((element) => element.clientWidth));
    await picture(page, "strict-policy");
  });
});

browserTest("in a box of no height, clipped, it waits, and works once the box opens", {
  minutes: 3,
}, async (test) => {
  const { page, url } = test;
  const html = `<div id="box" style="height: 0; overflow: hidden">${frame(cardAddress(url))}</div>`;
  await inArticle(test, { html }, async () => {
    await page.waitForTimeout(500);
    await page.locator("#box").evaluate((box) => { box.style.height = "790px"; });
    const card = await cardIn(page);
    await train(card);
    await picture(page, "opened-box");
  });
});

browserTest("taken out of the page in mid-training and put back, it offers to go on, and does", {
  minutes: 4,
}, async (test) => {
  const { page, url } = test;
  await inArticle(test, { html: frame(cardAddress(url, { steps: 2000 })) }, async () => {
    const card = await cardIn(page);
    await begin(card);
    await untilStep(card, 60);
    // What was kept last is not of this very step.
    await card.locator("#train").click();
    await untilPhase(card, "paused");
    const step = await stepsDone(card);
    await page.waitForTimeout(1500);
    await page.evaluate(() => {
      const host = /** @type {Element} */ (document.getElementById("host"));
      const [element] = host.children;
      element.remove();
      setTimeout(() => host.append(element), 100);
    });
    const again = await cardIn(page);
    await again.locator("#go-on-card").click();
    await again.locator(`#status[data-step="${step}"]`).waitFor({ timeout: 60_000 });
    await again.locator("#train").click();
    await untilStep(again, step + 3);
    await picture(page, "put-back");
  });
});

/** What is not seen is not drawn: two cards are in sight. */
const HIGH = { viewport: { width: 900, height: 1800 } };

browserTest("two cards: the second waits its turn, says so, and leaves when the first is done", {
  minutes: 5, ...HIGH,
}, async (test) => {
  const { page, url } = test;
  const html = frame(cardAddress(url, { steps: 1500 })) + frame(cardAddress(url, { seed: 2 }));
  await inArticle(test, { html }, async () => {
    const [first, second] = [await cardIn(page), await cardIn(page, 1)];
    await begin(first);
    await untilStep(first, 3);
    await second.locator("#open-card").click();
    await second.locator("#turn", { hasText: "Another model is being trained" }).waitFor();
    await picture(page, "waiting");
    const before = await stepsDone(first);
    await untilStep(first, before + 20);
    assert.equal(await stepsDone(second), 0);
    // It may give up, and ask again.
    await second.locator("#turn-give-up").click();
    await second.locator("#turn-skip").waitFor({ state: "hidden" });
    await second.locator("#train").click();
    await second.locator("#turn-skip").waitFor();
    await first.locator("#train").click();
    await untilPhase(second, "finished");
    assert(await second.locator("#turn-skip").isHidden());
    // The line is free again; and who would not wait need not.
    await first.locator("#train").click();
    await untilPhase(first, "training");
    await second.locator("#restart").click();
    await second.locator("#confirm-lose").click();
    await second.locator("#turn-skip").click();
    await untilPhase(second, "finished");
  });
});

browserTest("a card that ends out of sight lets the next one leave", { minutes: 4 }, async (test) => {
  const { page, url } = test;
  const apart = '<div style="height: 3000px"></div>';
  const html = frame(cardAddress(url, { steps: 200 })) + apart + frame(cardAddress(url, { seed: 2 }));
  await inArticle(test, { html }, async () => {
    const first = await cardIn(page);
    await begin(first);
    await untilStep(first, 2);
    await page.locator("iframe").nth(1).scrollIntoViewIfNeeded();
    const second = await cardIn(page, 1);
    await begin(second);
    await untilPhase(second, "finished");
  });
});

browserTest("ten cards on a page cost little, and one of them trains", {
  minutes: 4,
}, async (test) => {
  const { page, url } = test;
  /** @type {string[]} */
  const engines = [];
  page.on("request", (request) => {
    if (/engine_/.test(request.url())) engines.push(request.url());
  });
  const html = Array.from({ length: 10 }, (_, index) => frame(cardAddress(url, { seed: index }))).join("");
  await inArticle(test, { html }, async () => {
    for (let index = 0; index < 10; index++) {
      await page.locator("iframe").nth(index).scrollIntoViewIfNeeded();
      await cardIn(page, index);
    }
    assert.deepEqual(engines, []);
    await train(await cardIn(page, 6));
    await picture(page, "ten");
  });
});

browserTest("a host that sends junk by the thousand is not heard", { minutes: 3 }, async (test) => {
  const { page, url } = test;
  await inArticle(test, { html: frame(cardAddress(url, { steps: 300 })) }, async () => {
    const card = await cardIn(page);
    await begin(card);
    await untilStep(card, 3);
    await page.evaluate(() => {
      const target = /** @type {HTMLIFrameElement} */ (document.querySelector("iframe")).contentWindow;
      const junk = [
        null, 7, "start", { type: "create" }, { type: "petit-train:height", height: 1e9 },
        { type: "stop", run: 1 }, [{}], new ArrayBuffer(8), { type: "petit-train:theme", theme: "dark" },
      ];
      for (let round = 0; round < 1000; round++) {
        for (const message of junk) target?.postMessage(message, "*");
      }
    });
    await untilPhase(card, "finished");
    assert.equal((await chart(card)).points, 300);
  });
});
