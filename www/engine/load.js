// Fetches and starts a wasm module, which nothing needs before it is wanted.

import { startModule } from "./wasm_module.js";

/**
 * @typedef {typeof import("../../dist/engine_cpu.js")} Engine
 * @typedef {typeof import("../../dist/contes.js")} Contes
 * @typedef {typeof import("../../dist/files.js")} Files
 * @typedef {typeof import("../../dist/tokenizer.js")} Tokenizers
 */

/**
 * A module in wasm with nothing but `i8x16.splat`, an instruction of SIMD: a function of no parameters that
 * gives a v128.
 */
const SIMD = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
  1, 5, 1, 0x60, 0, 1, 0x7b, // types: () -> v128
  3, 2, 1, 0, // functions: one, of type 0
  10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b, // code: i32.const 0, i8x16.splat, end
);

/**
 * A module in wasm with nothing but `f32x4.relaxed_madd`, an instruction of relaxed SIMD: a function of no
 * parameters that gives a v128.
 */
const RELAXED_SIMD = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
  1, 5, 1, 0x60, 0, 1, 0x7b, // types: () -> v128
  3, 2, 1, 0, // functions: one, of type 0
  10, 19, 1, 17, 0, // code: one body of 17 bytes, no locals
  0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, // three times i32.const 0, i8x16.splat
  0xfd, 0x85, 0x02, 0x0b, // f32x4.relaxed_madd, end
);

/** By name. @type {Map<string, Promise<any>>} */
const loaded = new Map();

/**
 * The CPU engine is there twice: where the browser has relaxed SIMD, its products of matrices are faster
 * (BENCHMARKS.md).
 * @param {"cpu"|"webgpu"} name
 * @param {(code: string, cause: string) => void} onFatal told when the module must not be called again
 * @returns {Promise<{engine: Engine}>} the module, started; wrapped, since a module with a `then` would be
 *   awaited
 */
export async function loadEngine(name, onFatal) {
  const module = name === "cpu" && hasRelaxedSimd() ? "engine_cpu_relaxed" : `engine_${name}`;
  const engine = /** @type {Engine} */ (await load(module));
  engine.onFatal(onFatal);
  return { engine };
}

function hasRelaxedSimd() {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(RELAXED_SIMD);
}

/** @returns {Promise<Contes>} the stories */
export function loadContes() {
  return load("contes");
}

/** @returns {Promise<Tokenizers>} the tokenizers */
export function loadTokenizers() {
  return load("tokenizer");
}

/** @returns {Promise<Files>} the files of a model */
export function loadFiles() {
  return load("files");
}

/**
 * @param {string} name
 * @returns {Promise<any>}
 */
function load(name) {
  let module = loaded.get(name);
  if (!module) {
    module = start(name);
    loaded.set(name, module);
    // Another try may have more luck.
    module.catch(() => loaded.delete(name));
  }
  return module;
}

/**
 * @param {string} name
 * @returns {Promise<any>}
 * @throws {Error} with the code of what went wrong
 */
async function start(name) {
  try {
    return await startModule(name);
  } catch (error) {
    const code = codeOf(error);
    if (code === "files_mismatched") await fetchAnew();
    throw Object.assign(new Error(`${name} did not load: ${error}`), { code });
  }
}

/**
 * @param {unknown} error  of fetching, compiling or starting a module
 * @returns {string}
 */
function codeOf(error) {
  if (typeof WebAssembly === "undefined") return "wasm_unsupported";
  if (error instanceof WebAssembly.CompileError) {
    // What a host sends in place of a file that it lacks may be a page.
    if (/magic|\\0asm/i.test(error.message)) return "not_found";
    return WebAssembly.validate(SIMD) ? "files_mismatched" : "wasm_unsupported";
  }
  // A module in JavaScript that lacks what another asks of it, or one in wasm.
  if (error instanceof WebAssembly.LinkError || error instanceof SyntaxError) return "files_mismatched";
  return error instanceof TypeError ? "not_found" : "engine_failed";
}

/**
 * Fetches the files of this thread anew, past the browser's cache: after a reload they are of one build. A
 * cache may hold the files of an earlier one for as long as the host allows.
 */
async function fetchAnew() {
  const files = performance.getEntriesByType("resource").map(({ name }) => name);
  await Promise.allSettled(files.map((file) => fetch(file, { cache: "reload" })));
}
