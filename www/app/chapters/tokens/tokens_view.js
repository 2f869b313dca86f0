// The base of this chapter's parts: each follows what they share, and keeps it up to date while it is on
// screen.

import { View } from "../../parts/view.js";
import { tokens } from "./chapter_tokens.js";

/** @typedef {import("./chapter_tokens.js").TokensState} TokensState */

export class TokensView extends View {
  #observer = new IntersectionObserver((entries) => {
    // The last of several entries is how it is now.
    this.isOnScreen = entries.at(-1)?.isIntersecting ?? false;
    tokens.see(this, this.isOnScreen);
    this.update(this.state);
  });
  #unsubscribe = () => {};
  isOnScreen = false;

  connectedCallback() {
    super.connectedCallback();
    this.#unsubscribe = tokens.store.subscribe((state) => this.draw(state));
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unsubscribe();
    this.#observer.disconnect();
    tokens.see(this, false);
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update(state) {
    tokens.follow(state, this.controller.training);
    this.draw(tokens.store.state);
  }

  /**
   * Brings the content up to date.
   * @param {TokensState} _state
   */
  draw(_state) {}
}

/**
 * @param {TokensState} state
 * @param {import("../../state/words.js").Words} words
 * @returns {string} what is waited for, in place of the pieces of words
 */
export function waitingSentence({ status, isTextHere }, words) {
  if (status === "refused") return words.say("tokens.refused");
  return words.say(isTextHere ? "tokens.learning" : "tokens.no_text");
}
