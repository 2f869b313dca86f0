// One browser test: a fresh browser context on the built page, and a watch over everything that must never
// happen, whatever the test is about: an error in the console, an uncaught error, a breach of the content
// security policy (Chromium reports those in the console), or a request to another origin.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { launchChromium } from "../../../tools/chromium.mjs";
import { serve } from "../../../tools/serve.mjs";

export const DIST = "dist";
/** A path that no file of the page knows: the page must work under any. */
const UNDER = "/somewhere/else/";
/** An empty page of the same origin, for tests of the engine without the page. */
export const BLANK = "blank.html";
/** Keeps a page of the tests' own from being asked for an icon. */
export const NO_ICON = '<link rel="icon" href="data:,">';
/**
 * What an engine, or its GPU, says to the console when its calls fail: anything but a breach of a policy. A
 * request to another origin is no such line either.
 */
export const ENGINE_FAILS = /^(console|uncaught): (?!.*(Content Security Policy|Permissions policy))/;
const WORKER = "engine/worker.js";

/** @typedef {import("playwright-core").Page} Page */

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/**
 * @typedef {object} BrowserTest
 * @property {Page} page            not yet on any address
 * @property {string} url           the page's address
 * @property {string[]} complaints  what went wrong so far; the test fails if any is left at its end
 * @property {Set<string>} origins  those that may be asked for something
 */

/**
 * @typedef {object} Options
 * @property {number} [minutes]  how long the test may last (2)
 * @property {string} [prelude]  module code that the engine worker runs first: a browser that lacks something
 * @property {Parameters<typeof serve>[1]} [site]  how the page is served, where that is not as usual
 * @property {string} [folder]   that is served, where it is not the built page
 * @property {RegExp} [expected]  complaints of the browser that belong to the test
 */

/**
 * @param {string} name
 * @param {import("playwright-core").BrowserContextOptions & Options} options
 * @param {(test: BrowserTest) => Promise<void>} body
 */
export function browserTest(name, options, body) {
  const { minutes = 2, prelude, site: serving, folder = DIST, expected, ...contextOptions } = options;
  test(name, { timeout: minutes * 60_000 }, async () => {
    // First, since without a browser nothing else may stay open.
    const opened = await (browser ??= launchChromium());
    const context = await opened.newContext({ locale: "en-GB", ...contextOptions });
    const more = { ...await extraFiles(prelude), ...serving?.more };
    const site = await serve(folder, { under: UNDER, ...serving, more });
    try {
      const page = await context.newPage();
      const origins = new Set([new URL(site.url).origin]);
      const complaints = watch(page, origins);
      await body({ page, url: site.url, complaints, origins });
      assert.deepEqual(complaints.filter((complaint) => !expected?.test(complaint)), []);
    } finally {
      await context.close();
      await site.close();
    }
  });
}

/**
 * @param {string | undefined} prelude
 * @returns {Promise<Record<string, string>>}
 */
async function extraFiles(prelude) {
  const blank = { [BLANK]: `<!doctype html>${NO_ICON}` };
  if (!prelude) return blank;
  const worker = await readFile(`${DIST}/${WORKER}`, "utf8");
  return { ...blank, "engine/prelude.js": prelude, [WORKER]: `import "./prelude.js";\n${worker}` };
}

/**
 * Collects what must not happen. Workers and frames report through their page.
 * @param {Page} page
 * @param {Set<string>} origins
 */
function watch(page, origins) {
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("crash", () => complaints.push("the tab crashed"));
  page.context().on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && !origins.has(origin)) {
      complaints.push(`request to another origin: ${request.url()}`);
    }
  });
  return complaints;
}
