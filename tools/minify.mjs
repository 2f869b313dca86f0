// Makes the page's own files small: modules and styles by esbuild, file by file, words without white space.
// `node tools/minify.mjs FOLDER` does it to a folder by hand.

import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/** Folders of the page's own files; what wasm-bindgen wrote beside them is left as it is. */
const FOLDERS = ["api", "app", "article", "class", "engine", "style"];
/** Its script for other pages. */
const EMBED = "embed.js";
/** Each takes a library from npm in with it: the page has no other way to find one. */
const WITH_LIBRARY = /(api[\\/]zip|state[\\/]shelf|embed[\\/]qr_code)\.js$/;
/** Runs in browsers of any age, to say that they are too old: it gets no new syntax. */
const OLD_SYNTAX = /app[\\/]opening\.js$/;

/** @param {string} folder  the built page */
export async function minify(folder) {
  const inFolders = (await Promise.all(FOLDERS.map((name) => filesUnder(join(folder, name))))).flat();
  const paths = [...inFolders, join(folder, EMBED)];
  const before = await size(paths);
  const sources = paths.filter((path) => /\.(js|css)$/.test(path));
  const options = /** @type {const} */ ({
    outdir: folder, outbase: folder, allowOverwrite: true, minify: true, charset: "utf8", logLevel: "error",
  });
  const old = sources.filter((path) => OLD_SYNTAX.test(path));
  const bundled = sources.filter((path) => WITH_LIBRARY.test(path));
  const others = sources.filter((path) => !old.includes(path) && !bundled.includes(path));
  await build({ ...options, target: "esnext", entryPoints: others });
  await build({ ...options, target: "esnext", entryPoints: bundled, bundle: true, format: "esm" });
  await build({ ...options, target: "es5", entryPoints: old });
  for (const path of paths.filter((candidate) => candidate.endsWith(".json"))) {
    await writeFile(path, JSON.stringify(JSON.parse(await readFile(path, "utf8"))));
  }
  console.error(`» the page's own files: ${before} → ${await size(paths)} bytes`);
}

/** @param {string} folder */
async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/**
 * @param {string[]} paths
 * @returns {Promise<number>} bytes of all files together
 */
async function size(paths) {
  const files = await Promise.all(paths.map((path) => readFile(path)));
  return files.reduce((sum, { length }) => sum + length, 0);
}

const [, script = "", folder] = process.argv;
if (folder && import.meta.url === pathToFileURL(script).href) await minify(folder);
