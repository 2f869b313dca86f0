// The passage that the whole chapter is about: what the reader typed here, or the text that the page suggests
// to look at without its last word, which the model may then guess.

/** @typedef {import("../../state/app_state.js").AppState} AppState */
/** @typedef {import("../../../api/model.js").Model} Model */
/** @typedef {import("../../../api/messages.js").FittedText} FittedText */

class Passage extends EventTarget {
  /** @type {string|null} */
  #typed = null;

  /** @param {Pick<AppState, "look">} state */
  text({ look }) {
    return this.#typed ?? look.replace(/\s+\S+$/u, "");
  }

  /** @param {string} text */
  type(text) {
    this.#typed = text;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * As the model can read it.
   * @param {Model} model
   * @param {Pick<AppState, "look">} state
   * @returns {Promise<FittedText>}
   */
  async fitted(model, state) {
    return (await model.fit(this.text(state))).answer;
  }
}

/** There is one, on the page as in a card. */
export const passage = new Passage();
