// A model: what it would write, and what goes on in it. Nothing that is asked changes it. It is that of a
// training, or was opened by itself.

import { refusal } from "./failure.js";
import { samplingOf, usualLength, usualTemperature } from "./options.js";
import { Questions } from "./questions.js";

/**
 * @typedef {import("./messages.js").FittedText} FittedText
 * @typedef {import("./files.js").Facts} Facts
 * @typedef {import("./options.js").Drawing} Drawing
 * @typedef {import("./open.js").Openable} Openable
 * @typedef {import("./open.js").OpenOptions} OpenOptions
 * @typedef {import("./snapshots.js").Snapshot} Snapshot
 */

/**
 * Some of a text that is being written. `step` is that of the model; `prompt` is what the model reads of the
 * prompt, and what was replaced in it; `text` is what has come since the last piece, and `tokens` what that
 * consists of, where it is explained. `done` says why the text ends with this piece: it has its length, or
 * the model has ended it.
 * @typedef {{step: number, prompt: FittedText, text: string, tokens: WrittenToken[],
 *   done: null|"length"|"end"|"cancelled"}} Piece
 */

/**
 * A token of a text, as it was when the model wrote it. `number` is the random number, at least 0 and below
 * 1, that chose it: where the candidates' probabilities, as the sampling settings make them, stand one after
 * the other, likeliest first, it falls into this token's; a token that was given has none. `logits` are the
 * model's scores of the whole vocabulary, of which `rank`, `withSettings` and `placeOf` tell all the rest.
 * @typedef {import("./messages.js").WrittenToken} WrittenToken
 */

/**
 * @typedef {object} WritingOptions
 * @property {number} [length]      tokens at most; 200 letters, or 300 pieces of words
 * @property {boolean} [stopAtEnd]  whether a text ends where the model ends it, as it does; else another
 *   follows
 * @property {boolean} [explain]    whether pieces come with their tokens, and how each was drawn: four bytes
 *   for each token of the vocabulary
 * @property {readonly number[]} [after]  ids of tokens that follow the prompt already, as an earlier text had
 *   them: this one goes on after them
 * @property {number} [first]       the id of the token that comes next, whatever the model would draw
 * @property {AbortSignal} [signal]
 */

/**
 * What a model is to whoever it belongs to.
 * @typedef {object} Owner
 * @property {import("./messages.js").RunSettings} settings  that it was made with
 * @property {readonly Snapshot[]} snapshots
 * @property {() => void} close
 */

export class Model extends Questions {
  #requests;
  #owner;

  /**
   * Opens a model by itself: what `save` and `toHuggingFace` of this library gave, what the page's reader has
   * kept, or a folder of a model that `transformers` loads.
   * @param {Openable} what  a file, a folder's files, or the address of a file
   * @param {OpenOptions} [options]
   * @returns {Promise<Model>}
   * @throws {import("./failure.js").EngineFailure} why not; `file_…`, `checkpoint_…`, `folder_…`, `zip_…`
   */
  static async open(what, options) {
    // What opens files is fetched once it is wanted.
    const { openModel } = await import("./open.js");
    return openModel(what, options);
  }

  /**
   * Use `Model.open`, or `model` of a training.
   * @param {Pick<import("./requests.js").Requests, "send">} requests  the way to the engine
   * @param {Owner} owner
   */
  constructor(requests, owner) {
    super(requests);
    this.#requests = requests;
    this.#owner = owner;
  }

  /**
   * Continues a prompt; where the model was trained on several documents, the prompt begins one. The pieces
   * come as the model writes them, the first, empty one as soon as it has begun. Leaving the loop, or
   * aborting, ends the text.
   * @param {string} [prompt]  may be empty where it begins a document
   * @param {WritingOptions & Drawing} [options]  without a temperature 0.8, or 0.5 for tales in pieces of
   *   words; without a seed 1
   * @returns {AsyncGenerator<Piece, void>}
   * @throws {import("./failure.js").EngineFailure} `unknown_characters`, `prompt_empty`, or what ended the
   *   engine
   */
  async *write(prompt = "", options = {}) {
    const { length, stopAtEnd = true, explain = false, after = [], first, signal, ...drawing } = options;
    const { tokenizer: { kind }, source } = this.#owner.settings;
    const temperature = usualTemperature(source.kind === "contes", kind);
    let step = 0;
    let fitted = /** @type {FittedText} */ ({ text: prompt, replaced: [], unknown: [] });
    const request = {
      type: /** @type {const} */ ("write"),
      prompt,
      length: length ?? usualLength(kind),
      sampling: samplingOf({ temperature, ...drawing }),
      stop_at_end: stopAtEnd,
      continuation: { explained: explain, after: [...after], first },
    };
    for await (const reply of this.#requests.send(request, signal)) {
      if (reply.type === "begun") {
        step = reply.step;
        fitted = reply.prompt;
        yield { step, prompt: fitted, text: "", tokens: [], done: null };
      } else if (reply.type === "piece") {
        const { text, tokens, done } = reply;
        yield { step, prompt: fitted, text, tokens, done };
      }
    }
  }

  /**
   * The model as it was after a step, to be asked: what it looked at, how likely it found a text. Its weights
   * are rounded (`snapshots` of its training), so its answers are near those of then. Training goes on as if
   * nothing had been asked.
   * @param {number} step  one of its training's `snapshots`
   * @returns {Questions}
   * @throws {import("./failure.js").EngineFailure} `argument_unreadable` where there is none of that step
   */
  at(step) {
    const snapshot = this.#owner.snapshots.find((candidate) => candidate.step === step);
    if (!snapshot) throw refusal("argument_unreadable", `there is no snapshot of step ${step}`);
    return new Questions(this.#requests, snapshot);
  }

  /**
   * The model as a file, from which `Model.open` opens it, and with all that its training needs to go on.
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<Blob>}  `.safetensors`
   * @throws {import("./failure.js").EngineFailure} `diverged` where its numbers are not finite any more
   */
  async save({ signal } = {}) {
    for await (const reply of this.#requests.send({ type: "save" }, signal)) {
      if (reply.type === "saved") return reply.blob;
    }
    throw new Error("the model was not saved");
  }

  /**
   * The folder that `transformers` loads, zipped.
   * @param {Partial<Facts>} [facts]  for the model card; what is not given is missing there
   * @returns {Promise<Blob>}
   * @throws {import("./failure.js").EngineFailure} `position_not_exportable` unless positions are rotary
   */
  async toHuggingFace({ language = "en", name = "petit-train", ...facts } = {}) {
    const { exportFolder } = await import("./files.js");
    return exportFolder(await this.save(), { language, name, ...facts });
  }

  /** Ends its worker, and with it the training that it is of. What is asked of it is rejected. */
  close() {
    this.#owner.close();
  }
}
