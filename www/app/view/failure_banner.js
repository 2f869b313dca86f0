// Tells what went wrong and what to do next: where the engine is gone, to go on from the last checkpoint or to start afresh.

import { startOver } from "./confirm.js";
import { button, h, setAttributes, setText } from "./dom.js";
import { View } from "./view.js";

export class FailureBanner extends View {
  #sentence = h("p", { id: "failure-sentence" });
  #resume = button({ id: "resume", class: "primary" }, () => this.controller.resume());
  #afresh = button({ id: "start-afresh", "data-words": "failure.afresh" }, () => startOver(this));
  #dismiss = button({ id: "dismiss-failure", class: "quiet", "data-words": "failure.dismiss" }, () => this.controller.dismissFailure());
  #cause = h("code");
  #details = h("details", {}, h("summary", { "data-words": "failure.cause" }), this.#cause);
  #box = h("div", { id: "failure", class: "failure", role: "alert", hidden: true },
    h("div", {}, this.#sentence, this.#details), h("div", { class: "row" }, this.#resume, this.#afresh, this.#dismiss));

  build() {
    return [this.#box];
  }

  /** @param {import("./view.js").AppState} state */
  update({ failure, left }) {
    this.#box.hidden = failure === null;
    if (!failure) return;
    const { code, params, cause } = failure.failure;
    this.#box.dataset.code = code;
    const key = `errors.${code}`;
    const told = this.words.has(key) ? this.words.say(key, params) : this.words.say("errors.unknown", { code });
    const next = !failure.fatal ? "" : left === null ? this.words.say("failure.nothing_left") : this.words.say("failure.left", { step: left });
    setText(this.#sentence, `${told} ${next}`.trim());
    setText(this.#resume, this.words.say("failure.resume", { step: left ?? 0 }));
    setText(this.#cause, cause);
    // A refused text or setting explains itself; a broken engine has a cause worth reporting.
    this.#details.hidden = !failure.fatal && this.words.has(key);
    this.#resume.hidden = !failure.fatal || left === null;
    this.#afresh.hidden = !failure.fatal;
    setAttributes(this.#afresh, { class: left === null ? "primary" : "" });
  }
}
