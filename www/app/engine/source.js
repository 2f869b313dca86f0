// Where the texts of a run come from: the reader's own, or stories without end, told while they are learned.

import { loadContes } from "./load.js";

/** @typedef {import("./protocol.js").TextSource} TextSource */

/** Stories to begin with: told in a moment, and after so many others follow. */
const TRAINING_BYTES = 500_000;
const VALIDATION_BYTES = 100_000;

/**
 * @typedef {object} OpenSource
 * @property {{text: string, validation_text?: string, alphabet?: string}} texts  what a session is created with
 * @property {(() => string)|null} next  the next training text, never one of before; null where there is no other
 */

/**
 * @param {TextSource} source
 * @param {number} seed  of the stories
 * @returns {Promise<OpenSource>}
 */
export async function openSource(source, seed) {
  if (source.kind === "text") return { texts: { text: source.text }, next: null };
  const { Contes } = await loadContes();
  const training = new Contes(source.language, "training", seed);
  const validation = new Contes(source.language, "validation", seed);
  const texts = {
    text: training.text(TRAINING_BYTES),
    validation_text: validation.text(VALIDATION_BYTES),
    alphabet: training.alphabet(),
  };
  validation.free();
  return { texts, next: () => training.text(TRAINING_BYTES) };
}
