// Keeps what the reader has made from being lost without a question: the screen stays on while a model is
// trained, and leaving the page asks first while it holds a model or a text of the reader's own.

import { isLost, keptStep } from "./app_state.js";
import { WakeLock } from "./wake_lock.js";

/** @typedef {import("./app_state.js").AppState} AppState */

/**
 * Whether closing the page would lose something that cannot be had again by a click.
 * @param {Pick<AppState, "phase"|"history"|"source"|"resumableStep"|"kept">} state
 * @returns {boolean}
 */
export function wouldBeLost(state) {
  const { phase, history, source } = state;
  const hasModel = phase !== "idle" && !isLost(state);
  const step = history.steps.at(-1)?.step ?? 0;
  const isKept = phase !== "training" && phase !== "creating" && keptStep(state) === step;
  if (hasModel && (step > 0 || phase === "training") && !isKept) return true;
  return source.own.documents.some((document) => document.trim() !== "");
}

/**
 * @param {import("./store.js").Store<AppState>} store
 * @param {Window & typeof globalThis} [page]
 */
export function keepSafe(store, page = window) {
  keepScreenOn(store, page);
  const ask = (/** @type {BeforeUnloadEvent} */ event) => event.preventDefault();
  let guarded = false;
  store.subscribe((state) => {
    const guard = wouldBeLost(state);
    if (guard === guarded) return;
    guarded = guard;
    // Only while there is something to lose: a page that listens to this is not kept for the way back.
    if (guard) page.addEventListener("beforeunload", ask);
    else page.removeEventListener("beforeunload", ask);
  });
}

/**
 * @param {import("./store.js").Store<AppState>} store
 * @param {Window & typeof globalThis} [page]
 */
export function keepScreenOn(store, page = window) {
  const screen = new WakeLock(page.navigator);
  page.document.addEventListener("visibilitychange", () => {
    if (page.document.visibilityState === "visible") screen.seen();
  });
  store.subscribe(({ phase }) => screen.want(phase === "training"));
}
