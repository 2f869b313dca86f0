// What exports throw.

/** What keeps an engine from being loaded. */
const NOT_LOADED = ["not_found", "files_mismatched", "wasm_unsupported"];
/** After these the engine is of no use any more; a refusal leaves all as it was. */
const FATAL = ["engine_failed", "gpu_stalled", "gpu_lost", "gpu_out_of_memory", "panic", ...NOT_LOADED];

/**
 * @param {unknown} error
 * @returns {boolean} whether it is a failed engine, a trap in its code, or one that could not be had
 */
export function isFatal(error) {
  return FATAL.includes(codeOf(error) ?? "") || error instanceof WebAssembly.RuntimeError;
}

/**
 * @param {unknown} error
 * @returns {boolean} whether the engine could not be loaded, which says nothing of a GPU
 */
export function isNotLoaded(error) {
  return NOT_LOADED.includes(codeOf(error) ?? "");
}

/** @param {unknown} error @returns {string|undefined} */
export function codeOf(error) {
  return /** @type {{code?: string}|undefined} */ (error)?.code;
}

/**
 * @param {unknown} error
 * @returns {import("../api/messages.js").Failure}
 */
export function failureOf(error) {
  const { params = {} } = /** @type {any} */ (error ?? {});
  const code = codeOf(error) ?? (error instanceof TypeError ? "argument_unreadable" : "engine_failed");
  return { code, params, cause: error instanceof Error ? error.message : String(error) };
}

/**
 * @param {string} code
 * @param {string} cause
 * @param {Record<string, string|number>} [params]
 */
export function failure(code, cause, params = {}) {
  return Object.assign(new Error(cause), { code, params });
}
