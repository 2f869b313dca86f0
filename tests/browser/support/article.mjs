// An article of another site, with cards in it.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "../../../tools/serve.mjs";
import { NO_ICON } from "./browser_test.mjs";
import { untilPhase } from "./reader.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Frame} Frame */

/** What a card trains in the tests: soon done, on the processor. */
export const SMALL = { lang: "en", preset: "nano", engine: "cpu", steps: 30 };

/**
 * @param {string} url  of the page
 * @param {Record<string, string|number>} [asked]
 */
export function cardAddress(url, asked = {}) {
  const parameters = { chapter: "train", ...SMALL, ...asked };
  return `${url}embed.html?${new URLSearchParams(Object.entries(parameters).map(([name, value]) =>
    [name, String(value)]))}`;
}

/**
 * The snippet that the panel gives, as a host takes it.
 * @param {string} address
 * @param {string} [more]  attributes
 */
export function frame(address, more = "") {
  const src = address.replaceAll("&", "&amp;");
  return `<iframe src="${src}" title="Petit Train" loading="lazy" width="600" height="776" frameborder="0"
    allow="screen-wake-lock; fullscreen; clipboard-write" ${more}></iframe>`;
}

/** Some text before and after, so that whatever moves or scrolls is seen. */
const PARAGRAPH = `<p>${"An article about small models, in the flow of which a card stands. ".repeat(8)}</p>`;

/**
 * Opens an article on another origin, and closes it after `body`.
 * @param {import("./browser_test.mjs").BrowserTest} test
 * @param {{html: string, head?: string, headers?: Record<string, string>}} article
 * @param {() => Promise<void>} body
 */
export async function inArticle({ page, origins }, { html, head = "", headers = {} }, body) {
  const text = `<!doctype html><html lang="en">${NO_ICON}<title>An article</title>${head}
    <body>${PARAGRAPH}<div id="host">${html}</div>${PARAGRAPH}`;
  const blog = await serve("tests/browser", { more: { "index.html": text }, headers });
  try {
    origins.add(new URL(blog.url).origin);
    await page.goto(blog.url);
    await body();
  } finally {
    await blog.close();
  }
}

/**
 * @param {Page} page
 * @param {number} [index]  among the frames of the article
 * @returns {Promise<Frame>} once the card shows
 */
export async function cardIn(page, index = 0) {
  const element = page.locator("iframe:not([srcdoc])").nth(index);
  await element.contentFrame().locator("#open-card").waitFor();
  const card = await (await element.elementHandle())?.contentFrame();
  if (!card) throw new Error(`no card ${index} on the page`);
  return card;
}

/** Opens a card of the chapter "Train", which trains at once. @param {Frame} card */
export async function begin(card) {
  await card.locator("#open-card").click();
  await card.locator("#status").waitFor();
}

/** The same, to the end. @param {Frame} card */
export async function train(card) {
  await begin(card);
  await untilPhase(card, "finished");
}

/**
 * Saves what the page shows, where a folder for pictures is given.
 * @param {Page} page
 * @param {string} name
 */
export async function picture(page, name) {
  const folder = process.env.PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
