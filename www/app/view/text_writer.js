// Chapter "Write": a prompt, how to draw the next token, and the model's text as it comes.

import { canBeAsked } from "../state/app_state.js";
import { button, h, setAttributes, setInUse, setText } from "./dom.js";
import { SettingField } from "./fields.js";
import { View } from "./view.js";

export class TextWriter extends View {
  #prompt = h("textarea", {
    id: "prompt", rows: 2, maxlength: 2000, spellcheck: "false", "aria-describedby": "prompt-help",
    input: () => this.library.setPrompt(this.#prompt.value),
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  });
  #generate = button({ id: "generate", class: "primary" }, () => this.#writeOrStop());
  #given = h("span", { class: "prompt" });
  #made = h("span", { class: "made" });
  #written = h("output", { id: "written", class: "paper written", for: "prompt", "aria-live": "off" }, this.#given, this.#made);
  #spoken = h("p", { class: "visually-hidden", role: "status" });
  #empty = h("p", { class: "empty", "data-words": "write.empty" });
  #die = button({ id: "die", class: "quiet", "data-label": "write.die" }, () => this.#roll(), h("span", { "aria-hidden": "true" }, "⚄"));
  #fields = [
    new SettingField("temperature"), new SettingField("top_k"), new SettingField("top_p"),
    new SettingField("sampling_seed", this.#die), new SettingField("length"),
  ];

  build() {
    return [
      h("div", { class: "field" }, h("label", { for: "prompt", "data-words": "write.prompt" }), this.#prompt,
        h("p", { class: "help", id: "prompt-help", "data-words": "write.help" })),
      h("div", { class: "fields" }, ...this.#fields.map((field) => field.element)),
      h("div", { class: "row buttons" }, this.#generate),
      this.#empty, this.#written, this.#spoken,
    ];
  }

  /** @param {import("./view.js").AppState} state */
  update(state) {
    const { writing, prompt } = state;
    for (const field of this.#fields) field.update(state);
    if (document.activeElement !== this.#prompt) this.#prompt.value = prompt;
    const busy = writing !== null && !writing.done;
    setText(this.#generate, this.words.say(busy ? "write.stop" : "write.generate"));
    setAttributes(this.#generate, { "data-playing": busy });
    setInUse(this.#generate, canBeAsked(state));
    this.#empty.hidden = writing !== null;
    this.#written.hidden = writing === null;
    setAttributes(this.#written, { "aria-busy": String(busy), "data-done": String(!busy) });
    setText(this.#given, writing?.prompt ?? "");
    setText(this.#made, writing?.text ?? "");
    // Read out whole once it is done: letter by letter it would be noise.
    setText(this.#spoken, writing?.done ? this.words.say("write.done", { text: writing.prompt + writing.text }) : "");
  }

  #writeOrStop() {
    const { writing } = this.state;
    if (writing && !writing.done) this.controller.stopWriting();
    else this.controller.write();
  }

  #roll() {
    this.controller.change({ sampling_seed: Math.floor(Math.random() * 2 ** 32) });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#generate.click();
    }
  }
}
