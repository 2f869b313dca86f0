// Starts the page: its language, its settings, the state with its controller, then the views.

import { EngineClient } from "./engine/client.js";
import { initialState } from "./state/app_state.js";
import { Controller } from "./state/controller.js";
import { completeSettings } from "./state/settings.js";
import { recall } from "./state/storage.js";
import { Store } from "./state/store.js";
import { readAddress, writeAddress } from "./state/url.js";
import { Words, preferredLanguage } from "./state/words.js";
import { AddressNotice } from "./view/address_notice.js";
import { FailureBanner } from "./view/failure_banner.js";
import { LanguageSwitch } from "./view/language_switch.js";
import { LittleTrain } from "./view/little_train.js";
import { PresetChoice } from "./view/preset_choice.js";
import { RunOptions } from "./view/run_options.js";
import { TextSource } from "./view/text_source.js";
import { TokenizerChoice } from "./view/tokenizer_choice.js";
import { TrainControls } from "./view/train_controls.js";
import { View, translate } from "./view/view.js";

/** @type {Record<string, CustomElementConstructor>} */
const ELEMENTS = {
  "little-train": LittleTrain,
  "address-notice": AddressNotice,
  "language-switch": LanguageSwitch,
  "text-source": TextSource,
  "tokenizer-choice": TokenizerChoice,
  "preset-choice": PresetChoice,
  "run-options": RunOptions,
  "train-controls": TrainControls,
  "failure-banner": FailureBanner,
};

/**
 * Those below the fold come when the reader nears them or first moves: the first view stays light.
 * @type {Record<string, () => Promise<CustomElementConstructor>>}
 */
const LATER_ELEMENTS = {
  "loss-chart": async () => (await import("./view/loss_chart.js")).LossChart,
  "sample-list": async () => (await import("./view/sample_list.js")).SampleList,
  "text-writer": async () => (await import("./view/text_writer.js")).TextWriter,
  "attention-view": async () => (await import("./view/attention_view.js")).AttentionView,
};

async function start() {
  const address = readAddress(location);
  const words = new Words();
  const language = address.language ?? preferredLanguage([recall("language") ?? "", ...navigator.languages]);
  await words.load(language);
  const store = new Store(initialState(language, completeSettings(language, address.settings), address.refused));
  const controller = new Controller(store, (listener) => new EngineClient(listener));

  let shown = "";
  let written = store.state.settings;
  const bringUpToDate = (/** @type {import("./state/app_state.js").AppState} */ state) => {
    if (shown !== state.language) {
      shown = state.language;
      document.documentElement.lang = state.language;
      document.title = words.say("header.page_title");
      translate(document.body, words);
    }
    if (written !== state.settings) writeAddress(state.settings, state.language);
    written = state.settings;
  };
  store.subscribe(bringUpToDate);
  bringUpToDate(store.state);

  View.app = { store, controller, words };
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  document.body.classList.add("started");
  loadWhenWanted(controller);
}

/**
 * What is not in the first view comes when its place is near or the reader first moves; the engine, to be timed, only
 * when they move.
 * @param {Controller} controller
 */
function loadWhenWanted(controller) {
  /** @type {Map<Element, () => void>} */
  const waiting = new Map();
  const bring = (/** @type {Element} */ place) => {
    near.unobserve(place);
    waiting.get(place)?.();
    waiting.delete(place);
  };
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) bring(target);
  });
  const wait = (/** @type {string} */ name, /** @type {() => void} */ load) => {
    for (const place of document.querySelectorAll(name)) {
      waiting.set(place, load);
      near.observe(place);
    }
  };
  wait("text-source .story", () => controller.library.open());
  for (const [name, load] of Object.entries(LATER_ELEMENTS)) {
    wait(name, async () => customElements.define(name, await load()));
  }
  const signs = ["pointermove", "pointerdown", "keydown", "touchstart"];
  const moved = () => {
    for (const sign of signs) removeEventListener(sign, moved);
    for (const place of waiting.keys()) bring(place);
    controller.measure();
  };
  for (const sign of signs) addEventListener(sign, moved, { passive: true });
}

start().catch((error) => {
  console.error(error);
  document.getElementById("not-started")?.removeAttribute("hidden");
});
