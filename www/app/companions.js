// What joins the page, or a card, once the reader is there: no part of what is seen first.

import { View } from "./parts/view.js";

/** @typedef {import("./parts/chapter_sections.js").ChapterSections} ChapterSections */

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

/**
 * Tells from now on which model one looks at.
 * @param {ChapterSections} chapters
 */
export function tellOrigin(chapters) {
  origin ??= loadOrigin(chapters).catch((error) => {
    origin = null;
    console.warn("petit-train: it cannot be told which model this is.", error);
  });
}

/** @param {ChapterSections} chapters */
async function loadOrigin(chapters) {
  const [{ ModelOrigin }] = await Promise.all([
    import("./chapters/keep/model_origin.js"), chapters.loadWords("keep"),
  ]);
  customElements.define("model-origin", ModelOrigin);
}

/**
 * Keeps models from now on, and offers the one that was kept last.
 * @param {ChapterSections} chapters
 */
export async function keep(chapters) {
  const { store, controller } = View.app;
  try {
    const [{ Keeping }, { ResumeLine }] = await Promise.all([
      import("./state/keeping.js"), import("./chapters/keep/resume_line.js"), chapters.loadWords("keep"),
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
