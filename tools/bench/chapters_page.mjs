// The chapters in the built page, while *petit* trains beside them on the CPU engine: how long an interaction
// takes from the hand to the next frame (the browser's own Event Timing), what each chapter weighs, and how
// soon every head of a text is on view.

import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { gzipped } from "./first_view.mjs";
import { median } from "./report.mjs";

/** @typedef {import("playwright-core").Page} Page */

const TIMES = 20;
const PAUSE_MS = 150;
/** Event Timing reports nothing faster: such an interaction was answered within one frame. */
const ONE_FRAME_MS = 16;
/** Texts of some 64 tokens each: about so many words of a tale. */
const WORDS = 51;
const TEXTS = 9;

/**
 * Of each chapter what its reader does most, time after time; before it, what leads there.
 * @type {Record<string, {first?: (page: Page) => Promise<unknown>,
 *   again: (page: Page, time: number) => Promise<unknown>}>}
 */
const INTERACTIONS = {
  tokens: {
    first: (page) => page.locator("token-chips input").first().focus(),
    again: (page, time) => page.keyboard.press("abcdefgh"[time % 8]),
  },
  guess: {
    first: async (page) => {
      await page.locator("#word-start").click();
      await page.locator("#word-passage .gap").waitFor();
      await page.locator("#word-try").focus();
    },
    again: (page, time) => page.keyboard.press(time % 2 === 0 ? "e" : "Backspace"),
  },
  train: { again: (page) => page.locator("#options summary").click() },
  write: {
    first: async (page) => {
      await page.locator("#generate").click();
      await page.locator("#written .token").nth(30).waitFor();
      await page.locator("#written .token").first().click();
    },
    again: (page) => page.keyboard.press("ArrowRight"),
  },
  attention: {
    first: async (page) => {
      await page.locator("#inspect").click();
      await page.locator("#attention-arcs .word").first().click();
    },
    again: (page, time) => page.keyboard.press(time % 8 < 4 ? "ArrowRight" : "ArrowLeft"),
  },
  dismantle: {
    first: (page) => page.locator('#machine [data-part="mlp 0"]').waitFor(),
    again: (page) => page.locator('#machine [data-part="mlp 0"]').click(),
  },
  reflect: {
    first: (page) => page.locator("before-after textarea").first().focus(),
    again: (page, time) => page.keyboard.press("abcdefgh"[time % 8]),
  },
  class: { again: (page) => page.locator("#throw-dice").click() },
  embed: {
    again: (page, time) => page.locator("#card-theme").selectOption(time % 2 ? "dark" : "light"),
  },
};

/**
 * @returns {Promise<{slow: Record<string, number>, all: number[], sizes: Record<string, number>}>} of each
 *   chapter the 95th percentile of its interactions, then all of them, in milliseconds; and its gzipped bytes
 */
export async function inThePage() {
  const site = await serve("dist");
  const browser = await launchChromium();
  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1280, height: 900 } });
  /** @type {Map<string, Set<string>>} */
  const files = new Map();
  page.on("request", (request) => {
    const [, path, chapter] = /\/(app\/chapters\/(\w+)\/[^?]+)/.exec(request.url()) ?? [];
    if (chapter) files.set(chapter, (files.get(chapter) ?? new Set()).add(path));
  });
  await page.goto(`${site.url}#preset=petit&engine=cpu&steps=20000`);
  await page.locator("#train").click();
  await page.locator("#fact-speed", { hasText: /\d/ }).waitFor({ timeout: 120_000 });
  await page.evaluate((durationThreshold) => {
    const seen = /** @type {number[]} */ ([]);
    Object.assign(globalThis, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        // One entry an interaction: those of pointers that only move belong to none.
        if (/^(click|keydown|change)$/.test(entry.name)) seen.push(entry.duration);
      }
    }).observe(/** @type {PerformanceObserverInit} */ ({ type: "event", durationThreshold }));
  }, ONE_FRAME_MS);
  /** @type {Record<string, number>} */
  const slow = {};
  /** @type {number[]} */
  const all = [];
  for (const [chapter, { first, again }] of Object.entries(INTERACTIONS)) {
    await page.locator(`#${chapter}-chapter`).scrollIntoViewIfNeeded();
    await first?.(page);
    await page.waitForTimeout(1_000);
    await page.evaluate(() => { /** @type {any} */ (globalThis).seen.length = 0; });
    for (let time = 0; time < TIMES; time++) {
      await again(page, time);
      await page.waitForTimeout(PAUSE_MS);
    }
    await page.waitForTimeout(500);
    const seen = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (globalThis).seen));
    const times = [...seen, ...Array(Math.max(0, TIMES - seen.length)).fill(ONE_FRAME_MS)];
    slow[chapter] = percentile(times, 0.95);
    all.push(...times);
  }
  await browser.close();
  await site.close();
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const [chapter, paths] of files) {
    const bytes = await Promise.all([...paths].map(gzipped));
    sizes[chapter] = bytes.reduce((sum, size) => sum + size, 0);
  }
  return { slow, all, sizes };
}

/** @returns {Promise<number>} milliseconds from the click until all heads of a text, and arcs, are painted */
export async function headsOnView() {
  const site = await serve("dist");
  const browser = await launchChromium();
  const page = await browser.newPage({ locale: "fr-FR", viewport: { width: 1280, height: 900 } });
  await page.goto(`${site.url}#model=arrival&chapter=attention`);
  await page.locator("#attention-matrix[data-tokens]").waitFor({ timeout: 60_000 });
  await page.waitForTimeout(3_000);
  const stories = /** @type {{text: string}[]} */ (await page.evaluate(async () => (
    await (await fetch("texts/contes-fr.json")).json()).stories));
  const times = [];
  for (let index = 0; index < TEXTS; index++) {
    const words = stories[index % stories.length].text.replaceAll("\n", " ").split(" ");
    const text = words.slice(index, index + WORDS).join(" ");
    times.push(await page.evaluate((asked) => new Promise((resolve) => {
      const input = /** @type {HTMLInputElement} */ (document.getElementById("look"));
      input.value = asked;
      input.dispatchEvent(new Event("input"));
      const arcs = /** @type {Element} */ (document.getElementById("attention-arcs"));
      const start = performance.now();
      new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
      }).observe(arcs, { childList: true, subtree: true });
      document.getElementById("inspect")?.click();
    }), text));
    await page.waitForTimeout(300);
  }
  await browser.close();
  await site.close();
  return median(times);
}

/**
 * @param {readonly number[]} values
 * @param {number} share
 */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
