// Chapter "Keep": the model at hand as a file or as a folder that other programs open, and others opened.

import { cardAtHand } from "../../state/app_state.js";
import { failureOf } from "../../state/failure_of.js";
import { modelStep } from "../../state/run_history.js";
import { keptText } from "../../state/saved_training.js";
import { failureSentence } from "../../parts/failure_sentence.js";
import { button, h, setInUse, setText } from "../../parts/dom.js";
import { View } from "../../parts/view.js";
import { download, fileName } from "./download.js";
import { nameOf } from "./entry_words.js";

/** @typedef {import("../../parts/view.js").AppState} AppState */
/** @typedef {import("../../../api/training.js").Training} Training */
/** @typedef {import("../../../api/training.js").Checkpoint} Checkpoint */
/** @typedef {"file"|"folder"} Kind */

export class KeepFiles extends View {
  #buttons = {
    file: button({ id: "keep-file", class: "primary", "data-words": "keep.files.file.button" },
      () => this.#keep("file")),
    folder: button({ id: "keep-folder", class: "primary", "data-words": "keep.files.folder.button" },
      () => this.#keep("folder")),
  };
  #refusal = h("p", { class: "note", id: "folder-refusal" });
  #status = h("p", { class: "note", id: "files-status", role: "status" });
  #input = h("input", {
    type: "file", id: "model-files", multiple: true, class: "visually-hidden", tabindex: -1,
    "data-label": "keep.files.open",
    change: () => this.#open(),
  });
  /**
   * What is being made, or was made last.
   * @type {{key: string, params: Record<string, string|number>}|null}
   */
  #told = null;
  #busy = false;

  build() {
    // In a card the chapter's name is the only heading above it.
    const heading = this.closest(".chapter") ? "h4" : "h2";
    const card = (/** @type {Kind} */ kind, /** @type {Node[]} */ ...more) => h("li",
      { class: "paper entry" }, h(heading, { "data-words": `keep.files.${kind}.title` }),
      h("p", { "data-words": `keep.files.${kind}.about` }), ...more,
      h("div", { class: "row" }, this.#buttons[kind]));
    return [
      h("ul", { class: "shelf" }, card("file"), card("folder", this.#refusal)),
      this.#status,
      h("div", { class: "row" },
        button({ id: "open-model", "data-words": "keep.files.open" }, () => this.#input.click()), this.#input,
        h("span", { class: "note", "data-words": "keep.files.drop" })),
      h("p", { class: "note", "data-words": "keep.files.opened_kinds" }),
    ];
  }

  /** @param {AppState} state */
  update(state) {
    const { info, checkpointStep } = state;
    const position = info?.model.position ?? "rotary";
    const canKeep = !this.#busy && checkpointStep !== null;
    setInUse(this.#buttons.file, canKeep);
    setInUse(this.#buttons.folder, canKeep && position === "rotary");
    this.#refusal.hidden = position === "rotary";
    const refused = { code: "position_not_exportable", params: { position }, cause: "" };
    setText(this.#refusal, this.#refusal.hidden ? "" : failureSentence(refused, this.words));
    setText(this.#status, this.#told ? this.words.say(this.#told.key, this.#told.params)
      : canKeep ? "" : this.words.say("keep.files.none"));
  }

  /** @param {Kind} kind */
  async #keep(kind) {
    const { training } = this.controller;
    const checkpoint = training?.checkpoint;
    if (!training || !checkpoint) return;
    this.#tell("keep.files.making", {}, true);
    try {
      const { blob, name } = await this.#pack(kind, training, checkpoint);
      download(blob, name);
      this.#tell("keep.files.made", { name, step: checkpoint.step }, false);
    } catch (error) {
      this.#told = null;
      this.#busy = false;
      this.controller.fail(failureOf(error));
    }
  }

  /**
   * @param {Kind} kind
   * @param {Training} training
   * @param {Checkpoint} checkpoint
   * @returns {Promise<{blob: Blob, name: string}>}
   */
  async #pack(kind, training, checkpoint) {
    const { packFolder, packTraining } = await import("../../state/model_files.js");
    const { state, words } = this;
    const { settings } = training;
    const { origin, history } = state;
    const kept = await keptText(settings.source);
    const text = kept && nameOf({ name: "", text: kept }, words);
    const file = origin?.kind === "file" ? origin.file : "";
    const title = text ?? file.replace(/\.(safetensors|zip)$/, "");
    const step = cardAtHand(state)?.steps ?? (kind === "file" ? checkpoint.step : modelStep(history));
    const parts = [title, words.say("keep.files.step", { step: String(step) })];
    if (kind === "file") {
      return { blob: await packTraining(state, training, checkpoint), name: fileName(parts, ".safetensors") };
    }
    const named = { language: words.language, name: `Petit Train, ${title}`, ...(text && { text }) };
    const blob = await packFolder(state, training, checkpoint, kept, named);
    return { blob, name: fileName(parts, ".zip") };
  }

  async #open() {
    const files = [...this.#input.files ?? []];
    this.#input.value = "";
    if (files.length === 0) return;
    this.#tell("keep.files.reading", {}, true);
    const { openModel } = await import("./open_model.js");
    await openModel(this, files);
    this.#told = null;
    this.#busy = false;
    this.update(this.state);
  }

  /**
   * @param {string} key
   * @param {Record<string, string|number>} params
   * @param {boolean} busy
   */
  #tell(key, params, busy) {
    this.#told = { key, params };
    this.#busy = busy;
    this.update(this.state);
  }
}
