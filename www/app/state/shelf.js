// The shelf: trainings that this browser keeps, in its IndexedDB. A save writes the checkpoint, what the page
// shows of it and its line on the shelf in one transaction: whatever ends the page, the state of before or
// the new one is there.
//
// IndexedDB rather than the origin's file system: files have no transaction over several of them, and their
// own switch, `createWritable`, came to Safari in 2025. A `Blob` is stored by handle, so the page copies
// nothing.

//! With idb, © 2016 Jake Archibald, ISC licence: https://github.com/jakearchibald/idb
import { openDB } from "idb";

/**
 * What a training learned from, as the shelf tells it. Of a text of the reader's own: its first words, and a
 * fingerprint by which it is known again where it was not kept.
 * @typedef {{kind: "contes", language: "fr"|"en"}
 *   | {kind: "own", opening: string, fingerprint: string, isKept: boolean}} KeptText
 *
 * A line on the shelf.
 * @typedef {object} Entry
 * @property {string} id
 * @property {number} revision  how often it was saved: who saves it must have seen the save before
 * @property {string} name      given by the reader; empty where none was
 * @property {number} saved     when, in milliseconds since 1970
 * @property {KeptText} text
 * @property {number} parameters
 * @property {number} step
 * @property {number} last_step
 * @property {boolean} training whether it was training, rather than paused or at its end
 * @property {number|null} loss the last validation loss, or training loss where there is none; nats a token
 * @property {number} bytes     of the checkpoint and the text
 */

/** @typedef {import("./saved_training.js").SavedTraining} SavedTraining */
/** @typedef {"shelf_denied"|"shelf_full"|"shelf_newer"|"shelf_missing"|"shelf_failed"} ShelfCode */

/** @typedef {import("idb").IDBPObjectStore<unknown, any, any, "readwrite">} Store */

/** Why nothing was kept, or something could not be had. */
class ShelfRefused extends Error {
  /**
   * @param {ShelfCode} code
   * @param {unknown} cause
   */
  constructor(code, cause) {
    super(String(cause));
    this.name = "ShelfRefused";
    /** @type {import("../../api/messages.js").Failure} */
    this.failure = { code, params: {}, cause: String(cause) };
  }
}

/** Another tab has saved this training meanwhile: nothing was written. */
export class SavedElsewhere extends Error {}

const NAME = "petit-train";
const VERSION = 1;
/** Lines; what a training is made of; texts, which are written once. */
const STORES = /** @type {const} */ (["entries", "trainings", "texts"]);

/** What the browser's refusals mean; any other is a fault. @type {Record<string, ShelfCode>} */
const CODES = {
  SecurityError: "shelf_denied",
  InvalidStateError: "shelf_denied",
  NotAllowedError: "shelf_denied",
  ReferenceError: "shelf_denied",
  QuotaExceededError: "shelf_full",
  VersionError: "shelf_newer",
};

export class Shelf {
  /** @type {Promise<import("idb").IDBPDatabase>|null} */
  #database = null;

  /** @returns {Promise<Entry[]>} newest first */
  list() {
    return this.#tried(async (database) => {
      const entries = /** @type {Entry[]} */ (await database.getAll("entries"));
      return entries.toSorted((a, b) => b.saved - a.saved);
    });
  }

  /**
   * @param {string} id
   * @returns {Promise<{entry: Entry, saved: SavedTraining, documents: string[]|null}>} without documents of
   *   tales, and of a text that was not kept
   * @throws {ShelfRefused} `shelf_missing` where it is gone
   */
  load(id) {
    return this.#tried(async (database) => {
      const transaction = database.transaction(STORES);
      const [entry, saved, documents] = await Promise.all(
        STORES.map((store) => transaction.objectStore(store).get(id)));
      if (!entry || !saved) throw new ShelfRefused("shelf_missing", "the training is not on the shelf");
      return { entry, saved, documents: documents ?? null };
    });
  }

  /**
   * Saves a training in place of its last save, whole or not at all. Its name stays as the shelf has it.
   * @param {Entry} entry  of the revision that was saved before; 0: never
   * @param {SavedTraining} saved
   * @param {readonly string[]|null} documents  to be kept; without them an earlier text is dropped
   * @returns {Promise<Entry>} as it is on the shelf now
   * @throws {ShelfRefused}
   * @throws {SavedElsewhere}
   */
  save(entry, saved, documents) {
    return this.#write(async ([entries, trainings, texts]) => {
      const { id } = entry;
      const [before, textKey] = await Promise.all([entries.get(id), texts.getKey(id)]);
      if (before && before.revision !== entry.revision) throw new SavedElsewhere();
      const now = { ...entry, name: before?.name ?? entry.name, revision: entry.revision + 1 };
      /** @type {Promise<unknown>[]} */
      const writes = [entries.put(now, id), trainings.put(saved, id)];
      if (documents === null) writes.push(texts.delete(id));
      else if (textKey === undefined) writes.push(texts.put(documents, id));
      await Promise.all(writes);
      return now;
    });
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  rename(id, name) {
    return this.#write(async ([entries]) => {
      const entry = await entries.get(id);
      if (entry) await entries.put({ ...entry, name }, id);
    });
  }

  /** @param {string} id */
  remove(id) {
    return this.#write(async (stores) => {
      await Promise.all(stores.map((store) => store.delete(id)));
    });
  }

  /**
   * Writes to all stores in one transaction, which is on the disk once this is done.
   * @template T
   * @param {(stores: Store[]) => Promise<T>} work
   * @returns {Promise<T>}
   */
  #write(work) {
    return this.#tried(async (database) => {
      const transaction = database.transaction(STORES, "readwrite", { durability: "strict" });
      const { done } = transaction;
      // It fails with the work, which tells why.
      done.catch(() => {});
      const result = await work(STORES.map((store) => transaction.objectStore(store)));
      await done;
      return result;
    });
  }

  /**
   * @template T
   * @param {(database: import("idb").IDBPDatabase) => Promise<T>} work
   * @returns {Promise<T>}
   * @throws {ShelfRefused|SavedElsewhere}
   */
  async #tried(work) {
    const wasOpen = this.#database !== null;
    try {
      return await work(await (this.#database ??= this.#open()));
    } catch (error) {
      if (error instanceof ShelfRefused || error instanceof SavedElsewhere) throw error;
      this.#forget();
      const name = error instanceof Error ? error.name : "";
      // The browser has closed the database since, as when the reader clears its data.
      if (wasOpen && name === "InvalidStateError") return this.#tried(work);
      throw new ShelfRefused(CODES[name] ?? "shelf_failed", error);
    }
  }

  #open() {
    return openDB(NAME, VERSION, {
      upgrade: (database) => { for (const store of STORES) database.createObjectStore(store); },
      // A later page wants another version of the database.
      blocking: () => this.#forget(),
      // The reader has cleared the browser's data, or its disk fails.
      terminated: () => { this.#database = null; },
    });
  }

  #forget() {
    this.#database?.then((database) => database.close(), () => {});
    this.#database = null;
  }
}
