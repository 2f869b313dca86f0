// Fetches and starts an engine's wasm module, which nothing needs before it is wanted.

/**
 * @typedef {typeof import("../../../dist/engine_cpu.js")} Engine
 */

/** @type {Map<string, Promise<{engine: Engine}>>} */
const loaded = new Map();

/**
 * @param {"cpu"|"webgpu"} name
 * @param {(code: string, cause: string) => void} onFatal told when the module must not be called again
 * @returns {Promise<{engine: Engine}>} the module, started; wrapped, since a module with a `then` would be awaited
 */
export function loadEngine(name, onFatal) {
  let engine = loaded.get(name);
  if (!engine) {
    engine = start(name, onFatal);
    loaded.set(name, engine);
  }
  return engine;
}

/**
 * @param {"cpu"|"webgpu"} name
 * @param {(code: string, cause: string) => void} onFatal
 */
async function start(name, onFatal) {
  try {
    const engine = await import(new URL(`../../engine_${name}.js`, import.meta.url).href);
    await engine.default();
    engine.onFatal(onFatal);
    return { engine };
  } catch (error) {
    throw Object.assign(new Error(`the engine did not load: ${error}`), { code: "not_found" });
  }
}
