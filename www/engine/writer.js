// The texts that a run writes: its samples and the reader's own, a little at a time.

import { codeOf } from "./failures.js";
import { HelpersTexts, Texts, sharedOut } from "./texts.js";

/**
 * @typedef {import("../api/messages.js").Event} Event
 * @typedef {import("../api/messages.js").SamplingConfig} SamplingConfig
 * @typedef {import("../api/messages.js").TextsToWrite} TextsToWrite
 * @typedef {import("../../dist/engine_cpu.js").Training} Training
 */

/**
 * Texts of one prompt: a sample's, or one of the reader's.
 * @typedef {object} Writing
 * @property {number|null} id  null for a sample
 * @property {number} step     whose model writes it
 * @property {string} prompt   as it is read, once it has begun
 * @property {string} [instead]  is read where the model cannot begin with the prompt
 * @property {string[]|null} unreadable  the prompt's characters for which `instead` is read, if it is
 * @property {number} length   of each text, in tokens
 * @property {Partial<SamplingConfig>} sampling
 * @property {boolean} stopAtEnd
 * @property {Partial<import("../api/messages.js").Continuation>} [continuation]
 * @property {number} count    of texts
 * @property {Share[]} shares  of those who write them, in the texts' order, once it has begun
 * @property {number} ms       that writing them has taken
 * @property {boolean} cancelled
 *
 * @typedef {object} Share
 * @property {TextsToWrite} what
 * @property {Texts|HelpersTexts} work
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
  #team;
  #training;
  #wait;
  #tell;

  /**
   * @param {number} run
   * @param {Training} training
   * @param {import("./team.js").Team} team  that the training is shared with
   * @param {<T>(work: Promise<T>) => Promise<T>} wait  for a token
   * @param {(event: Event, transfer?: Transferable[]) => void} tell
   */
  constructor(run, training, team, wait, tell) {
    this.#run = run;
    this.#team = team;
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
   * @param {Pick<Writing, "id"|"step"|"prompt"|"instead"|"sampling"|"stopAtEnd"
   *   |"continuation">} writing
   * @param {number} length  in tokens
   * @param {number} [count]  of texts
   */
  add(writing, length, count = 1) {
    const list = writing.id === null ? this.#samples : this.#texts;
    list.push({ ...writing, length, count, unreadable: null, shares: [], ms: 0, cancelled: false });
  }

  /** @param {number} id */
  cancel(id) {
    const text = this.#texts.find((text) => text.id === id);
    if (text) text.cancelled = true;
  }

  /** Writes a little: samples first, since training waits for them. */
  async turn() {
    const writing = this.#samples[0] ?? this.#texts[0];
    const { id } = writing;
    const start = performance.now();
    const piece = await this.#write(writing);
    writing.ms += performance.now() - start;
    const done = doneOf(writing);
    if (id !== null) this.#tellPiece(id, piece, writing);
    else if (done) this.#tellSample(writing);
    if (done) this.drop();
  }

  /** Gives up what is at hand. @returns {Writing|undefined} */
  drop() {
    const writing = (this.#samples.length > 0 ? this.#samples : this.#texts).shift();
    for (const { work } of writing?.shares ?? []) work.free();
    return writing;
  }

  /** Gives up what is still to be sampled: of a sample that is not whole nothing is told. */
  dropSamples() {
    while (this.sampling) this.drop();
  }

  /** @param {Writing} writing @returns {Promise<string>} what is new of the first text */
  async #write(writing) {
    if (doneOf(writing)) return "";
    if (writing.shares.length === 0) this.#begin(writing);
    const { shares } = writing;
    const [first] = shares[0].work.texts;
    const known = first.text.length;
    const open = shares.filter(({ work }) => !work.done);
    const helpers = open.map(({ work }) => work instanceof HelpersTexts ? work.write(TURN_MS) : null);
    // One after the other, since they share a model.
    for (const { work } of open) if (work instanceof Texts) await work.write(TURN_MS, this.#wait);
    await Promise.all(helpers);
    for (const share of open) if (share.work.isLost) share.work = this.#beginHere(share.what);
    return first.text.slice(known);
  }

  /** @param {Writing} writing */
  #begin(writing) {
    const { id, step, instead, sampling, stopAtEnd: stop_at_end, length, count, continuation } = writing;
    // The reader's text is written here: nobody waits for it.
    const helpers = id === null ? this.#team.replicas : [];
    const begin = (/** @type {string} */ prompt) => {
      const what = { prompt, sampling, stop_at_end, length, count, continuation };
      const [own, ...others] = sharedOut(what, 1 + helpers.length);
      writing.shares = [{ what: own, work: this.#beginHere(own) }];
      others.forEach((what, index) => {
        writing.shares.push({ what, work: new HelpersTexts(helpers[index], what) });
      });
      writing.prompt = prompt;
    };
    const prompt = this.#fit(writing.prompt);
    try {
      begin(prompt.text);
    } catch (error) {
      if (instead === undefined || !CANNOT_BEGIN.includes(codeOf(error) ?? "")) throw error;
      writing.unreadable = prompt.unknown;
      begin(this.#fit(instead).text);
    }
    if (id !== null) this.#tell({ type: "begun", run: this.#run, id, step, prompt });
  }

  /** @param {TextsToWrite} what */
  #beginHere(what) {
    const model = this.#training.model();
    try {
      return new Texts(model, what);
    } catch (error) {
      model.free();
      throw error;
    }
  }

  /** @param {string} text */
  #fit(text) {
    const model = this.#training.model();
    try {
      return model.fit(text);
    } finally {
      model.free();
    }
  }

  /**
   * @param {number} id
   * @param {string} text  what is new of it
   * @param {Writing} writing
   */
  #tellPiece(id, text, writing) {
    const tokens = writing.shares[0]?.work.takeTokens() ?? [];
    const done = doneOf(writing);
    const logits = tokens.map(({ logits }) => logits.buffer);
    this.#tell({ type: "piece", run: this.#run, id, text, tokens, done }, logits);
  }

  /** @param {Writing} sample */
  #tellSample({ step, prompt, unreadable, shares, ms }) {
    const texts = shares.flatMap(({ work }) => work.texts);
    this.#tell({ type: "sample", run: this.#run, step, prompt, unreadable, texts, ms });
  }
}

/**
 * @param {Writing} writing
 * @returns {null|"length"|"end"|"cancelled"} why nothing more comes of it, once nothing does
 */
function doneOf({ shares, cancelled }) {
  if (cancelled) return "cancelled";
  if (shares.length === 0 || shares.some(({ work }) => !work.done)) return null;
  return shares.every(({ work }) => work.done === "end") ? "end" : "length";
}
