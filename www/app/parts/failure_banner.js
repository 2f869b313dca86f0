// Tells what went wrong and what to do next: go on from the last checkpoint, start afresh, train more gently,
// reload the page, or open it in a tab of its own.

import { startOver } from "./confirm.js";
import { button, h, setAttributes, setText } from "./dom.js";
import { failureSentence } from "./failure_sentence.js";
import { View } from "./view.js";

/** Failures that end with a reload: files of another build, or none, are in the browser's cache. */
const RELOADED = ["files_mismatched", "worker_not_loaded"];

export class FailureBanner extends View {
  #sentence = h("p", { id: "failure-sentence" });
  #resume = button({ id: "resume", class: "primary" }, () => this.controller.resume());
  #slower = button({ id: "go-on-slower", class: "primary", "data-words": "failure.slower" },
    () => this.controller.goOnSlower());
  #afresh = button({ id: "start-afresh", "data-words": "failure.afresh" }, () => startOver(this));
  #reload = button({ id: "reload", class: "primary", "data-words": "failure.reload" },
    () => location.reload());
  /** Says the address too: a frame may forbid to open another tab. */
  #ownTab = h("a", { id: "own-tab", target: "_blank", rel: "noopener" });
  #dismiss = button({ id: "dismiss-failure", class: "quiet", "data-words": "failure.dismiss" },
    () => this.controller.dismissFailure());
  #cause = h("code");
  #details = h("details", {}, h("summary", { "data-words": "failure.cause" }), this.#cause);
  #box = h("div", {
    id: "failure", class: "failure", role: "alert", hidden: true,
    keydown: (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") this.controller.dismissFailure();
    },
  }, h("div", {}, this.#sentence, this.#ownTab, this.#details),
  h("div", { class: "row" }, this.#resume, this.#slower, this.#reload, this.#afresh, this.#dismiss));
  /** What had the focus before the banner got it. @type {Element|null} */
  #before = null;

  build() {
    this.#box.addEventListener("focusin", ({ relatedTarget }) => {
      const from = /** @type {Element|null} */ (relatedTarget);
      if (from && !this.#box.contains(from)) this.#before = from;
    });
    addEventListener("blur", () => this.#uncoverFrame());
    return [this.#box];
  }

  /**
   * Brings a frame that has got the focus out from behind the banner: browsers scroll to what has the focus
   * in it without the page's scroll padding.
   */
  #uncoverFrame() {
    const active = document.activeElement;
    if (this.#box.hidden || !(active instanceof HTMLIFrameElement)) return;
    const { top } = active.getBoundingClientRect();
    if (top >= this.#box.getBoundingClientRect().top) scrollBy({ top, behavior: "instant" });
  }

  /** @param {import("./view.js").AppState} state */
  update({ failure, resumableStep }) {
    if (!failure) return this.#hide();
    this.#box.hidden = false;
    const { code, cause } = failure.failure;
    const canResume = failure.fatal && resumableStep !== null;
    this.#box.dataset.code = code;
    const next = !failure.fatal ? "" : canResume
      ? this.words.say("failure.resumable", { step: resumableStep }) : this.words.say("failure.nothing_left");
    setText(this.#sentence, `${failureSentence(failure.failure, this.words)} ${next}`.trim());
    setText(this.#resume, this.words.say("failure.resume", { step: resumableStep ?? 0 }));
    setText(this.#cause, cause);
    // A refused text or setting explains itself; a broken engine has a cause worth reporting.
    this.#details.hidden = !failure.fatal && this.words.has(`errors.${code}`);
    this.#resume.hidden = !canResume;
    this.#slower.hidden = code !== "diverged";
    this.#reload.hidden = !RELOADED.includes(code);
    this.#ownTab.hidden = code !== "worker_unavailable";
    setAttributes(this.#ownTab, { href: location.href });
    setText(this.#ownTab, location.href);
    this.#afresh.hidden = !failure.fatal;
    setAttributes(this.#afresh, { class: canResume ? "" : "primary" });
  }

  #hide() {
    if (this.#box.hidden) return;
    const hadFocus = this.#box.contains(document.activeElement);
    this.#box.hidden = true;
    if (hadFocus && this.#before instanceof HTMLElement) this.#before.focus();
    this.#before = null;
  }
}
