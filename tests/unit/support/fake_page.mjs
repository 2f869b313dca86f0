// The page's state and what changes it, without elements, on engine workers that a test plays.

import { initialState } from "../../../www/app/state/app_state.js";
import { Controller } from "../../../www/app/state/controller.js";
import { Store } from "../../../www/app/state/store.js";
import { newest, playEngines, settle } from "./fake_engine.mjs";

/** A text of the reader's own. */
export const TEXT = "A little train went through the snow, and the moon looked at it.\n".repeat(20);

/** A page on which the reader has given that text, and chosen the smallest model and the CPU engine. */
export async function fakePage() {
  playEngines();
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {() => void} */ draw) => setImmediate(draw),
  });
  console.warn = console.info = () => {};
  const store = new Store(initialState("en", { preset: "nano", engine: "cpu", text: "own" }, []));
  const controller = new Controller(store);
  store.set({ source: { ...store.state.source, own: { documents: [TEXT], notes: [], before: null } } });
  await controller.library.open();
  return { store, controller };
}

/**
 * The page makes a model, and starts it.
 * @param {Controller} controller
 * @returns {Promise<ReturnType<typeof newest>>} its worker
 */
export async function startTraining(controller) {
  controller.start();
  await settle();
  await newest().isReady();
  await newest().says({ type: "state", state: "training" });
  return newest();
}
