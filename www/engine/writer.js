// The texts that a run writes: its samples and the reader's own, a little at a time.

/**
 * @typedef {import("../api/messages.js").Event} Event
 * @typedef {import("../api/messages.js").SamplingConfig} SamplingConfig
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 */

/**
 * @typedef {object} Text
 * @property {number|null} id  null for a sample
 * @property {number} step     whose model writes it
 * @property {string} prompt   as it is read, once it has begun
 * @property {number} remaining  tokens
 * @property {Partial<SamplingConfig>} sampling
 * @property {boolean} stopAtEnd
 * @property {string} written
 * @property {null|"length"|"end"|"cancelled"} done
 * @property {import("../../dist/engine_cpu.js").Model|null} model  once it has begun
 */

/** A turn of writing lasts about so long, so that a command is heard soon. */
const TURN_MS = 100;

export class Writer {
  /** @type {Text[]} */
  #samples = [];
  /** @type {Text[]} */
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
   * @param {Pick<Text, "id"|"step"|"prompt"|"sampling"|"stopAtEnd">} text
   * @param {number} length  in tokens
   */
  add(text, length) {
    const list = text.id === null ? this.#samples : this.#texts;
    list.push({ ...text, remaining: length, written: "", done: null, model: null });
  }

  /** @param {number} id */
  cancel(id) {
    const text = this.#texts.find((text) => text.id === id);
    if (text) text.done = "cancelled";
  }

  /** Writes a little: samples first, since training waits for them. */
  async turn() {
    const text = this.#samples[0] ?? this.#texts[0];
    const piece = await this.#write(text);
    text.written += piece;
    const { id, step, prompt, written, done } = text;
    if (id !== null) this.#tell({ type: "piece", run: this.#run, id, text: piece, done });
    else if (done) this.#tell({ type: "sample", run: this.#run, step, prompt, text: written });
    if (done) this.drop();
  }

  /** Gives up the text at hand. @returns {Text|undefined} */
  drop() {
    const text = (this.#samples.length > 0 ? this.#samples : this.#texts).shift();
    text?.model?.free();
    return text;
  }

  /** Gives up what is still to be sampled. */
  dropSamples() {
    while (this.sampling) this.drop();
  }

  /** @param {Text} text */
  async #write(text) {
    if (text.done) return "";
    const model = text.model ??= this.#begin(text);
    const start = performance.now();
    let piece = "";
    while (!text.done && performance.now() - start < TURN_MS) {
      if (text.remaining <= 0) {
        text.done = "length";
        break;
      }
      const last = --text.remaining === 0;
      const { text: written, ended } = await this.#wait(model.continueText(1, last));
      piece += written;
      if (ended) text.done = "end";
      else if (last) text.done = "length";
    }
    return piece;
  }

  /** @param {Text} text */
  #begin(text) {
    const model = this.#training.model();
    text.model = model;
    const prompt = model.fit(text.prompt);
    model.beginText(prompt.text, text.sampling, text.stopAtEnd);
    text.prompt = prompt.text;
    if (text.id !== null) this.#tell({ type: "begun", run: this.#run, id: text.id, step: text.step, prompt });
    return model;
  }
}
