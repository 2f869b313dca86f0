// The chapters on the page: their line of stations, their sections, and what is in them once it is wanted.

import { CHAPTERS } from "../chapters.js";
import { button, h, setText } from "./dom.js";
import { translate } from "./view.js";

/** @typedef {import("../chapters.js").Chapter} Chapter */
/** @typedef {import("../chapters.js").Part} Part */

/** How far outside the window, in its heights, a chapter is near. */
const NEAR = "60% 0px";

export class ChapterSections {
  #words;
  #sections;
  /** Those whose later parts have not been asked for. @type {Set<Section>} */
  #waiting;

  /** @param {import("../state/words.js").Words} words */
  constructor(words) {
    this.#words = words;
    this.#sections = CHAPTERS.map((chapter) => new Section(chapter, words));
    this.#waiting = new Set(this.#sections);
  }

  /**
   * @param {Element} line  gets a link to each chapter
   * @param {Element} main  gets the sections
   */
  build(line, main) {
    line.append(...this.#sections.map(({ station }) => station));
    main.append(...this.#sections.map(({ element }) => element));
  }

  /** Loads what is in the first view. */
  async loadFirst() {
    await Promise.all(this.#sections.map((section) => section.load((part) => part.first === true)));
  }

  /** Loads the rest: a chapter's when the reader nears it. */
  loadWhenNear() {
    const near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        const section = this.#sections.find(({ element }) => element.contains(target));
        if (isIntersecting && section) this.#loadRest(section);
      }
    }, { rootMargin: NEAR });
    for (const section of this.#sections) {
      const missing = section.firstMissing();
      if (missing) near.observe(missing);
    }
  }

  /** Loads all that is still missing. */
  loadAll() {
    for (const section of this.#waiting) this.#loadRest(section);
  }

  /** Brings the titles into the language of now. */
  translate() {
    for (const section of this.#sections) section.translateTitle();
  }

  /** @param {Section} section */
  #loadRest(section) {
    if (this.#waiting.delete(section)) section.loadOrTell();
  }
}

/** One chapter on the page. */
class Section {
  #chapter;
  #words;
  #link;
  #title;

  /**
   * @param {Chapter} chapter
   * @param {import("../state/words.js").Words} words
   */
  constructor(chapter, words) {
    const { name } = chapter;
    this.#chapter = chapter;
    this.#words = words;
    this.#link = h("a", { href: `#${name}-chapter` });
    this.station = h("li", {}, this.#link);
    this.#title = h("h2", { id: `${name}-title` });
    this.element = h("section", {
      id: `${name}-chapter`, class: "chapter", "aria-labelledby": `${name}-title`,
    }, this.#title);
    this.translateTitle();
  }

  get name() {
    return this.#chapter.name;
  }

  translateTitle() {
    const title = this.#chapter.title[this.#words.language];
    setText(this.#link, title);
    setText(this.#title, title);
  }

  /** @returns {Element|null} what the reader nears when the rest is to be loaded; none where all is there */
  firstMissing() {
    const missing = this.#chapter.parts.find(({ element }) => !customElements.get(element));
    return missing ? this.element.querySelector(missing.element) ?? this.element : null;
  }

  /**
   * Loads the parts that `wanted` names, with their words and styles. None wanted, nothing is loaded.
   * @param {(part: Part) => boolean} wanted
   */
  async load(wanted) {
    const missing = this.#chapter.parts.filter((part) => wanted(part) && !customElements.get(part.element));
    if (missing.length === 0) return;
    const loaded = missing.map(({ load }) => load());
    const [elements] = await Promise.all([
      Promise.all(loaded), loadPartWords(this.#chapter, missing, this.#words),
    ]);
    this.#layOut(missing);
    missing.forEach(({ element }, index) => customElements.define(element, elements[index]));
  }

  /** Loads what is missing; where that fails, says so and offers to try again. */
  async loadOrTell() {
    try {
      await this.load(() => true);
    } catch (error) {
      console.warn(`petit-train: the chapter "${this.#chapter.name}" could not be loaded.`, error);
      this.#tellFailure();
    }
  }

  #tellFailure() {
    const retry = button({ "data-words": "chapters.retry" }, () => {
      notice.remove();
      this.#title.focus();
      this.loadOrTell();
    });
    const notice = h("div", { class: "empty unreadable", role: "alert" },
      h("p", { "data-words": "chapters.unreadable" }), retry);
    translate(notice, this.#words);
    this.element.append(notice);
    // The title takes the focus of the button that goes.
    this.#title.tabIndex = -1;
  }

  /**
   * Puts the places of all parts there, and what leads to those that are loaded.
   * @param {readonly Part[]} loaded
   */
  #layOut(loaded) {
    for (const part of this.#chapter.parts) {
      const place = this.element.querySelector(part.element) ?? document.createElement(part.element);
      if (!place.parentNode) this.element.append(place);
      if (!loaded.includes(part)) continue;
      const { heading, intro } = part;
      if (heading) place.before(h("h3", { "data-words": heading }));
      if (intro) place.before(h("p", { class: "prose", "data-words": intro }));
    }
    translate(this.element, this.#words);
  }
}

/**
 * @param {Chapter} chapter
 * @param {readonly Part[]} parts  some of its own
 * @param {import("../state/words.js").Words} words  get those that the parts need
 * @returns {Promise<unknown>} once they, and the styles, are there
 */
export function loadPartWords(chapter, parts, words) {
  const isSplit = chapter.parts.some(({ first }) => first);
  const needsLater = isSplit && parts.some(({ first }) => !first);
  return Promise.all([
    loadChapterWords(chapter.name, words),
    needsLater && loadChapterWords(chapter.name, words, "later"),
  ]);
}

/**
 * @param {string} name  of a chapter
 * @param {import("../state/words.js").Words} words  get those of the chapter
 * @param {"words"|"later"} [file]  "later" for those of parts that are not in the first view
 * @returns {Promise<unknown>} once they, and its styles, are there
 */
export function loadChapterWords(name, words, file = "words") {
  const styles = file === "words" ? name : file;
  return Promise.all([
    words.include(`../chapters/${name}/${file}.`),
    loadStyles(new URL(`../chapters/${name}/${styles}.css`, import.meta.url).href),
  ]);
}

/** Style sheets that are there or on their way, by address. @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * @param {string} address
 * @returns {Promise<void>} once it applies
 */
function loadStyles(address) {
  const earlier = sheets.get(address);
  if (earlier) return earlier;
  const loading = new Promise((resolve, reject) => {
    const link = h("link", {
      rel: "stylesheet", href: address,
      load: () => resolve(undefined),
      error: () => {
        link.remove();
        sheets.delete(address);
        reject(new Error(`${address} could not be loaded`));
      },
    });
    document.head.append(link);
  });
  sheets.set(address, loading);
  return loading;
}
