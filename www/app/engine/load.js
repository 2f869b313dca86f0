// Fetches and starts a wasm module, which nothing needs before it is wanted.

/**
 * @typedef {typeof import("../../../dist/engine_cpu.js")} Engine
 * @typedef {typeof import("../../../dist/contes.js")} Contes
 */

/** By name. @type {Map<string, Promise<any>>} */
const loaded = new Map();

/**
 * @param {"cpu"|"webgpu"} name
 * @param {(code: string, cause: string) => void} onFatal told when the module must not be called again
 * @returns {Promise<{engine: Engine}>} the module, started; wrapped, since a module with a `then` would be awaited
 */
export async function loadEngine(name, onFatal) {
  const engine = /** @type {Engine} */ (await load(`engine_${name}`));
  engine.onFatal(onFatal);
  return { engine };
}

/** @returns {Promise<Contes>} the stories */
export function loadContes() {
  return load("contes");
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

/** @param {string} name */
async function start(name) {
  try {
    const module = await import(new URL(`../../${name}.js`, import.meta.url).href);
    await module.default();
    return module;
  } catch (error) {
    throw Object.assign(new Error(`${name} did not load: ${error}`), { code: "not_found" });
  }
}
