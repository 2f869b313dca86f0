// Tales in which pairs are counted: the same each time, told without holding up the page.

import { loadContes } from "../../engine/load.js";
import { nextTask } from "./text.js";

/** Told at once: some milliseconds. */
const SLICE_BYTES = 10_000;
const SEED = 1;

/**
 * @param {import("./settings.js").Language} language
 * @param {number} bytes  in all, at least
 * @returns {Promise<string[]>} tales of the training part
 * @throws where the grammar cannot be had
 */
export async function talesToCount(language, bytes) {
  const { Contes } = await loadContes();
  const teller = new Contes(language, "training", SEED);
  const tales = [];
  for (let told = 0; told < bytes; told += SLICE_BYTES) {
    tales.push(...teller.stories(SLICE_BYTES));
    await nextTask();
  }
  teller.free();
  return tales;
}
