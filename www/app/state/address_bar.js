// Keeps the page's address and its state alike: what the reader changes is written into the address, an
// address that they enter in the same tab is obeyed, and the anchors of chapters keep the settings.

import { scrollTo } from "../scroll_to.js";
import { chooseLanguage } from "./language.js";
import { addressHash, isAnchor, readAddress } from "./url.js";

/** @typedef {import("./url.js").Address} Address */

/**
 * Marks the entries of the history that this page has written: going back to one of them does not undo
 * settings.
 */
const OURS = { petitTrain: true };

export class AddressBar {
  #app;
  #chapter;
  #theme;
  #given;
  #language;

  /**
   * @param {import("../parts/view.js").App} app
   * @param {Address} address  what the page started with
   */
  constructor(app, address) {
    const { state } = app.store;
    this.#app = app;
    this.#chapter = address.chapter;
    this.#theme = address.theme;
    this.#given = state.given;
    this.#language = state.language;
  }

  /** Begins to follow both, once the chapters are on the page; goes to the one that the address names. */
  follow() {
    replaceEntry(location.href);
    if (this.#theme !== "auto") wear(this.#theme);
    this.#goToChapter();
    addEventListener("hashchange", () => this.#addressChanged());
    this.#app.store.subscribe(({ given, language }) => {
      if (given === this.#given && language === this.#language) return;
      this.#given = given;
      this.#language = language;
      this.#write();
    });
  }

  #addressChanged() {
    const { state } = this.#app.store;
    const address = readAddress(location);
    if (isAnchor(location.hash) || history.state?.petitTrain) {
      this.#chapter = address.chapter;
      this.#given = state.given;
      this.#language = state.language;
      this.#write();
    } else {
      this.#obey(address);
    }
  }

  /**
   * Takes what an address says, and the defaults for what it does not.
   * @param {Address} address
   */
  async #obey(address) {
    const { store, controller } = this.#app;
    replaceEntry(location.href);
    this.#chapter = address.chapter;
    if (address.theme !== this.#theme) wear(address.theme);
    this.#theme = address.theme;
    if (address.language) await chooseLanguage(this.#app, address.language);
    this.#goToChapter();
    await controller.choices.chooseOnly(address.settings);
    store.set({ refused: address.refused });
  }

  #goToChapter() {
    if (this.#chapter !== null) scrollTo(document.getElementById(`${this.#chapter}-chapter`));
  }

  #write() {
    const hash = addressHash(this.#given, this.#language, this.#chapter, location.search, this.#theme);
    if (hash !== location.hash || !history.state?.petitTrain) replaceEntry(hash);
  }
}

/**
 * Most readers' is their system's, which needs no doing.
 * @param {Address["theme"]} theme
 */
async function wear(theme) {
  try {
    (await import("../parts/theme.js")).useTheme(theme);
  } catch (error) {
    console.warn("petit-train: the theme could not be loaded.", error);
  }
}

/** @param {string} address */
function replaceEntry(address) {
  try {
    history.replaceState(OURS, "", address);
  } catch (error) {
    // Browsers limit how often an address changes, and some frames forbid it; the settings themselves are
    // unharmed.
    console.info("petit-train: the address could not be updated.", error);
  }
}
