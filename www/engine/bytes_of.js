// The bytes of a file, or of a checkpoint that the browser keeps as one.

import { failure } from "./failures.js";

/**
 * @param {Blob} blob
 * @param {string} code  of what is thrown where it is gone, or there is no memory for it
 * @param {Record<string, string|number>} [params]
 * @returns {Promise<Uint8Array>}
 */
export async function bytesOf(blob, code, params = {}) {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw failure(code, String(error), params);
  }
}
