// Tells what went wrong and what to do next; offers a fresh start where the engine is gone. It removes nothing.

import { button, h, setText } from "./dom.js";
import { View } from "./view.js";

export class FailureBanner extends View {
  #sentence = h("p", { id: "failure-sentence" });
  #afresh = button({ id: "start-afresh", class: "primary", "data-words": "failure.afresh" }, () => this.controller.restart());
  #dismiss = button({ id: "dismiss-failure", class: "quiet", "data-words": "failure.dismiss" }, () => this.controller.dismissFailure());
  #cause = h("code");
  #details = h("details", {}, h("summary", { "data-words": "failure.cause" }), this.#cause);
  #box = h("div", { id: "failure", class: "failure", role: "alert", hidden: true },
    h("div", {}, this.#sentence, this.#details), h("div", { class: "row" }, this.#afresh, this.#dismiss));

  build() {
    return [this.#box];
  }

  /** @param {import("./view.js").AppState} state */
  update({ failure }) {
    this.#box.hidden = failure === null;
    if (!failure) return;
    const { code, params, cause } = failure.failure;
    this.#box.dataset.code = code;
    const key = `errors.${code}`;
    setText(this.#sentence, this.words.has(key) ? this.words.say(key, params) : this.words.say("errors.unknown", { code }));
    setText(this.#cause, cause);
    // A refused text or setting explains itself; a broken engine has a cause worth reporting.
    this.#details.hidden = !failure.fatal && this.words.has(key);
    this.#afresh.hidden = !failure.fatal;
  }
}
