// Writes trainings to the shelf, one after the other, the newest state of each.

import { keptText } from "./saved_training.js";
import { SavedElsewhere } from "./shelf.js";
import { lockTraining } from "./tab_lock.js";

/** @typedef {import("./saved_training.js").Snapshot} Snapshot */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("./shelf.js").Shelf} Shelf */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */

/**
 * A training's place on the shelf, whether it was saved yet or not.
 * @typedef {object} Place
 * @property {string} id
 * @property {number} revision  of the last save
 * @property {string} name
 * @property {RunSettings} settings
 * @property {Promise<import("./shelf.js").KeptText>|null} text  once it was looked at
 * @property {boolean} isForgotten  the reader has deleted it, so it is not saved any more
 * @property {boolean} isCopy       another tab has the training that it was taken up from
 * @property {Promise<(() => void)|null>} lock  held while this tab has the model
 *
 * @typedef {Snapshot & {place: Place}} Save
 *
 * @typedef {object} Listener
 * @property {(entry: Entry) => void} onSaved
 * @property {(error: unknown) => void} onRefused
 */

/** A training is saved no more often than this, unless that is urgent. */
const INTERVAL_MS = 10_000;

export class Saver {
  #shelf;
  #listener;
  /** What is still to be written, the newest of each place. @type {Map<Place, Save>} */
  #waiting = new Map();
  /** What could not be written last. @type {Save|null} */
  #failed = null;
  /** @type {Promise<void>|null} */
  #writing = null;
  #wroteAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {Shelf} shelf
   * @param {Listener} listener
   */
  constructor(shelf, listener) {
    this.#shelf = shelf;
    this.#listener = listener;
  }

  /**
   * @param {Save} save  in place of what still waits for that place
   * @param {boolean} isUrgent
   */
  add(save, isUrgent) {
    this.#waiting.set(save.place, save);
    const wait = isUrgent ? 0 : this.#wroteAt + INTERVAL_MS - performance.now();
    clearTimeout(this.#timer);
    if (wait <= 0) this.write();
    else this.#timer = setTimeout(() => this.write(), wait);
  }

  /** Writes what waits. @returns {Promise<void>} once it is done, or was refused */
  write() {
    clearTimeout(this.#timer);
    return this.#writing ??= this.#writeAll();
  }

  /** Tries again what was refused last: there may be room now. */
  async retry() {
    if (this.#failed && !this.#waiting.has(this.#failed.place)) this.add(this.#failed, true);
    await this.write();
  }

  /** Nothing of this place is written from now on. @param {Place} place */
  async forget(place) {
    place.isForgotten = true;
    this.#waiting.delete(place);
    await this.#writing;
  }

  async #writeAll() {
    // `#writing` is set first, and gone as soon as nothing waits: what comes meanwhile is written too.
    await null;
    try {
      for (const [place, save] of this.#waiting) {
        this.#waiting.delete(place);
        if (!place.isForgotten) await this.#writeOne(save);
      }
    } finally {
      this.#writing = null;
    }
  }

  /** @param {Save} save */
  async #writeOne(save) {
    try {
      const entry = await this.#save(save);
      this.#failed = null;
      this.#wroteAt = performance.now();
      this.#listener.onSaved(entry);
    } catch (error) {
      this.#failed = save;
      this.#listener.onRefused(error);
    }
  }

  /** @param {Save} save */
  async #save(save) {
    const { place } = save;
    const text = await (place.text ??= learnedText(place.settings.source));
    try {
      return await this.#put(save, text);
    } catch (error) {
      if (!(error instanceof SavedElsewhere)) throw error;
    }
    // Another tab has saved it too: both stay.
    release(place);
    const id = newId();
    Object.assign(place, { id, revision: 0, isCopy: true, lock: lockTraining(id) });
    return this.#put(save, text);
  }

  /**
   * @param {Save} save
   * @param {import("./shelf.js").KeptText} text
   */
  async #put({ place, saved, figures, documents }, text) {
    const { id, revision, name } = place;
    const entry = await this.#shelf.save({
      id, revision, name, saved: Date.now(), ...figures,
      text: text.kind === "own" ? { ...text, isKept: documents !== null } : text,
      bytes: saved.checkpoint.blob.size + (documents ?? []).reduce((sum, { length }) => sum + length, 0),
    }, saved, documents);
    place.revision = entry.revision;
    return entry;
  }
}

/**
 * @param {RunSettings} settings  of the training
 * @param {Partial<Place>} [more]  where it was kept before
 * @returns {Place}
 */
export function placeOf(settings, { id = newId(), lock = lockTraining(id), ...more } = {}) {
  const fresh = { revision: 0, name: "", text: null, isForgotten: false, isCopy: false };
  return { ...fresh, ...more, id, lock, settings };
}

/** @param {RunSettings["source"]} source  of a training, which has learned something */
async function learnedText(source) {
  const text = await keptText(source);
  if (!text) throw new Error("what has learned nothing here is not kept");
  return text;
}

/** This tab has the model no more. @param {Place} place */
export function release({ lock }) {
  lock.then((end) => end?.());
}

/** @returns {string} `crypto.randomUUID` is not there over http */
function newId() {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
}
