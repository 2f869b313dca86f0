// Brings the model on arrival to the chapter "Write", in place of the model at hand, and lets it write.

import { arrivalLanguage, fetchArrival, openArrival } from "../../state/arrival.js";
import { failureOf } from "../../state/failure_of.js";
import { leadToWriter } from "../../scroll_to.js";
import { mayReplace } from "../keep/actions.js";

/** @typedef {import("../../parts/view.js").App} App */

/**
 * Where it cannot be had, nothing has changed, and the reader is told why.
 * @param {App} app
 * @param {boolean} leads  whether the reader is led to what it writes
 */
export async function meet({ store, controller, words }, leads) {
  const { state } = store;
  if (state.meeting || !await mayReplace({ state, controller, words })) return;
  store.set({ meeting: { received: 0, total: 0 }, failure: null });
  if (leads) leadToWriter();
  const given = new AbortController();
  const { training } = controller;
  // Where the reader would rather have another, which is being made or made.
  const giveUp = () => {
    if (store.state.phase === "creating" || controller.training !== training) given.abort();
  };
  const unsubscribe = store.subscribe(giveUp);
  let measurer = null;
  try {
    // The engine loads while the model is on its way.
    measurer = controller.onCpu();
    const arrival = await fetchArrival(arrivalLanguage(state), {
      signal: given.signal, onProgress: (meeting) => store.set({ meeting }),
    });
    await controller.keeping?.settle();
    giveUp();
    given.signal.throwIfAborted();
    unsubscribe();
    if (!await controller.takeUp(openArrival(store.state, arrival), measurer)) return;
  } catch (error) {
    if (!given.signal.aborted) controller.fail(failureOf(error));
    given.abort();
    measurer?.end();
    return;
  } finally {
    unsubscribe();
    store.set({ meeting: null });
  }
  await controller.write();
}
