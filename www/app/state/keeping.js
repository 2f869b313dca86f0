// Keeps the model at hand on the shelf, and brings others back from it. It is told of every model that is
// taken and of its checkpoints (controller.js), and says in `state.kept` what is kept.

import { failureOf } from "./failure_of.js";
import { isWithoutText } from "./run_settings.js";
import { openTraining, snapshotOf, textGivenAgain } from "./saved_training.js";
import { Saver, placeOf, release } from "./saver.js";
import { Shelf } from "./shelf.js";
import { SOMETHING_KEPT, recall, remember } from "./storage.js";
import { lockTraining } from "./tab_lock.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./saver.js").Place} Place */
/** @typedef {import("./shelf.js").Entry} Entry */
/** @typedef {import("../../api/messages.js").RunSettings} RunSettings */
/** @typedef {import("../../api/training.js").Training} Training */

/** How long a model that gives way to another may take to leave its last checkpoint. */
const SETTLE_MS = 10_000;
/** The key of whether texts of the reader's own are not kept. */
const WITHOUT_TEXT = "kept-without-text";

export class Keeping {
  #store;
  #controller;
  #shelf = new Shelf();
  #saver = new Saver(this.#shelf, {
    onSaved: (entry) => this.#saved(entry), onRefused: (error) => this.#refuse(error),
  });
  /** Tells other tabs that the shelf has changed. @type {BroadcastChannel|null} */
  #channel = null;
  /**
   * By the settings that a training is made with: one that is taken up again after a failure has the same.
   * @type {WeakMap<RunSettings, Place>}
   */
  #places = new WeakMap();
  /** Of the model at hand. @type {Place|null} */
  #place = null;
  /** Whether the reader was told that nothing is kept. */
  #isTold = false;
  /** Whether a training is being taken up. */
  #isResuming = false;

  /**
   * @param {import("./store.js").Store<AppState>} store
   * @param {import("./controller.js").Controller} controller
   */
  constructor(store, controller) {
    this.#store = store;
    this.#controller = controller;
  }

  /** Looks at the shelf, and keeps the model at hand from now on. */
  async open() {
    this.#set({ withText: recall(WITHOUT_TEXT) !== "yes" });
    const somethingWas = recall(SOMETHING_KEPT) === "yes";
    await this.#look();
    if (this.#kept.refusal === null) {
      this.#set({ wasEmptied: somethingWas && this.#kept.entries?.length === 0 });
      this.#channel = new BroadcastChannel("petit-train.shelf");
      this.#channel.onmessage = () => this.#look();
    }
    this.#controller.keeping = this;
    // What still waits may not be written later.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#saver.write();
    });
    const { training } = this.#controller;
    if (training) {
      this.took(training);
      this.heard(training);
    }
    this.#set({ isPersistent: await askStorage("persisted") });
  }

  /** A model has been taken in place of the one at hand. @param {Training} training */
  took(training) {
    const place = this.#places.get(training.settings) ?? null;
    if (place !== null && place === this.#place) return;
    const before = this.#place;
    this.#place = place;
    this.#showPlace();
    if (before) this.#saver.write().then(() => release(before));
  }

  /** The model at hand has left a checkpoint. @param {Training} training */
  heard(training) {
    this.#save(training, training.state !== "training" || document.visibilityState === "hidden");
  }

  /**
   * @param {Training} training  the model at hand
   * @param {boolean} isUrgent
   */
  #save(training, isUrgent) {
    const { checkpoint, settings } = training;
    // A model that has learned nothing here is made, or opened, again by a click.
    if (!checkpoint || checkpoint.step === 0 || isWithoutText(settings)) return;
    const place = this.#place ??= this.#remember(placeOf(settings));
    if (place.isForgotten) return;
    this.#saver.add({ place, ...snapshotOf(this.#store.state, training, checkpoint) }, isUrgent);
  }

  /** @param {Place} place */
  #remember(place) {
    this.#places.set(place.settings, place);
    return place;
  }

  // --- What the reader does ---------------------------------------------------------------------------

  /**
   * Takes up a training in place of the one at hand, which is saved first. It trains on where it was training
   * when it was saved.
   * @param {string} id
   */
  async resume(id) {
    // A second click would meet the lock of the first.
    if (this.#isResuming) return;
    this.#isResuming = true;
    const lock = await lockTraining(id);
    try {
      if (!await this.#takeUp(id, lock)) lock?.();
    } catch (error) {
      lock?.();
      this.#controller.fail(failureOf(error));
      await this.#look();
    } finally {
      this.#isResuming = false;
    }
  }

  /**
   * @param {string} id
   * @param {(() => void)|null} lock  of the training; without it this tab takes up a copy
   * @returns {Promise<boolean>} whether it is at hand; else the reader has been told why not
   */
  async #takeUp(id, lock) {
    const { entry, saved, documents } = await this.#shelf.load(id);
    const { own } = this.#store.state.source;
    const text = documents ?? await textGivenAgain(entry.text, own.documents);
    const { name, revision, saved: date, step } = entry;
    const before = saved.origin ?? null;
    /** @type {import("./app_state.js").Origin} */
    const origin = { kind: "shelf", name, text: entry.text, date, step, before };
    const opened = { ...openTraining(saved, text), origin };
    await this.settle();
    const kept = lock ? { id, revision, lock: Promise.resolve(lock) } : { isCopy: true };
    this.#remember(placeOf(opened.settings, { name, ...kept }));
    const training = await this.#controller.takeUp(opened);
    if (entry.training) training?.start();
    return training !== null;
  }

  /**
   * A training on the shelf, to be looked at beside the one at hand.
   * @param {string} id
   */
  async read(id) {
    const { entry, saved: { checkpoint } } = await this.#shelf.load(id);
    return { entry, checkpoint };
  }

  /** Lets the model at hand leave its last checkpoint before it gives way. */
  async settle() {
    const { training } = this.#controller;
    if (!training) return;
    if (training.state === "training") training.pause();
    for (const end = performance.now() + SETTLE_MS; performance.now() < end;) {
      const { state, checkpoint, stepsDone } = training;
      const isSettled = state !== "training" && (checkpoint?.step ?? 0) >= stepsDone;
      if (isSettled || state === "failed") break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.#saver.write();
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  async rename(id, name) {
    const trimmed = name.trim();
    if (this.#place?.id === id) this.#place.name = trimmed;
    await this.#change(() => this.#shelf.rename(id, trimmed));
  }

  /** Takes a training off the shelf; the model at hand stays at hand. @param {string} id */
  async forget(id) {
    const place = this.#place?.id === id ? this.#place : null;
    const lock = place ? () => {} : await lockTraining(id);
    if (!lock) return this.#controller.fail({ code: "shelf_in_use", params: {}, cause: `${id} is locked` });
    if (place) await this.#saver.forget(place);
    await this.#change(() => this.#shelf.remove(id));
    lock();
    this.#showPlace();
    await this.#saver.retry();
  }

  /** Puts the model at hand back on the shelf. */
  keepAgain() {
    const { training } = this.#controller;
    if (!this.#place || !training) return;
    Object.assign(this.#place, { isForgotten: false, revision: 0 });
    this.#showPlace();
    this.#save(training, true);
  }

  /** @param {boolean} withText  whether the reader's own texts are kept from now on, that at hand too */
  setWithText(withText) {
    remember(WITHOUT_TEXT, withText ? "no" : "yes");
    this.#set({ withText });
    const { training } = this.#controller;
    if (training && this.#place) this.#save(training, true);
  }

  /** Asks the browser to delete nothing of it when space runs out. */
  async persist() {
    this.#set({ isPersistent: await askStorage("persist") || "refused" });
  }

  /** @param {() => Promise<void>} change  of the shelf */
  async #change(change) {
    try {
      await change();
    } catch (error) {
      return this.#controller.fail(failureOf(error));
    }
    this.#channel?.postMessage("changed");
    await this.#look();
  }

  async #look() {
    try {
      this.#show(await this.#shelf.list());
    } catch (error) {
      this.#set({ entries: [], refusal: failureOf(error).code });
    }
  }

  // --- What is said of it -----------------------------------------------------------------------------

  get #kept() {
    return this.#store.state.kept;
  }

  /** @param {Partial<AppState["kept"]>} change */
  #set(change) {
    this.#store.set({ kept: { ...this.#kept, ...change } });
  }

  /** @param {readonly Entry[]} entries */
  #show(entries) {
    remember(SOMETHING_KEPT, entries.length > 0 ? "yes" : "no");
    this.#set({ entries });
  }

  #showPlace() {
    const { id = "", revision = 0, isForgotten = false, isCopy = false } = this.#place ?? {};
    this.#set({ current: revision > 0 && !isForgotten ? id : null, isForgotten, isCopy });
  }

  /** @param {Entry} entry */
  #saved(entry) {
    this.#show([entry, ...(this.#kept.entries ?? []).filter(({ id }) => id !== entry.id)]);
    this.#set({ refusal: null });
    this.#showPlace();
    this.#channel?.postMessage("changed");
  }

  /** Nothing is kept, and the training goes on; the reader is told once. @param {unknown} error */
  #refuse(error) {
    const failure = failureOf(error);
    this.#set({ refusal: failure.code });
    // Not in place of what may end the model.
    if (this.#isTold || this.#store.state.failure) return;
    this.#isTold = true;
    this.#controller.fail(failure);
  }
}

/**
 * @param {"persisted"|"persist"} question
 * @returns {Promise<boolean|null>} null where the browser cannot be asked
 */
async function askStorage(question) {
  try {
    return await navigator.storage[question]();
  } catch {
    return null;
  }
}
