// The wasm modules of the package. Each is named as bundlers find it: its JavaScript is imported, and that
// names its wasm, which is fetched once the module is wanted. (The page has another file of this name.)

import * as contes from "../contes.js";
import * as engine_cpu from "../engine_cpu.js";
import * as engine_webgpu from "../engine_webgpu.js";
import * as files from "../files.js";
import * as tokenizer from "../tokenizer.js";

/**
 * One CPU engine, with relaxed SIMD or without: it rounds otherwise, and the same seed would write one text
 * here and another there.
 * @type {Record<string, {default(): Promise<unknown>}>}
 */
const MODULES = { contes, engine_cpu, engine_cpu_relaxed: engine_cpu, engine_webgpu, files, tokenizer };

/**
 * @param {string} name
 * @returns {Promise<any>} the module, started
 */
export async function startModule(name) {
  const module = MODULES[name];
  await module.default();
  return module;
}
