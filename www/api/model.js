// A model that can be asked: what it would write, and what goes on in it. Nothing that is asked changes it.

/**
 * @typedef {import("./messages.js").Question} Question
 * @typedef {import("./messages.js").Model} EngineModel
 * @typedef {import("./messages.js").FittedText} FittedText
 * @typedef {import("./messages.js").WordPair} WordPair
 * @typedef {import("./messages.js").SamplingConfig} SamplingConfig
 */

/**
 * An answer, with the step whose model gave it: a model in training is another after each step.
 * @template T
 * @typedef {{step: number, answer: T}} Answered
 */

/**
 * Some of a text that is being written. `step` is that of the model; `prompt` is what the model reads of the
 * prompt, and what was replaced in it; `text` is what has come since the last piece. `done` says why the text
 * ends with this piece: it has its length, or the model has ended it.
 * @typedef {{step: number, prompt: FittedText, text: string, done: null|"length"|"end"|"cancelled"}} Piece
 */

export class Model {
  #requests;

  /** @param {Pick<import("./requests.js").Requests, "send">} requests  the way to the engine */
  constructor(requests) {
    this.#requests = requests;
  }

  /**
   * Continues a prompt; where the model was trained on several documents, the prompt begins one. The pieces
   * come as the model writes them, the first, empty one as soon as it has begun. Leaving the loop, or
   * aborting, ends the text.
   * @param {string} prompt  may be empty where it begins a document
   * @param {object} options
   * @param {number} options.length        tokens at most
   * @param {Partial<SamplingConfig>} [options.sampling]  how tokens are drawn
   * @param {boolean} [options.stopAtEnd]  whether a text ends where the model ends it; else it goes on with
   *   another
   * @param {AbortSignal} [options.signal]
   * @returns {AsyncGenerator<Piece, void>}
   * @throws {import("./failure.js").EngineFailure} `unknown_characters`, `prompt_empty`, or what ended the
   *   engine
   */
  async *write(prompt, { length, sampling = {}, stopAtEnd = true, signal }) {
    let step = 0;
    let fitted = /** @type {FittedText} */ ({ text: prompt, replaced: [], unknown: [] });
    const type = /** @type {const} */ ("write");
    const request = { type, prompt, length, sampling, stop_at_end: stopAtEnd };
    for await (const reply of this.#requests.send(request, signal)) {
      if (reply.type === "begun") {
        step = reply.step;
        fitted = reply.prompt;
        yield { step, prompt: fitted, text: "", done: null };
      } else if (reply.type === "piece") {
        yield { step, prompt: fitted, text: reply.text, done: reply.done };
      }
    }
  }

  /**
   * Every head's attention over a text, and what the model expects after each token.
   * @param {string} text
   * @param {WordPair[]} [pairs]  words of it: the answer names the head that connects each pair most
   * @param {AbortSignal} [signal]
   */
  inspect(text, pairs = [], signal) {
    return this.#ask("inspect", [text, pairs], signal);
  }

  /**
   * What of a text the model can read: what a person would not see the difference of is replaced.
   * @param {string} text
   * @param {AbortSignal} [signal]
   */
  fit(text, signal) {
    return this.#ask("fit", [text], signal);
  }

  /**
   * How well the model guesses each token of a text.
   * @param {string} text
   * @param {AbortSignal} [signal]
   */
  score(text, signal) {
    return this.#ask("score", [text], signal);
  }

  /**
   * The scores of every token of the vocabulary after each token of a text: one row of `vocab_size` after the
   * other.
   * @param {string} text
   * @param {AbortSignal} [signal]
   */
  logits(text, signal) {
    return this.#ask("logits", [text], signal);
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
