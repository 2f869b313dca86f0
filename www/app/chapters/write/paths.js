// The other ways that a text could have gone, and what of all of them was copied: asked for by this chapter
// alone.

import { textsOf, withText } from "../../state/app_state.js";

/** @typedef {import("../../parts/view.js").App} App */
/** @typedef {import("../../state/app_state.js").Writing} Writing */

/**
 * Where a text is to go another way: from the token of that number on, with `first` in its place where that
 * is chosen; its tokens are drawn as `drawing` says.
 * @typedef {{id: number, index: number, first?: number, drawing: Writing["drawing"]}} Fork
 */

/** Texts that are kept side by side, at most. */
export const MOST_PATHS = 3;
/** Tokens that a new way has at least, where its beginning is nearly as long as a text. */
const SHORTEST_PATH = 40;

/**
 * Writes a text on from one of its tokens, another way; both are kept.
 * @param {App} app
 * @param {Fork} fork
 */
export function takePath({ store, controller }, { id, index, first, drawing }) {
  return controller.ask(async (training, asking) => {
    const texts = textsOf(store.state);
    const from = texts.find((text) => text.id === id);
    if (!from || texts.length >= MOST_PATHS) return;
    const { prompt, replaced, labels } = from;
    const tokens = from.tokens.slice(0, index);
    const text = tokens.map((token) => token.text).join("");
    const begun = asking.begin(drawing, { prompt, replaced, labels, text, tokens, fork: index });
    const length = Math.max(SHORTEST_PATH, store.state.settings.length - index);
    const options = { length, after: tokens.map((token) => token.id), first };
    const show = () => store.set({ paths: [...store.state.paths, begun], failure: null });
    await asking.writeText(training, begun, options, show, () => closePath({ store, controller }, begun.id));
  });
}

/**
 * Takes one of the texts away; the others stay.
 * @param {Pick<App, "store"|"controller">} app
 * @param {number} id
 */
export function closePath({ store, controller }, id) {
  controller.stopWriting(id);
  const [writing = null, ...paths] = textsOf(store.state).filter((text) => text.id !== id);
  store.set({ writing, paths });
}

/**
 * Looks for what the texts that are shown have copied from the text that their model learns.
 * @param {App} app
 */
export function findCopies({ store, controller }) {
  return controller.ask(async (training, asking) => {
    try {
      for (const { id, prompt, text } of textsOf(store.state)) {
        const copies = { ...await training.model.copies(prompt + text), of: prompt.length + text.length };
        store.set(withText(store.state, id, { copies }));
      }
    } catch (error) {
      asking.tell(error);
    }
  });
}
