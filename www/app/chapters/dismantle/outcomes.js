// The whole model and the altered one side by side: how surprised each is by the passage, what each would put
// next, and how each goes on.

import { barRow } from "../../parts/bars.js";
import { h, setAttributes, setText } from "../../parts/dom.js";
import { tokenLabel } from "../../parts/token_label.js";

/** @typedef {import("../../../api/questions.js").Consequences} Consequences */
/** @typedef {import("../../state/words.js").Words} Words */

const SHOWN = 4;

export class Outcomes {
  #whole = new Outcome("dismantle.whole");
  #changed;
  element;

  /**
   * @param {string} name  of the altered model, as the words have it
   */
  constructor(name) {
    this.#changed = new Outcome(name);
    this.#changed.element.classList.add("changed");
    this.element = h("div", { class: "outcomes" }, this.#whole.element, this.#changed.element);
  }

  /**
   * @param {Consequences} whole
   * @param {Consequences} changed  the same where nothing was done
   * @param {string} lang           of what the model writes
   * @param {Words} words
   */
  draw(whole, changed, lang, words) {
    this.#whole.draw(whole, whole, lang, words);
    this.#changed.draw(changed, whole, lang, words);
    setAttributes(this.element, { "data-same": whole === changed });
  }
}

class Outcome {
  #bits = h("strong", { class: "bits" });
  #unit = h("span", { class: "note" });
  #bars = h("ol", { class: "next-bars" });
  #text = h("p", { class: "continuation", translate: "no", dir: "auto", tabindex: 0, role: "group",
    "data-label": "dismantle.continuation" });
  element;

  /** @param {string} name  as the words have it */
  constructor(name) {
    this.element = h("div", { class: "outcome paper", role: "group", "data-label": name },
      h("p", { class: "outcome-name", "data-words": name }),
      h("p", { class: "surprise" }, this.#bits, " ", this.#unit),
      this.#bars, this.#text);
  }

  /**
   * @param {Consequences} outcome
   * @param {Consequences} whole    whose text it is compared with
   * @param {string} lang
   * @param {Words} words
   */
  draw({ bits_per_token, candidates, continuation }, whole, lang, words) {
    const bits = words.number(bits_per_token, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    setText(this.#bits, bits);
    setAttributes(this.#bits, { "data-bits": bits_per_token });
    setText(this.#unit, words.say("dismantle.bits"));
    this.#bars.replaceChildren(...candidates.slice(0, SHOWN).map(({ token, probability }) => barRow(
      {}, h("span", { class: "token", lang, translate: "no" }, tokenLabel(token, words)), probability,
      words.percent(probability))));
    const same = commonLength(continuation, whole.continuation);
    setAttributes(this.#text, { lang });
    this.#text.replaceChildren(continuation.slice(0, same),
      h("span", { class: "differs" }, continuation.slice(same)));
  }
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} how long they are the same, in UTF-16 units
 */
function commonLength(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
