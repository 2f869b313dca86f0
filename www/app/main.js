// Starts the page: its language, its settings, the state with its controller, then the chapters.

import { AddressBar } from "./state/address_bar.js";
import { initialState } from "./state/app_state.js";
import { Controller } from "./state/controller.js";
import { keepSafe } from "./state/keep_safe.js";
import { SOMETHING_KEPT, recall } from "./state/storage.js";
import { Store } from "./state/store.js";
import { readAddress } from "./state/url.js";
import { Words, preferredLanguage } from "./state/words.js";
import { AddressNotice } from "./parts/address_notice.js";
import { ChapterSections } from "./parts/chapter_sections.js";
import { LanguageSwitch } from "./parts/language_switch.js";
import { LittleTrain } from "./parts/little_train.js";
import { StartButton } from "./parts/start_button.js";
import { View, translate } from "./parts/view.js";

/** Those of the page itself. @type {Record<string, CustomElementConstructor>} */
const ELEMENTS = {
  "little-train": LittleTrain,
  "address-notice": AddressNotice,
  "language-switch": LanguageSwitch,
  "start-button": StartButton,
};

/** What a reader does who is there. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"];

async function start() {
  const address = readAddress(location);
  const language = address.language ?? preferredLanguage([recall("language") ?? "", ...navigator.languages]);
  const words = new Words(language);
  const store = new Store(initialState(language, address.settings, address.refused));
  const controller = new Controller(store);
  keepSafe(store);
  View.app = { store, controller, words };
  const chapters = new ChapterSections(words);
  chapters.build(find("nav.line ol"), find("main"));
  await Promise.all([words.load(language), chapters.loadFirst()]);

  let shown = "";
  const bringUpToDate = (/** @type {import("./state/app_state.js").AppState} */ state) => {
    if (shown !== state.language) {
      shown = state.language;
      document.documentElement.lang = state.language;
      document.title = words.say("header.page_title");
      translate(document.body, words);
      chapters.translate();
    }
  };
  store.subscribe(bringUpToDate);
  bringUpToDate(store.state);

  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  document.body.classList.add("started");
  find("#not-started").remove();
  new AddressBar(View.app, address).follow();
  chapters.loadWhenNear();
  let told = store.state.failure;
  store.subscribe(({ failure, running }) => {
    if (failure !== told) tellFailures();
    told = failure;
    if (running) tellOrigin(chapters);
  });
  // At once where something is on the shelf: the next visit begins with it.
  const keeping = recall(SOMETHING_KEPT) === "yes" ? keep(chapters) : null;
  whenMoved(() => {
    tellFailures();
    if (!keeping) keep(chapters);
    chapters.loadAll();
    controller.choices.readerIsHere();
    judge(store);
  });
}

/** @type {Promise<void>|null} */
let telling = null;

/** Tells failures from now on: no part of the first view, in which nothing fails. */
function tellFailures() {
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
function tellOrigin(chapters) {
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
async function keep(chapters) {
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
 * @param {Store<import("./state/app_state.js").AppState>} store
 */
async function judge(store) {
  try {
    const { Judging } = await import("./state/judging.js");
    new Judging(store);
  } catch (error) {
    // What is written can be read without a judge.
    console.warn("petit-train: the judge could not be loaded.", error);
  }
}

/**
 * Calls `then` when the reader first moves.
 * @param {() => void} then
 */
function whenMoved(then) {
  const moved = () => {
    for (const sign of SIGNS) removeEventListener(sign, moved);
    then();
  };
  for (const sign of SIGNS) addEventListener(sign, moved, { passive: true });
}

/** @param {string} selector */
function find(selector) {
  const element = document.querySelector(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}

// Uncaught, it is heard and told by opening.js.
start().catch((error) => setTimeout(() => { throw error; }));
