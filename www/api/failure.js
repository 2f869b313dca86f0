// What an engine, or the way to it, refuses or fails at.

/**
 * @typedef {import("./messages.js").Failure} Failure
 */

/** Why a promise of this library is rejected; the other reason is the caller's own `AbortSignal`. */
export class EngineFailure extends Error {
  /**
   * @param {Failure} failure
   * @param {boolean} [fatal]  whether the model is lost with it; otherwise all is as it was before the
   *   question
   */
  constructor(failure, fatal = false) {
    super(`${failure.code}: ${failure.cause}`);
    this.name = "EngineFailure";
    this.failure = failure;
    this.fatal = fatal;
  }

  /** The stable name of what happened, as in `messages.js`. */
  get code() {
    return this.failure.code;
  }
}

/**
 * @param {string} code
 * @param {unknown} cause
 * @returns {EngineFailure} one that ends its worker
 */
export function fatalFailure(code, cause) {
  return new EngineFailure({ code, params: {}, cause: String(cause) }, true);
}

/**
 * @param {string} code
 * @param {string} cause
 * @param {Record<string, string|number>} [params]
 * @returns {EngineFailure} one that changes nothing
 */
export function refusal(code, cause, params = {}) {
  return new EngineFailure({ code, params, cause });
}
