// What joins the page, or a card, once the reader is there: no part of what is seen first.

import { loadChapterWords } from "./parts/chapter_sections.js";
import { View } from "./parts/view.js";

/** @type {Promise<void>|null} */
let telling = null;

/** Tells failures from now on: before, nothing fails. */
export function tellFailures() {
  telling ??= loadBanner().catch((error) => {
    telling = null;
    console.warn("petit-train: failures cannot be told.", error);
  });
}

async function loadBanner() {
  const [{ FailureBanner }] = await Promise.all([
    import("./parts/failure_banner.js"), View.app.words.include("../words/errors."),
  ]);
  customElements.define("failure-banner", FailureBanner);
}

/** @type {Promise<void>|null} */
let origin = null;

/** Tells from now on which model one looks at. */
export function tellOrigin() {
  origin ??= loadOrigin().catch((error) => {
    origin = null;
    console.warn("petit-train: it cannot be told which model this is.", error);
  });
}

async function loadOrigin() {
  const [{ ModelOrigin }] = await Promise.all([
    import("./chapters/keep/model_origin.js"), loadChapterWords("keep", View.app.words),
  ]);
  customElements.define("model-origin", ModelOrigin);
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
