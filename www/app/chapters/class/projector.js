// One chapter at a time, large, for a projector: the keys of a presenter turn the pages.

import { button, h, setInUse, setText } from "../../parts/dom.js";

const PROJECTED = "projected";
const PROJECTING = "projecting";
/** Pixels: the foot or the head of a chapter is reached, but for rounding and the rest of a smooth scroll. */
const NEAR = 4;

export class Projector {
  #words;
  #title = h("p", { id: "projected-title" });
  #previous = button({ id: "project-previous" }, () => this.#turn(-1));
  #next = button({ id: "project-next" }, () => this.#turn(1));
  #leave = button({ id: "project-leave" }, () => this.leave());
  #bar = h("div", { class: "projector-bar", role: "toolbar" },
    this.#previous, this.#title, this.#next, this.#leave);
  /** @type {HTMLElement[]} */
  #chapters = [];
  #index = 0;
  /** What has the focus again afterwards. @type {Element|null} */
  #from = null;

  /** @param {import("../../state/words.js").Words} words */
  constructor(words) {
    this.#words = words;
  }

  enter() {
    this.#chapters = [...document.querySelectorAll("main > .chapter")]
      .filter((chapter) => chapter instanceof HTMLElement);
    this.#from = document.activeElement;
    this.#label();
    document.body.append(this.#bar);
    document.documentElement.classList.add(PROJECTING);
    document.addEventListener("keydown", this.#pressed);
    document.addEventListener("fullscreenchange", this.#screenChanged);
    this.#show(0);
    this.#next.focus();
    // Where the screen is refused, the window has to do.
    document.documentElement.requestFullscreen?.().catch(() => {});
  }

  leave() {
    document.removeEventListener("keydown", this.#pressed);
    document.removeEventListener("fullscreenchange", this.#screenChanged);
    document.documentElement.classList.remove(PROJECTING);
    const chapter = this.#chapters.at(this.#index);
    chapter?.classList.remove(PROJECTED);
    this.#bar.remove();
    if (document.fullscreenElement) document.exitFullscreen();
    if (this.#from instanceof HTMLElement) this.#from.focus({ preventScroll: true });
    // The reader stays at the chapter that was shown.
    if (chapter) scrollTo({ top: chapter.getBoundingClientRect().top + scrollY, behavior: "instant" });
  }

  /** In the language of now. */
  #label() {
    for (const [element, key] of /** @type {const} */ ([
      [this.#previous, "previous"], [this.#next, "next"], [this.#leave, "leave"],
    ])) setText(element, this.#words.say(`class.projector.${key}`));
    this.#bar.setAttribute("aria-label", this.#words.say("class.projector.label"));
  }

  /** @param {number} index */
  #show(index) {
    this.#chapters[this.#index]?.classList.remove(PROJECTED);
    this.#index = index;
    const chapter = this.#chapters[index];
    chapter.classList.add(PROJECTED);
    scrollTo({ top: 0, behavior: "instant" });
    const name = chapter.querySelector("h2")?.textContent ?? "";
    setText(this.#title, this.#words.say("class.projector.at", {
      n: index + 1, of: this.#chapters.length, name,
    }));
    setInUse(this.#previous, index > 0);
    setInUse(this.#next, index < this.#chapters.length - 1);
  }

  /** @param {-1|1} by */
  #turn(by) {
    const index = this.#index + by;
    if (index >= 0 && index < this.#chapters.length) this.#show(index);
  }

  /** A long chapter is scrolled through before its page is turned. */
  #pressed = (/** @type {KeyboardEvent} */ event) => {
    const { scrollHeight, clientHeight } = document.documentElement;
    const isAtFoot = scrollY + clientHeight >= scrollHeight - NEAR;
    if (event.key === "PageDown" && isAtFoot) this.#turn(1);
    else if (event.key === "PageUp" && scrollY <= NEAR) this.#turn(-1);
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
  };

  /** The browser's own way out of its full screen is the way out of this too. */
  #screenChanged = () => {
    if (!document.fullscreenElement) this.leave();
  };
}
