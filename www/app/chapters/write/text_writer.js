// Chapter "Write": a prompt, how to draw the next token, and the model's text as it comes.

import { canBeAsked, textsOf } from "../../state/app_state.js";
import { contesLanguage, isWithoutText, talesLanguage } from "../../state/run_settings.js";
import { fittingNote } from "../../parts/characters.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";
import { SettingField } from "../../parts/fields.js";
import { meetingSentence } from "../../parts/meeting_sentence.js";
import { languageOfModel, languageOfText } from "../../parts/text_language.js";
import { View } from "../../parts/view.js";
import { WrittenTexts } from "./written_texts.js";

export class TextWriter extends View {
  #prompt = h("textarea", {
    id: "prompt", rows: 2, maxlength: 2000, spellcheck: "false", "aria-describedby": "prompt-help",
    translate: "no", dir: "auto",
    input: () => this.library.setPrompt(this.#prompt.value),
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  });
  #generate = button({ id: "generate", class: "primary" }, () => this.#writeOrStop());
  #texts = new WrittenTexts(View.app);
  /** Reads the text out whole once it is done: letter by letter it would be noise. */
  #spokenTitle = h("span");
  #spokenText = h("span");
  #spokenVerdict = h("span");
  #spoken = h("p", { class: "visually-hidden", role: "status", translate: "no" },
    this.#spokenTitle, " ", this.#spokenText, " ", this.#spokenVerdict);
  #fitted = h("p", { class: "note", id: "prompt-fitted", role: "status" });
  #empty = h("p", { class: "empty" });
  #die = button({ id: "die", class: "quiet", "data-label": "write.die" }, () => this.#roll(),
    h("span", { "aria-hidden": "true" }, "⚄"));
  #title = button({ id: "draw-title", class: "quiet", "data-words": "write.title" }, () => this.#drawTitle());
  #fields = /** @type {const} */ (["temperature", "top_k", "top_p", "sampling_seed", "length"]).map((name) =>
    new SettingField(name, (change) => this.choices.change(change),
      ...(name === "sampling_seed" ? [this.#die] : [])));

  build() {
    return [
      h("div", { class: "field" }, h("label", { for: "prompt", "data-words": "write.prompt" }), this.#prompt,
        this.#title, h("p", { class: "help", id: "prompt-help", "data-words": "write.help" })),
      h("div", { class: "fields" }, ...this.#fields.map((field) => field.element)),
      h("div", { class: "row buttons" }, this.#generate),
      document.createElement("model-origin"),
      this.#fitted, this.#empty, this.#texts.element, this.#spoken,
    ];
  }

  /** @param {import("../../parts/view.js").AppState} state */
  update(state) {
    const { meeting, prompt } = state;
    const writing = meeting ? null : state.writing;
    for (const field of this.#fields) field.update(state.settings, this.words);
    if (document.activeElement !== this.#prompt) this.#prompt.value = prompt;
    const busy = meeting === null && textsOf(state).some(({ done }) => !done);
    setText(this.#generate, this.words.say(busy ? "write.stop" : "write.generate"));
    setAttributes(this.#generate, { "data-playing": busy });
    setInUse(this.#generate, canBeAsked(state) && meeting === null);
    this.#empty.hidden = writing !== null;
    setText(this.#empty, meeting ? meetingSentence(meeting, this.words) : this.words.say("write.empty"));
    setAttributes(this.#prompt, { lang: languageOfText(state) });
    this.#title.hidden = titleLanguage(state) === null;
    setAttributes(this.#spokenText, { lang: languageOfModel(state) });
    setText(this.#fitted, fittingNote(writing?.replaced ?? [], this.words));
    this.#texts.update(state);
    setText(this.#spokenTitle, writing?.done ? this.words.say("write.done") : "");
    setText(this.#spokenText, writing?.done ? writing.prompt + writing.text : "");
    setText(this.#spokenVerdict, writing?.done ? this.#texts.note.textContent ?? "" : "");
  }

  #writeOrStop() {
    if (textsOf(this.state).some(({ done }) => !done)) this.controller.stopWriting();
    else this.controller.write();
  }

  #drawTitle() {
    const language = titleLanguage(this.state);
    if (language) this.library.drawTitle(language);
  }

  #roll() {
    this.choices.change({ sampling_seed: Math.floor(Math.random() * 2 ** 32) });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#generate.click();
    }
  }
}

/**
 * @param {import("../../parts/view.js").AppState} state
 * @returns {"fr"|"en"|null} the language of the tales whose titles can be asked for: the chosen ones, or
 *   those that a model knows whose text is not here
 */
function titleLanguage(state) {
  const { running } = state;
  return running && isWithoutText(running) ? talesLanguage(running.source) : contesLanguage(state);
}
