// What a page of dist/ loads before anyone touches it, and what a file weighs, gzipped as a host would.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Quiet time after which nothing more is loaded on the page's own account. */
const QUIET_MS = 1_500;

/**
 * @param {import("playwright-core").Browser} browser
 * @param {string} site  the address that dist/ has
 * @param {string} [path]  of the page; without it, the page itself
 * @returns {Promise<[string, number][]>} each file in dist/, and its bytes
 */
export async function firstView(browser, site, path = "") {
  const page = await browser.newPage({ locale: "fr-FR" });
  /** @type {Set<string>} */
  const paths = new Set();
  page.on("request", (request) => {
    if (request.url().startsWith(site)) paths.add(new URL(request.url()).pathname.slice(1) || "index.html");
  });
  await page.goto(site + path, { waitUntil: "networkidle" });
  await page.waitForTimeout(QUIET_MS);
  await page.close();
  paths.delete("favicon.ico"); // Browsers ask for it on their own.
  const sizes = [...paths].map(async (file) => /** @type {[string, number]} */ ([file, await gzipped(file)]));
  return Promise.all(sizes);
}

/** @param {string} path in dist/ @returns {Promise<number>} bytes */
export async function gzipped(path) {
  return gzipSync(await readFile(join("dist", path))).length;
}
