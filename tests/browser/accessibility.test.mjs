// The page for everybody: no breach of WCAG 2.2 A and AA that axe can find, in both languages and both
// schemes; what is spoken and when; where the focus goes; forced colours; and what a model writes left alone.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { CARDS } from "../../www/app/state/parameters.js";
import { browserTest } from "./support/browser_test.mjs";
import { open, untilPhase, untilStep, write } from "./support/reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SETTINGS = { preset: "nano", engine: "cpu", steps: 40 };

/**
 * Trains, writes and looks, and opens all that is folded away: the page with everything on it.
 * @param {Page} page
 */
async function fill(page) {
  await page.locator("#train").click();
  await untilPhase(page, "finished");
  await write(page, await page.locator("#prompt").inputValue());
  // How a token came, another way that the text could have gone, and what was copied.
  await page.locator("#written .token").first().click();
  await page.locator("#draw-again").click();
  await page.locator('.path-text[data-done="true"]').nth(1).waitFor();
  await page.locator("#find-copies").click();
  await page.locator("#copies-found:not(:empty)").waitFor();
  await page.locator("#inspect").click();
  await page.locator("#attention-matrix[data-tokens]").waitFor();
  await page.locator("#word-start").click();
  await page.locator("#word-passage .gap").waitFor();
  await page.locator("#word-try").pressSequentially("eaeaeae");
  await page.locator("#word-try").press("Enter");
  await page.locator("#letters-start").click();
  await page.locator("#letters-passage .gap").waitFor();
  await page.locator("letter-game .key").first().click();
  await page.locator('#machine [data-part="mlp 0"]').click();
  for (const [element, shown] of [
    ["dismantle-machine", ".bits[data-bits]"], ["dismantle-causes", ".graph-node"],
    ["dismantle-bill", "dd"], ["dismantle-number", "[data-row]"], ["dismantle-direction", ".bits[data-bits]"],
  ]) {
    await page.locator(element).scrollIntoViewIfNeeded();
    await page.locator(`${element} ${shown}`).first().waitFor();
  }
  for (const summary of await page.locator("summary:visible").all()) await summary.click();
  for (const term of await page.locator(".term:visible").all()) await term.click();
}

/**
 * @param {Page} page
 * @returns {Promise<string[]>} what axe finds
 */
async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { axe } = /** @type {any} */ (globalThis);
    const { violations } = await axe.run(document, { runOnly: rules });
    return violations.flatMap((/** @type {any} */ { id, nodes }) => nodes.map((/** @type {any} */ node) => (
      `${id}: ${node.target} ${node.failureSummary}`)));
  }, RULES);
}

for (const lang of ["fr", "en"]) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    const name = `axe finds nothing in ${lang}, ${colorScheme}`;
    browserTest(name, { colorScheme, minutes: 3 }, async ({ page, url }) => {
      await open(page, url, { lang, ...SETTINGS });
      assert.deepEqual(await violations(page), [], "on arrival");
      await fill(page);
      assert.deepEqual(await violations(page), [], "after a training");
    });
  }
}

browserTest("axe finds nothing on a narrow page, with a failure told", {
  viewport: { width: 320, height: 640 },
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await failOnPurpose(page);
  assert.deepEqual(await violations(page), []);
});

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  browserTest(`axe finds nothing in the cards, ${colorScheme}`, {
    colorScheme, minutes: 4, viewport: { width: 360, height: 900 },
  }, async ({ page, url }) => {
    for (const chapter of CARDS.map(({ name }) => name)) {
      const asked = new URLSearchParams({ chapter, lang: "en", preset: "nano", engine: "cpu", steps: "40" });
      await page.goto(`${url}embed.html?${asked}`);
      await page.locator("#open-card").waitFor();
      assert.deepEqual(await violations(page), [], `${chapter}, closed`);
      await page.locator("#open-card").click();
      await page.locator("#open-card").waitFor({ state: "detached" });
      if (chapter === "train") await untilPhase(page, "finished");
      assert.deepEqual(await violations(page), [], `${chapter}, open`);
    }
  });
}

browserTest("live regions speak at the ends of things, and on the reader's own moves", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...SETTINGS, steps: 400 });
  await page.mouse.move(10, 10);
  await page.locator("#inspect").click();
  await page.locator("#attention-matrix[data-tokens]").waitFor();
  await page.evaluate(() => {
    /** @type {Record<string, number>} */
    const changes = {};
    Object.assign(globalThis, { changes });
    const live = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
    for (const region of document.querySelectorAll(live)) {
      const name = region.id || region.className || region.localName;
      changes[name] = 0;
      const observer = new MutationObserver(() => { changes[name] += 1; });
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  await page.locator("#train").click();
  await untilStep(page, 1);
  await page.locator("attention-view").scrollIntoViewIfNeeded();
  await page.mouse.move(300, 300);
  await page.mouse.move(320, 330, { steps: 10 });
  await untilPhase(page, "finished");
  const changes = await page.evaluate(() => /** @type {any} */ (globalThis).changes);
  for (const [name, count] of Object.entries(changes)) assert(count <= 4, `${name} spoke ${count} times`);

  const spoken = page.locator("#attention-spoken");
  await page.locator("#attention-matrix").focus();
  await page.keyboard.press("ArrowUp");
  const first = await spoken.textContent() ?? "";
  assert.match(first, /looks at|cannot see/);
  await page.keyboard.press("ArrowUp");
  assert.notEqual(await spoken.textContent(), first);
});

browserTest("a chart that has the focus is not read out while it grows", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { ...SETTINGS, steps: 2000 });
  await page.locator("#train").click();
  await untilStep(page, 5);
  const chart = page.locator("#loss-chart");
  await chart.focus();
  const before = await chart.getAttribute("aria-valuetext");
  await untilStep(page, 60);
  assert.equal(await chart.getAttribute("aria-valuetext"), before);
  await page.keyboard.press("ArrowLeft");
  assert.notEqual(await chart.getAttribute("aria-valuetext"), before);
});

browserTest("a failure hides nothing that has the focus, and gives it back", {
  viewport: { width: 320, height: 256 }, reducedMotion: "reduce",
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await failOnPurpose(page);
  const tab = async () => {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => {
      const active = /** @type {Element} */ (document.activeElement);
      const banner = /** @type {Element} */ (document.getElementById("failure"));
      if (active === document.body || banner.contains(active)) return resolve(null);
      const { top, bottom } = active.getBoundingClientRect();
      const free = banner.getBoundingClientRect().top;
      const isHidden = top >= free || bottom <= 0;
      resolve(isHidden ? `${active.id || active.localName} at ${top}, the banner at ${free}` : null);
    })));
    assert.equal(hidden, null);
  };
  for (let presses = 0; presses < 40; presses++) await tab();
  // A frame scrolls by rules of its own.
  await page.locator("embed-panel fieldset input").last().focus();
  await tab();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "embed-preview");
  await page.locator("#generate").focus();
  await page.locator("#dismiss-failure").focus();
  await page.keyboard.press("Enter");
  await page.locator("#failure").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "generate");

  await failOnPurpose(page);
  await page.locator("#dismiss-failure").focus();
  await page.keyboard.press("Escape");
  await page.locator("#failure").waitFor({ state: "hidden" });
});

browserTest("the arrow keys keep the cell in sight", {
  viewport: { width: 360, height: 640 },
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await page.mouse.move(10, 10);
  await page.locator("#look").fill("The cat and the mouse.");
  await page.locator("#inspect").click();
  const matrix = page.locator('#attention-matrix[data-tokens="22"]');
  await matrix.waitFor();
  await matrix.focus();
  for (const key of ["ArrowUp", "ArrowRight", "ArrowDown"]) {
    for (let press = 0; press < 25; press++) await page.keyboard.press(key);
    const isSeen = await page.evaluate(() => {
      const box = (/** @type {string} */ selector) => (
        /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect());
      const { left, right, top, bottom } = box(".matrix-cursor");
      const frame = box("#attention-matrix");
      return left >= frame.left && right <= frame.right + 1 && top >= 0 && bottom <= innerHeight;
    });
    assert(isSeen, `after ${key}`);
  }
});

browserTest("what a model writes has its language and direction, and no translator touches it", {
  minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, { lang: "en", text: "contes-fr", ...SETTINGS });
  await fill(page);
  const texts = ["#written", "#samples .ticket-text", "#prompt", "#look", "#prompt-to-sample"];
  for (const selector of [...texts, "#candidates"]) {
    assert.equal(await page.locator(selector).first().getAttribute("lang"), "fr", `${selector} lang`);
  }
  for (const selector of [
    ...texts,
    "#candidates",
    "#token-tiles",
    ".symbols",
    ".arc-words",
    ".matrix-grid",
    "#attention-value",
    "#own-text",
    "#connections ul",
  ]) {
    const element = page.locator(selector).first();
    const isLeft = await element.evaluate((here) => here.closest("[translate=no]") !== null);
    assert(isLeft, `${selector} would be translated`);
  }
  for (const selector of [...texts, "#own-text"]) {
    assert.equal(await page.locator(selector).first().getAttribute("dir"), "auto", `${selector} dir`);
  }
});

browserTest("with forced colours what is chosen can still be told", {
  forcedColors: "active", minutes: 3,
}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await fill(page);
  const look = (/** @type {string} */ selector) => page.locator(selector).first().evaluate((element) => {
    const { outlineStyle, outlineColor, borderColor, backgroundColor } = getComputedStyle(element);
    return `${outlineStyle} ${outlineColor} ${borderColor} ${backgroundColor}`;
  });
  for (const [chosen, other] of [
    ['.card:has(:checked)', '.card:not(:has(:checked))'],
    ['.language-switch [aria-pressed="true"]', '.language-switch [aria-pressed="false"]'],
    ['.stamp-card:has(:checked)', '.stamp-card:not(:has(:checked))'],
  ]) assert.notEqual(await look(chosen), await look(other), chosen);
  const tones = await page.locator("#token-tiles .tile").evaluateAll((tiles) => (
    tiles.map((tile) => getComputedStyle(tile).backgroundColor)));
  assert(new Set(tones).size > 2, "the tiles have one colour");
});

browserTest("a term is explained by keyboard, and folded again", {}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  const term = page.getByRole("button", { name: "parameters", exact: true });
  const definition = page.locator(`#${await term.getAttribute("aria-controls")}`);
  assert(await definition.isHidden());
  await term.focus();
  await page.keyboard.press("Enter");
  assert.equal(await term.getAttribute("aria-expanded"), "true");
  assert.match(await definition.innerText(), /numbers that the model is made of/);
  await page.keyboard.press("Escape");
  assert(await definition.isHidden());
});

browserTest("a story is read out when asked for, not on arrival", {}, async ({ page, url }) => {
  await open(page, url, SETTINGS);
  await page.mouse.move(5, 5);
  const story = page.locator("#story");
  await story.locator("p").first().waitFor();
  assert(![null, "polite", "assertive"].slice(1).includes(await story.getAttribute("aria-live")));
  await page.locator("#another-story").click();
  await page.locator('#story[aria-live="polite"]').waitFor();
});

/**
 * Looks at characters that no model of tales has seen.
 * @param {Page} page
 */
async function failOnPurpose(page) {
  await page.mouse.move(5, 5);
  await page.locator("#look").fill("漢字");
  await page.locator("#inspect").click();
  await page.locator("#failure").waitFor();
}
