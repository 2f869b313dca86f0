// Makes the engines' wasm modules small and names the build: Trunk's last step, run on its staging folder
// before dist/ is replaced. wasm-opt takes minutes, so its results are kept in the cache under the hash of
// everything that went in.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { markBuild } from "./build_id.mjs";
import { minify } from "./minify.mjs";

const require = createRequire(import.meta.url);
const BINARYEN = dirname(require.resolve("binaryen/package.json"));
const WASM_OPT = join(BINARYEN, "bin", "wasm-opt");
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "petit-train", "wasm-opt");

// The features that rustc's wasm32 target uses, named one by one: `--all-features` lets wasm-opt use
// proposals that browsers refuse.
const FEATURES = ["simd", "bulk-memory", "nontrapping-float-to-int", "sign-ext", "mutable-globals",
  "reference-types", "multivalue"].map((name) => `--enable-${name}`);
// -O1 on measurement: -Os takes four times as long, and its smaller modules are larger once gzipped.
const OPTIONS = ["-O1", "--strip-debug", "--strip-producers", ...FEATURES];
/** The one module that may use relaxed SIMD: wasm-opt refuses it in all that every browser must load. */
const RELAXED = "engine_cpu_relaxed_bg.wasm";

const staging = process.env.TRUNK_STAGING_DIR;
if (!staging) throw new Error("tools/shrink.mjs is Trunk's post_build hook: run `./dev build`");

const modules = (await readdir(staging)).filter((name) => name.endsWith("_bg.wasm"));
await Promise.all(modules.map((name) => shrink(join(staging, name), name)));
// Before the loader is made small: its line for the build's name would be gone.
await markBuild(staging, modules.map((name) => name.replace("_bg.wasm", "")));
await minify(staging);

/**
 * Replaces one module by its small form and says what that brought.
 * @param {string} path
 * @param {string} name
 */
async function shrink(path, name) {
  const input = await readFile(path);
  const options = name === RELAXED ? [...OPTIONS, "--enable-relaxed-simd"] : OPTIONS;
  refuseWrappedExports(input, name);
  const kept = join(CACHE, `${await fingerprint(input, options)}.wasm`);
  let output = await readFile(kept).catch(() => null);
  if (output === null) {
    console.error(
      `» wasm-opt on ${name}, ${megabytes(input)} (about ${Math.ceil(input.length / 10e6)} min, `
        + "once for each change of the engine)",
    );
    await mkdir(CACHE, { recursive: true });
    const unfinished = `${kept}.${process.pid}`;
    await promisify(execFile)(process.execPath, [WASM_OPT, ...options, path, "-o", unfinished]);
    await rename(unfinished, kept);
    output = await readFile(kept);
  }
  await copyFile(kept, path);
  const gzipped = Math.round(gzipSync(output).length / 1000);
  console.error(`» ${name}: ${megabytes(input)} → ${megabytes(output)}, ${gzipped} KB gzip`);
}

/**
 * Where wasm-ld had to wrap exports (constructors that nobody calls), each call from JavaScript runs hundreds
 * of constructors: seconds a training step. crates/wasm calls them once; this sees to it that it stays so.
 * @param {Buffer} bytes
 * @param {string} name
 */
function refuseWrappedExports(bytes, name) {
  if (bytes.includes(".command_export")) {
    throw new Error(
      `${name}: its exports are wrapped in calls of __wasm_call_ctors; see the start function in crates/wasm`,
    );
  }
}

/** @param {Buffer} input @param {string[]} options */
async function fingerprint(input, options) {
  const { version } = JSON.parse(await readFile(join(BINARYEN, "package.json"), "utf8"));
  return createHash("sha256").update(`${version} ${options.join(" ")}\n`).update(input).digest("hex");
}

/** @param {Buffer} bytes */
function megabytes(bytes) {
  return `${(bytes.length / 1e6).toFixed(1)} MB`;
}
