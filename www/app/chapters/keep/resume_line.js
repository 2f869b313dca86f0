// The first line of the next visit: the model that was saved last, to be resumed or forgotten. It goes once
// the reader has a model at hand.

import { button, h, setAttributes, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { takeOff, takeUp } from "./actions.js";
import { dateOf, nameOf } from "./entry_words.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../state/shelf.js").Entry} Entry */

export class ResumeLine extends View {
  #sentence = h("p", { id: "resume-sentence" });
  #resume = button({ id: "resume-kept", class: "primary", "data-words": "keep.resume" },
    () => this.#withEntry(takeUp));
  #forget = button({ id: "forget-kept", class: "quiet", "data-words": "keep.forget" },
    () => this.#withEntry(takeOff));
  #box = h("div", { class: "resume-line paper", id: "resume-line", hidden: true },
    this.#sentence, h("div", { class: "row" }, this.#resume, this.#forget));

  build() {
    // A page that is reloaded is where it was before, and may show no more than an idle train: until it was
    // seen in its place, it floats.
    const observer = new IntersectionObserver(([{ isIntersecting }]) => {
      setAttributes(this, { "data-away": !isIntersecting });
      if (isIntersecting && !this.#box.hidden) observer.disconnect();
    });
    observer.observe(this);
    return [this.#box];
  }

  /** @param {AppState} state */
  update({ kept: { entries, wasEmptied }, phase, running }) {
    const [entry] = entries ?? [];
    const isOffered = phase === "idle" && running === null;
    const { words } = this;
    this.#box.hidden = !isOffered || !(entry || wasEmptied);
    if (this.#box.hidden) return;
    for (const element of [this.#resume, this.#forget]) element.hidden = !entry;
    setAttributes(this.#box, { "data-step": entry?.step });
    setText(this.#sentence, entry
      ? words.say("keep.yours", { step: entry.step, name: nameOf(entry, words), date: dateOf(entry, words) })
      : wasEmptied ? words.say("keep.emptied") : "");
  }

  /** @param {(view: View, entry: Entry) => void} act */
  #withEntry(act) {
    const [entry] = this.state.kept.entries ?? [];
    if (entry) act(this, entry);
  }
}
