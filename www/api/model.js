// A model that can be asked: what it would write, and what goes on in it. Nothing that is asked changes it.
// It is that of a training, or was opened by itself.

import { samplingOf, usualLength, usualTemperature } from "./options.js";

/**
 * @typedef {import("./messages.js").Question} Question
 * @typedef {import("./messages.js").Model} EngineModel
 * @typedef {import("./messages.js").FittedText} FittedText
 * @typedef {import("./messages.js").Inspection} Inspection
 * @typedef {import("./messages.js").WordPair} WordPair
 * @typedef {import("./messages.js").Copies} Copies
 * @typedef {import("./files.js").Facts} Facts
 * @typedef {import("./options.js").Drawing} Drawing
 * @typedef {import("./open.js").Openable} Openable
 * @typedef {import("./open.js").OpenOptions} OpenOptions
 */

/**
 * An answer, with the step whose model gave it: a model in training is another after each step.
 * @template T
 * @typedef {{step: number, answer: T}} Answered
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
 * How likely a model finds a text. `tokens` are those that it sees, the last `block_size` of the text at
 * most; `log_probs` has the natural logarithm of each one's probability after those before it, and so none of
 * the first; `bits_per_token` is their mean in bits, the lower the likelier: 0 of a text of one token.
 * @typedef {{step: number, tokens: string[], log_probs: number[], bits_per_token: number}} Score
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
 * @property {() => void} close
 */

export class Model {
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
   * Every head's attention over a text, and what the model expects after each token. `attention` is
   * `[n_layer, n_head, query, key]`, row-major: rows sum to 1 and are 0 above the diagonal.
   * @param {string} text
   * @param {object} [options]
   * @param {WordPair[]} [options.pairs]  words of it, as ranges of its UTF-16 units: `connections` names the
   *   head that connects each pair most
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number} & Inspection>}
   */
  async look(text, { pairs = [], signal } = {}) {
    const { step, answer } = await this.#ask("inspect", [text, pairs], signal);
    return { step, ...answer };
  }

  /**
   * What of a text the model can read: what a person would not see the difference of is replaced.
   * @param {string} text
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<FittedText>>}
   */
  fit(text, signal) {
    return this.#ask("fit", [text], signal);
  }

  /**
   * How likely the model finds each token of a text.
   * @param {string} text
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<Score>}
   */
  async score(text, { signal } = {}) {
    const { step, answer: { tokens, log_probs } } = await this.#ask("score", [text], signal);
    const bits = log_probs.reduce((sum, log_prob) => sum - log_prob / Math.LN2, 0);
    return { step, tokens, log_probs, bits_per_token: bits / Math.max(1, log_probs.length) };
  }

  /**
   * Which parts of a text, of 30 characters at least, stand word for word in what the model is trained on
   * now, and what stands around them there. `range` is of UTF-16 units; `searched` says how many characters
   * were looked through: none where the text of the model is not here. `unread` is the share of the
   * validation part that stands there too.
   * @param {string} text
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number} & Copies>}
   */
  async copies(text, { signal } = {}) {
    const { step, answer } = await this.#ask("copies", [text], signal);
    return { step, ...answer };
  }

  /**
   * Every token of the vocabulary as a reader may see it, by its id.
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<string[]>>}
   */
  labels(signal) {
    return this.#ask("labels", [], signal);
  }

  /**
   * The scores of every token of the vocabulary after each token of a text: one row of `vocab_size` after the
   * other.
   * @param {string} text
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<Float32Array>>}
   */
  logits(text, signal) {
    return this.#ask("logits", [text], signal);
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

  /**
   * @template {Question} Method
   * @param {Method} method
   * @param {Parameters<EngineModel[Method]>} args
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<Awaited<ReturnType<EngineModel[Method]>>>>}
   */
  async #ask(method, args, signal) {
    const request = /** @type {import("./requests.js").Request} */ ({ type: "ask", method, args });
    for await (const reply of this.#requests.send(request, signal)) {
      if (reply.type === "answer") return { step: reply.step, answer: /** @type {any} */ (reply.answer) };
    }
    throw new Error(`"${method}" was not answered`);
  }
}
