// A card that the reader has opened: its chapter's parts, with a state of their own.

import { judge, tellFailures, tellOrigin } from "../companions.js";
import { CHAPTERS } from "../chapters.js";
import { meetArrival } from "../load_meeting.js";
import { loadChapterWords, loadPartWords } from "../parts/chapter_sections.js";
import { View } from "../parts/view.js";
import { initialState } from "../state/app_state.js";
import { Controller } from "../state/controller.js";
import { keepScreenOn } from "../state/keep_safe.js";
import { Store } from "../state/store.js";
import { Turn } from "../state/turn.js";
import { addressHash } from "../state/url.js";
import { tellTraining } from "./host.js";
import { rememberOpened } from "./memory.js";
import { TurnNotice } from "./turn_notice.js";

/** @typedef {import("../card.js").Card} Card */
/** @typedef {import("../chapters.js").Part} Part */

/** All parts, each with its chapter. */
const PARTS = CHAPTERS.flatMap((chapter) => chapter.parts.map((part) => ({ ...part, chapter })));

/**
 * @param {Card} card
 * @param {string|null} kept  the training on the shelf to go on with; none for a fresh one
 */
export async function bringToLife(card, kept) {
  const { address, chapter, words, place } = card;
  const { language } = words;
  const store = new Store(initialState(language, address.settings, []));
  const controller = new Controller(store);
  controller.turn = new Turn(store);
  View.app = { store, controller, words };
  const parts = chapter.card.filter((name) => !address.hide.includes(name)).map(partCalled);
  const [elements] = await Promise.all([
    Promise.all(parts.map(({ load }) => load())), words.load(language),
    ...parts.map((part) => loadPartWords(part.chapter, [part], words)),
  ]);

  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(...["turn-notice", ...parts.map(({ element }) => element)]
    .map((name) => document.createElement(name)));
  customElements.define("turn-notice", TurnNotice);
  parts.forEach(({ element }, index) => customElements.define(element, elements[index]));
  // The focus was on a button that is gone.
  if (hadFocus) place.querySelector("button")?.focus({ preventScroll: true });
  linkToPage(card, store);
  keepScreenOn(store);
  tellTraining(store);
  tellFailures();
  tellOrigin();
  judge(store);
  const meets = kept === null && address.model === "arrival";
  if (kept === null && !meets && chapter.name === "train") controller.start();
  if (["attention", "tokens"].includes(chapter.name)) controller.library.open();
  await keep(card, kept);
  if (meets) await meetArrival(false);
}

/**
 * @param {string} name  in cards
 * @returns {Part & {chapter: import("../chapters.js").Chapter}}
 */
function partCalled(name) {
  const part = PARTS.find(({ card }) => card === name);
  if (!part) throw new Error(`no part is called ${name}`);
  return part;
}

/**
 * The whole page opens with what the reader has chosen in the card.
 * @param {Card} card
 * @param {Store<import("../state/app_state.js").AppState>} store
 */
function linkToPage({ address, chapter, link }, store) {
  let shown = store.state.given;
  store.subscribe(({ given, language }) => {
    if (given === shown) return;
    shown = given;
    link.hash = addressHash(given, language, chapter.name, "", address.theme);
  });
}

/**
 * Keeps the model on the shelf, so that the card can go on with it; where the frame may store nothing, it
 * does without.
 * @param {Card} card
 * @param {string|null} kept  to go on with
 */
async function keep(card, kept) {
  const { store, controller } = View.app;
  try {
    const { Keeping } = await import("../state/keeping.js");
    await loadChapterWords("keep", card.words);
    const keeping = new Keeping(store, controller);
    await keeping.open();
    if (store.state.kept.refusal !== null) {
      controller.keeping = null;
      return;
    }
    store.subscribe(({ kept: { current } }) => current && rememberOpened(card, current));
    if (kept !== null) await goOn(keeping, kept);
  } catch (error) {
    // What is trained can be used without being kept.
    console.warn("petit-train: models are not kept.", error);
  }
}

/**
 * @param {import("../state/keeping.js").Keeping} keeping
 * @param {string} kept  the training on the shelf
 */
async function goOn(keeping, kept) {
  const { store, controller } = View.app;
  // One that was paused trains once the reader says so.
  const trains = store.state.kept.entries?.find(({ id }) => id === kept)?.training ?? false;
  if (trains && !await controller.turn?.take()) return;
  await keeping.resume(kept);
  if (!controller.training) controller.turn?.end();
}
