// The texts that a run writes: its samples and the reader's own, a little at a time.

import { codeOf } from "./failures.js";

/**
 * @typedef {import("../api/messages.js").Event} Event
 * @typedef {import("../api/messages.js").SamplingConfig} SamplingConfig
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 */

/**
 * Texts that begin with the same prompt and are written side by side: a sample's, or one of the reader's.
 * @typedef {object} Writing
 * @property {number|null} id  null for a sample
 * @property {number} step     whose model writes it
 * @property {string} prompt   as it is read, once it has begun
 * @property {string} [instead]  is read where the model cannot begin with the prompt
 * @property {string[]|null} unreadable  the prompt's characters for which `instead` is read, if it is
 * @property {number} remaining  tokens
 * @property {Partial<SamplingConfig>} sampling
 * @property {boolean} stopAtEnd
 * @property {{text: string, ended: boolean}[]} texts  as far as they are written
 * @property {number} ms       that writing them has taken
 * @property {null|"length"|"end"|"cancelled"} done
 * @property {import("../../dist/engine_cpu.js").Model|null} model  once it has begun
 */

/** Why a model cannot begin with a prompt. */
const CANNOT_BEGIN = ["unknown_characters", "prompt_empty"];
/** A turn of writing lasts about so long, so that a command is heard soon. */
const TURN_MS = 100;

export class Writer {
  /** @type {Writing[]} */
  #samples = [];
  /** @type {Writing[]} */
  #texts = [];
  #run;
  #training;
  #wait;
  #tell;

  /**
   * @param {number} run
   * @param {Training} training
   * @param {<T>(work: Promise<T>) => Promise<T>} wait  for a token
   * @param {(event: Event) => void} tell
   */
  constructor(run, training, wait, tell) {
    this.#run = run;
    this.#training = training;
    this.#wait = wait;
    this.#tell = tell;
  }

  /** Whether there is anything to write. */
  get busy() {
    return this.#samples.length + this.#texts.length > 0;
  }

  /** Whether a sample is being written: it shows the model of its step, so training waits for it. */
  get sampling() {
    return this.#samples.length > 0;
  }

  /**
   * @param {Pick<Writing, "id"|"step"|"prompt"|"instead"|"sampling"|"stopAtEnd">} writing
   * @param {number} length  in tokens
   * @param {number} [count]  of texts
   */
  add(writing, length, count = 1) {
    const list = writing.id === null ? this.#samples : this.#texts;
    const texts = Array.from({ length: count }, () => ({ text: "", ended: false }));
    const begun = { unreadable: null, remaining: length, texts, ms: 0, done: null, model: null };
    list.push({ ...writing, ...begun });
  }

  /** @param {number} id */
  cancel(id) {
    const text = this.#texts.find((text) => text.id === id);
    if (text) text.done = "cancelled";
  }

  /** Writes a little: samples first, since training waits for them. */
  async turn() {
    const writing = this.#samples[0] ?? this.#texts[0];
    const start = performance.now();
    const piece = await this.#write(writing);
    writing.ms += performance.now() - start;
    const { id, step, prompt, unreadable, texts, ms, done } = writing;
    if (id !== null) this.#tell({ type: "piece", run: this.#run, id, text: piece, done });
    else if (done) this.#tell({ type: "sample", run: this.#run, step, prompt, unreadable, texts, ms });
    if (done) this.drop();
  }

  /** Gives up what is at hand. @returns {Writing|undefined} */
  drop() {
    const writing = (this.#samples.length > 0 ? this.#samples : this.#texts).shift();
    writing?.model?.free();
    return writing;
  }

  /** Gives up what is still to be sampled: of a sample that is not whole nothing is told. */
  dropSamples() {
    while (this.sampling) this.drop();
  }

  /** @param {Writing} writing @returns {Promise<string>} what is new of the first text */
  async #write(writing) {
    if (writing.done) return "";
    const model = writing.model ??= this.#begin(writing);
    const { texts } = writing;
    const start = performance.now();
    const known = texts[0].text.length;
    while (!writing.done && performance.now() - start < TURN_MS) {
      if (writing.remaining <= 0) {
        writing.done = "length";
        break;
      }
      const last = --writing.remaining === 0;
      const pieces = await this.#wait(model.continueTexts(1, last));
      pieces.forEach(({ text, ended }, index) => {
        texts[index].text += text;
        texts[index].ended = ended;
      });
      if (texts.every(({ ended }) => ended)) writing.done = "end";
      else if (last) writing.done = "length";
    }
    return texts[0].text.slice(known);
  }

  /** @param {Writing} writing */
  #begin(writing) {
    const model = this.#training.model();
    writing.model = model;
    const { id, step, instead, texts, sampling, stopAtEnd } = writing;
    const begin = (/** @type {import("../api/messages.js").FittedText} */ fitted) => {
      model.beginTexts(texts.map(() => fitted.text), sampling, stopAtEnd);
      writing.prompt = fitted.text;
    };
    const prompt = model.fit(writing.prompt);
    try {
      begin(prompt);
    } catch (error) {
      if (instead === undefined || !CANNOT_BEGIN.includes(codeOf(error) ?? "")) throw error;
      writing.unreadable = prompt.unknown;
      begin(model.fit(instead));
    }
    if (id !== null) this.#tell({ type: "begun", run: this.#run, id, step, prompt });
    return model;
  }
}
