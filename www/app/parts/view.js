// The base of the page's custom elements: built once, then brought up to date with the state.

import { setWords } from "./terms.js";

/** @typedef {import("../state/app_state.js").AppState} AppState */

/**
 * What every view is given.
 * @typedef {object} App
 * @property {import("../state/store.js").Store<AppState>} store
 * @property {import("../state/controller.js").Controller} controller
 * @property {import("../state/words.js").Words} words
 */

export class View extends HTMLElement {
  /** Set once, before the elements are defined. @type {App} */
  static app;

  #built = false;
  /** @type {string|null} */
  #language = null;
  /** @type {() => void} */
  #unsubscribe = () => {};

  connectedCallback() {
    if (!this.#built) {
      this.append(...this.build());
      this.#built = true;
    }
    this.#unsubscribe = View.app.store.subscribe((state) => this.#show(state));
    this.#show(View.app.store.state);
  }

  disconnectedCallback() {
    this.#unsubscribe();
  }

  get words() {
    return View.app.words;
  }

  get controller() {
    return View.app.controller;
  }

  get choices() {
    return View.app.controller.choices;
  }

  get library() {
    return View.app.controller.library;
  }

  get state() {
    return View.app.store.state;
  }

  /** Whether it is on screen, as far as is known: only who watches it (`watchScreen`) is told. */
  isOnScreen = false;

  /**
   * Brings the content up to date, from now on, also when the element comes on screen, or goes: after a
   * training has ended, no change of the state comes by which it would be.
   * @param {IntersectionObserverInit} [options]
   */
  watchScreen(options) {
    new IntersectionObserver((entries) => {
      // The last of several entries is how it is now.
      this.isOnScreen = entries.at(-1)?.isIntersecting ?? false;
      this.update(this.state);
    }, options).observe(this);
  }

  /**
   * The element's content, made once. Fixed words are named by `data-words` and filled in by the language.
   * @returns {Node[]}
   */
  build() {
    return [];
  }

  /**
   * Brings the content up to date.
   * @param {AppState} _state
   */
  update(_state) {}

  /** @param {AppState} state */
  #show(state) {
    if (this.#language !== this.words.language) {
      this.#language = this.words.language;
      translate(this, this.words);
    }
    this.update(state);
  }
}

/**
 * Fills in the words that elements name: `data-words` for the text with its terms, `data-label` for the
 * accessible name, `data-hint` for the placeholder.
 * @param {ParentNode} root
 * @param {import("../state/words.js").Words} words
 */
export function translate(root, words) {
  for (const element of root.querySelectorAll("[data-words]")) {
    setWords(element, words.say(element.getAttribute("data-words") ?? ""), words);
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", words.say(element.getAttribute("data-label") ?? ""));
  }
  for (const element of root.querySelectorAll("[data-hint]")) {
    element.setAttribute("placeholder", words.say(element.getAttribute("data-hint") ?? ""));
  }
}
