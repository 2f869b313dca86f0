// Starts the page: its language, its settings, the state with its controller, then the chapters.

import { meetArrival } from "./load_meeting.js";
import { AddressBar } from "./state/address_bar.js";
import { initialState } from "./state/app_state.js";
import { Controller } from "./state/controller.js";
import { keepSafe } from "./state/keep_safe.js";
import { SOMETHING_KEPT, recall } from "./state/storage.js";
import { Store } from "./state/store.js";
import { readAddress } from "./state/url.js";
import { Words, readersLanguage } from "./state/words.js";
import { ChapterSections } from "./parts/chapter_sections.js";
import { find } from "./parts/dom.js";
import { LanguageSwitch } from "./parts/language_switch.js";
import { LittleTrain } from "./parts/little_train.js";
import { StartButton } from "./parts/start_button.js";
import { View, translate } from "./parts/view.js";

/** @typedef {import("./state/app_state.js").AppState} AppState */

/** Those of the page itself. @type {Record<string, CustomElementConstructor>} */
const ELEMENTS = {
  "little-train": LittleTrain,
  "language-switch": LanguageSwitch,
  "start-button": StartButton,
};

/** What a reader does who is there. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "touchstart"];

async function start() {
  const address = readAddress(location);
  const language = address.language ?? readersLanguage();
  const words = new Words(language);
  const store = new Store(initialState(language, address.settings, address.refused));
  const controller = new Controller(store);
  keepSafe(store);
  View.app = { store, controller, words };
  const chapters = new ChapterSections(words);
  chapters.build(find("nav.line ol"), find("main"));
  await Promise.all([words.load(language), chapters.loadFirst()]);

  let shown = "";
  const bringUpToDate = (/** @type {AppState} */ state) => {
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
  /** What the page was told of last. @type {Pick<AppState, "failure"|"refused"|"running">} */
  let seen = { failure: store.state.failure, refused: [], running: null };
  const tellNew = (/** @type {AppState} */ state) => {
    const { failure, refused, running } = state;
    if (refused !== seen.refused && refused.length > 0) withCompanions(({ tellRefusals }) => tellRefusals());
    if (failure !== seen.failure) withCompanions(({ tellFailures }) => tellFailures());
    if (running !== seen.running) withCompanions(({ tellOrigin }) => tellOrigin());
    seen = state;
  };
  store.subscribe(tellNew);
  tellNew(store.state);
  // At once where something is on the shelf: the next visit begins with it.
  const isKeeping = recall(SOMETHING_KEPT) === "yes";
  if (isKeeping) withCompanions(({ keep }) => keep());
  whenMoved(() => {
    withCompanions(({ tellFailures, keep, judge }) => {
      tellFailures();
      if (!isKeeping) keep();
      judge(store);
    });
    chapters.loadAll();
    controller.choices.readerIsHere();
  });
  if (address.model === "arrival") await meetArrival((address.chapter ?? "write") === "write");
}

/**
 * Asks for what joins the page once the reader is there.
 * @param {(companions: typeof import("./companions.js")) => void} join
 */
async function withCompanions(join) {
  try {
    join(await import("./companions.js"));
  } catch (error) {
    console.warn("petit-train: nothing is kept or judged, and no failure told.", error);
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

// Uncaught, it is heard and told by opening.js.
start().catch((error) => setTimeout(() => { throw error; }));
