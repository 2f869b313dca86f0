// The engine modules of a worker, each started once. A panic, or a GPU that is lost, ends a module outside of
// any call: whoever uses it is told.

import { failure } from "./failures.js";
import { loadEngine } from "./load.js";

/**
 * @typedef {import("./load.js").Engine} Engine
 * @typedef {"cpu"|"webgpu"} Name
 * @typedef {(error: Error & {code: string}) => void} OnDeath
 */

export class Engines {
  /** @type {Map<Name, Promise<{engine: Engine}>>} */
  #loaded = new Map();
  /** Who uses them. @type {Map<Name, OnDeath>} */
  #users = new Map();

  /**
   * @param {Name} name
   * @param {OnDeath} onDeath  told when the module must not be called again; in place of who used it before
   * @returns {Promise<{engine: Engine}>}
   */
  async load(name, onDeath) {
    this.#users.set(name, onDeath);
    let loading = this.#loaded.get(name);
    if (!loading) {
      loading = loadEngine(name, (code, cause) => this.#users.get(name)?.(failure(code, cause)));
      this.#loaded.set(name, loading);
      // Another try may have more luck.
      loading.catch(() => this.#loaded.delete(name));
    }
    return loading;
  }

  /** Makes every module panic. */
  async panic() {
    for (const loading of this.#loaded.values()) (await loading).engine.panicOnPurpose();
  }

  /** Nobody uses it any more. @param {Name} name */
  leave(name) {
    this.#users.delete(name);
  }
}
