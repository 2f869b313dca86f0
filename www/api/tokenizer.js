// A tokenizer by itself: learned from a text before there is a model, or that of a model. A worker of its own
// answers, so it does so at once while the model is being trained.

import { Worker } from "../engine/open_worker.js";
import { EngineFailure, fatalFailure } from "./failure.js";
import { DEFAULT_SEED, runSettingsOf, sourceOf } from "./options.js";

/**
 * @typedef {import("../../dist/tokenizer.js").Encoding} Encoding
 * @typedef {import("../../dist/tokenizer.js").Merging} Merging
 * @typedef {import("../../dist/tokenizer.js").MergeStep} MergeStep
 * @typedef {import("../../dist/tokenizer.js").Occurrences} Occurrences
 * @typedef {import("../../dist/tokenizer.js").TextToken} TextToken
 * @typedef {import("../../dist/tokenizer.js").VocabularyEntry} VocabularyEntry
 * @typedef {import("./messages.js").RunSettings} RunSettings
 * @typedef {import("./messages.js").TextSource} TextSource
 * @typedef {import("./messages.js").TokenizerParts} TokenizerParts
 * @typedef {import("./options.js").Text} Text
 * @typedef {import("./options.js").TrainingOptions} TrainingOptions
 */

/**
 * What the worker is asked, and with what it answers.
 * @typedef {object} TokenizerTasks
 * @property {{asked: Pick<RunSettings, "source"|"tokenizer"|"train"> & {model: {block_size: number}},
 *   answer: VocabularyEntry[]}} learn
 * @property {{asked: TokenizerParts, answer: VocabularyEntry[]}} make
 * @property {{asked: string, answer: Encoding}} encode
 * @property {{asked: string, answer: Merging}} merging
 * @property {{asked: {source: TextSource, seed: number}, answer: Occurrences}} occurrences
 */

/** Tokens that a model sees at once where nothing is said of the model. */
const BLOCK_SIZE = 256;

export class Tokenizer {
  #worker;
  /** @type {Map<number, {resolve(answer: any): void, reject(reason: unknown): void}>} */
  #asked = new Map();
  #ids = 0;
  /** Why nothing can be asked any more. @type {unknown} */
  #over = null;
  /** All tokens; each one's id is its index. @type {readonly VocabularyEntry[]} */
  entries = [];

  /**
   * Learns the tokenizer that a training of these options, or with these settings, would learn.
   * @param {TrainingOptions|RunSettings} given
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Tokenizer>}
   * @throws {EngineFailure} what the text is refused for; or the signal's reason
   */
  static async learn(given, { signal } = {}) {
    const { source, tokenizer, model, train } = "source" in given ? given : runSettingsOf(given);
    const { block_size = BLOCK_SIZE } = model;
    return Tokenizer.#begin("learn", { source, tokenizer, model: { block_size }, train }, signal);
  }

  /**
   * The tokenizer of these parts, as the header of a model's file has them.
   * @param {TokenizerParts} parts
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Tokenizer>}
   * @throws {EngineFailure} `tokenizer_invalid`; or the signal's reason
   */
  static async fromParts(parts, { signal } = {}) {
    return Tokenizer.#begin("make", parts, signal);
  }

  /**
   * @template {"learn"|"make"} Task
   * @param {Task} task
   * @param {TokenizerTasks[Task]["asked"]} asked
   * @param {AbortSignal} [signal]
   */
  static async #begin(task, asked, signal) {
    signal?.throwIfAborted();
    const made = new Tokenizer();
    const abort = () => made.#end(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      made.entries = await made.#ask(task, asked);
      return made;
    } catch (error) {
      made.close();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Use `Tokenizer.learn`, `Tokenizer.fromParts` or `tokenizer` of a model. */
  constructor() {
    try {
      this.#worker = new Worker(new URL("../engine/tokenizer_worker.js", import.meta.url), {
        type: "module", name: "tokenizer",
      });
    } catch (error) {
      throw fatalFailure("worker_unavailable", error);
    }
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onmessageerror = () => this.#end(fatalFailure("worker_died", "an answer was unreadable"));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(fatalFailure("worker_not_loaded", event.message || "no cause is given"));
    };
  }

  /**
   * The tokens of a text, as a model reads it: what a person would not see the difference of is replaced.
   * A token that is one byte of a character says which.
   * @param {string} text
   * @returns {Promise<Encoding>}
   */
  encode(text) {
    return this.#ask("encode", text);
  }

  /**
   * The merges that make a text's tokens of its letters, in the order in which they were learned; none where
   * the tokens are letters.
   * @param {string} text
   * @returns {Promise<Merging>}
   */
  merging(text) {
    return this.#ask("merging", text);
  }

  /**
   * How often each token occurs in a text, and for each merge how often its pair did when it was made. Of
   * tales, in as many as a training of this seed begins with.
   * @param {Text} text
   * @param {{seed?: number}} [options]
   * @returns {Promise<Occurrences>}
   * @throws {EngineFailure} `unknown_characters` where the tokens are letters, and lack some of the text
   */
  occurrences(text, { seed = DEFAULT_SEED } = {}) {
    return this.#ask("occurrences", { source: sourceOf(text), seed });
  }

  /** Ends its worker. What is asked of it is rejected. */
  close() {
    this.#end(fatalFailure("closed", "the tokenizer was closed"));
  }

  /**
   * @template {keyof TokenizerTasks} Task
   * @param {Task} task
   * @param {TokenizerTasks[Task]["asked"]} asked
   * @returns {Promise<TokenizerTasks[Task]["answer"]>}
   */
  #ask(task, asked) {
    if (this.#over !== null) return Promise.reject(this.#over);
    return new Promise((resolve, reject) => {
      const id = ++this.#ids;
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, asked });
    });
  }

  /** @param {{id: number} & ({answer: any}|{failure: import("./messages.js").Failure})} message */
  #hear(message) {
    const asked = this.#asked.get(message.id);
    this.#asked.delete(message.id);
    if ("failure" in message) asked?.reject(new EngineFailure(message.failure));
    else asked?.resolve(message.answer);
  }

  /** @param {unknown} reason */
  #end(reason) {
    this.#over ??= reason;
    this.#worker.terminate();
    for (const { reject } of this.#asked.values()) reject(this.#over);
    this.#asked.clear();
  }
}
