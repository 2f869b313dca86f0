// Makes the npm package of the library (www/api, www/engine) in package/, from the engines of the built page.
// `./dev package`; or `node tools/package.mjs FOLDER`.

import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { packageSize } from "./bench/package_size.mjs";

/** Of the page, and what the package has in place of some of it, or beside it. */
const SOURCES = ["www/api", "www/engine", "tools/package/engine"];
/** The library from npm that is bundled in, since the package depends on none. */
const WITH_LIBRARY = "www/api/zip.js";
/** One CPU engine: see tools/package/engine/wasm_module.js. */
const MODULES = ["contes", "engine_cpu", "engine_webgpu", "files", "tokenizer"];
/** A method that a program's types know only with the newest of libraries. */
const DISPOSE = /^ *\[Symbol\.dispose\]\(\): void;\n/gm;
const COPIED = [
  ["tools/package/package.json", "package.json"],
  ["tools/package/node.js", "node.js"],
  ["docs/api.md", "README.md"],
  ["LICENSE-MIT", "LICENSE-MIT"],
  ["LICENSE-APACHE", "LICENSE-APACHE"],
];

/** @param {string} folder  not within another's node_modules, where TypeScript does not look at JavaScript */
export async function makePackage(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const source of SOURCES) await copySources(source, join(folder, source.split("/").at(-1) ?? ""));
  const outfile = join(folder, "api", "zip.js");
  await build({ entryPoints: [WITH_LIBRARY], outfile, bundle: true, format: "esm", charset: "utf8" });
  for (const name of MODULES) {
    const script = await readFile(join("dist", `${name}.js`), "utf8");
    // The page's mark of its build (tools/build_id.mjs).
    await writeFile(join(folder, `${name}.js`), script.replace(/\nexport const BUILD = .*\n/, ""));
    const types = await readFile(join("dist", `${name}.d.ts`), "utf8");
    await writeFile(join(folder, `${name}.d.ts`), types.replace(DISPOSE, ""));
    await copyFile(join("dist", `${name}_bg.wasm`), join(folder, `${name}_bg.wasm`));
  }
  for (const [from, to] of COPIED) await copyFile(from, join(folder, to));
  await declareTypes(folder);
}

/**
 * @param {string} from
 * @param {string} to
 */
async function copySources(from, to) {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const text = await readFile(join(from, name), "utf8");
    // In the package the modules, and so their types, lie beside the folders.
    await writeFile(join(to, name), text.replaceAll("../../dist/", "../"));
  }
}

/** @param {string} folder  of modules, whose types are written beside them */
async function declareTypes(folder) {
  const options = [
    "--ignoreConfig", "--allowJs", "--declaration", "--emitDeclarationOnly", "--skipLibCheck", "--strict",
    "--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler",
    "--lib", "es2023,dom,dom.iterable", "--rootDir", folder, "--outDir", folder,
  ];
  const tsc = join("node_modules", ".bin", "tsc");
  await promisify(execFile)(tsc, [...options, join(folder, "api", "index.js")]);
}

const [, script = "", folder] = process.argv;
if (folder && import.meta.url === pathToFileURL(script).href) {
  await makePackage(folder);
  const { files, bytes, gzip, webgpuGzip } = await packageSize(folder);
  console.error(`» ${folder}: ${files} files, ${bytes} bytes; ${gzip} bytes gzip, `
    + `and ${webgpuGzip} for the WebGPU engine`);
}
