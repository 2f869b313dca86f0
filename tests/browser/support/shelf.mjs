// What a browser keeps of trainings, looked at past the page.

import { pause, stepsDone } from "./reader.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * @typedef {object} OnShelf
 * @property {string} id
 * @property {string} name
 * @property {number} step      of the line
 * @property {number} saved     the step of the checkpoint, as its record says
 * @property {number} shown     the last step of the curve
 * @property {string} hash      SHA-256 of the checkpoint's file
 * @property {number} bytes     of the same
 * @property {any} header       what the file says of itself
 * @property {string[]|null} documents
 */

/**
 * All that is on the shelf, newest first.
 * @param {Page} page  any of the origin
 * @returns {Promise<OnShelf[]>}
 */
export function shelf(page) {
  return page.evaluate(async () => {
    const done = (/** @type {IDBRequest<any>} */ request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const opening = indexedDB.open("petit-train");
    opening.onupgradeneeded = () => opening.transaction?.abort();
    const database = await done(opening).catch(() => null);
    if (!database) return [];
    const stores = ["entries", "trainings", "texts"];
    const transaction = database.transaction(stores);
    const [entries, trainings, texts] = stores.map((name) => transaction.objectStore(name));
    const lines = await done(entries.getAll());
    const found = await Promise.all(lines.map(async (/** @type {any} */ line) => (
      { line, saved: await done(trainings.get(line.id)), documents: await done(texts.get(line.id)) })));
    const others = [await done(trainings.count()), await done(texts.count())];
    database.close();
    if (others[0] !== lines.length || others[1] > lines.length) throw new Error("records without a line");
    const all = await Promise.all(found.map(async ({ line, saved, documents }) => {
      const bytes = await saved.checkpoint.blob.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const length = Number(new DataView(bytes).getBigUint64(0, true));
      const head = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
      return {
        id: line.id, name: line.name, step: line.step, at: line.saved,
        saved: saved.checkpoint.step, shown: saved.history.steps.step.at(-1) ?? 0,
        hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
        bytes: bytes.byteLength, header: JSON.parse(head.__metadata__.petit_train),
        documents: documents ?? null,
      };
    }));
    return all.toSorted((a, b) => b.at - a.at);
  });
}

/** Pauses, and waits until that is kept. @param {Page} page @returns {Promise<number>} the step */
export async function pauseAndKeep(page) {
  await pause(page);
  const step = await stepsDone(page);
  await untilKept(page, step);
  return step;
}

/**
 * Waits until the model at hand is kept at a step.
 * @param {Page|import("playwright-core").Frame} page
 * @param {number|string} step
 */
export async function untilKept(page, step) {
  await page.locator(`#kept-now[data-step="${step}"]`).waitFor({ timeout: 60_000 });
}
