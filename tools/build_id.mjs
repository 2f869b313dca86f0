// Marks the files of a build as belonging together: a browser's cache may hold some of an earlier one.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const LOADER = join("engine", "wasm_module.js");
const UNBUILT = 'const BUILD = "";';

/**
 * Writes the build's name into the page's loader and into the modules that it loads, which it refuses if they
 * differ.
 * @param {string} folder  the built page, its wasm as it will be served
 * @param {readonly string[]} modules  names of the wasm modules, without `.js` or `_bg.wasm`
 */
export async function markBuild(folder, modules) {
  const loader = await readFile(join(folder, LOADER), "utf8");
  if (!loader.includes(UNBUILT)) throw new Error(`${LOADER} has no line: ${UNBUILT}`);
  const hash = createHash("sha256");
  for (const file of (await readdir(folder, { recursive: true })).sort()) {
    if (/\.(js|json|wasm)$/.test(file)) hash.update(await readFile(join(folder, file)));
  }
  const build = hash.digest("hex").slice(0, 12);
  await writeFile(join(folder, LOADER), loader.replace(UNBUILT, `const BUILD = "${build}";`));
  await Promise.all(modules.map(async (name) => {
    const file = join(folder, `${name}.js`);
    await writeFile(file, `${await readFile(file, "utf8")}\nexport const BUILD = "${build}";\n`);
  }));
}
