// What joins the page, or a card, once the reader is there: no part of what is seen first.

import { loadChapterWords } from "./parts/chapter_sections.js";
import { View } from "./parts/view.js";

/** Tells failures from now on: before, nothing fails. */
export const tellFailures = once("failures cannot be told", async () => {
  const [{ FailureBanner }] = await Promise.all([
    import("./parts/failure_banner.js"), View.app.words.include("../words/errors."),
  ]);
  customElements.define("failure-banner", FailureBanner);
});

/** Tells what of the address could not be taken: mostly nothing. */
export const tellRefusals = once("what the address asked for cannot be told", async () => {
  const { AddressNotice } = await import("./parts/address_notice.js");
  customElements.define("address-notice", AddressNotice);
});

/** Tells from now on which model one looks at. */
export const tellOrigin = once("it cannot be told which model this is", async () => {
  const [{ ModelOrigin }] = await Promise.all([
    import("./chapters/keep/model_origin.js"), loadChapterWords("keep", View.app.words),
  ]);
  customElements.define("model-origin", ModelOrigin);
});

/**
 * @param {string} complaint  where it fails
 * @param {() => Promise<void>} load
 * @returns {() => void} loads it, once; after a failure it is tried again when it is asked for again
 */
function once(complaint, load) {
  /** @type {Promise<void>|null} */
  let loading = null;
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      console.warn(`petit-train: ${complaint}.`, error);
    });
  };
}

/** Keeps models from now on, and offers the one that was kept last. */
export async function keep() {
  const { store, controller, words } = View.app;
  try {
    const [{ Keeping }, { ResumeLine }] = await Promise.all([
      import("./state/keeping.js"), import("./chapters/keep/resume_line.js"), loadChapterWords("keep", words),
    ]);
    await new Keeping(store, controller).open();
    customElements.define("resume-line", ResumeLine);
  } catch (error) {
    // What is trained can be used without being kept; the chapter "Keep" says so.
    console.warn("petit-train: models are not kept.", error);
    store.set({ kept: { ...store.state.kept, entries: [], refusal: "shelf_failed" } });
  }
}

/**
 * Judges what models write from now on.
 * @param {import("./state/store.js").Store<import("./state/app_state.js").AppState>} store
 */
export async function judge(store) {
  try {
    const { Judging } = await import("./state/judging.js");
    new Judging(store);
  } catch (error) {
    // What is written can be read without a judge.
    console.warn("petit-train: the judge could not be loaded.", error);
  }
}
