// Questions to a model: how likely a text is to it, what it looks at, what happens without some of its parts.
// Nothing that is asked changes it.

/**
 * @typedef {import("./messages.js").Question} Question
 * @typedef {import("./messages.js").Model} EngineModel
 * @typedef {import("./messages.js").CountingLosses} CountingLosses
 * @typedef {import("./messages.js").CountingScore} CountingScore
 * @typedef {import("./messages.js").FittedText} FittedText
 * @typedef {import("./messages.js").Inspection} Inspection
 * @typedef {import("./messages.js").WordPair} WordPair
 * @typedef {import("./messages.js").Interventions} Interventions
 * @typedef {import("./messages.js").Causes} Causes
 * @typedef {import("./messages.js").Lens} Lens
 * @typedef {import("./messages.js").BillEntry} BillEntry
 * @typedef {import("./messages.js").ParameterNumbers} ParameterNumbers
 * @typedef {import("./messages.js").Neighbour} Neighbour
 * @typedef {import("./messages.js").Copies} Copies
 * @typedef {import("./snapshots.js").Snapshot} Snapshot
 */

/**
 * An answer, with the step whose model gave it: a model in training is another after each step.
 * @template T
 * @typedef {{step: number, answer: T}} Answered
 */

/**
 * How likely a model finds a text. `tokens` are those that it sees, the last `block_size` of the text at
 * most unless it was asked for the whole; `log_probs` has the natural logarithm of each one's probability
 * after those before it, and so none of the first; `bits_per_token` is their mean in bits, the lower the
 * likelier: 0 of a text of one token.
 * @typedef {{step: number, tokens: string[], log_probs: number[], bits_per_token: number}} Score
 */

/**
 * What a model makes of a text once something was done to it: how likely it finds each token, as in `Score`,
 * what could come next, likeliest first, and how it goes on where it always takes the likeliest token.
 * @typedef {Score & {candidates: import("./messages.js").Candidate[], continuation: string}} Consequences
 */

export class Questions {
  #requests;
  #snapshot;

  /**
   * @param {Pick<import("./requests.js").Requests, "send">} requests  the way to the engine
   * @param {Snapshot|null} [snapshot]  of the model that answers; without it, the model as it is now
   */
  constructor(requests, snapshot = null) {
    this.#requests = requests;
    this.#snapshot = snapshot;
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
   * @param {boolean} [options.whole]  of all its tokens, however many, in windows that overlap by half
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<Score>}
   */
  async score(text, { whole = false, signal } = {}) {
    const { step, answer } = await this.#ask(whole ? "scoreWhole" : "score", [text], signal);
    return { step, ...answer, bits_per_token: meanBits(answer.log_probs) };
  }

  /**
   * What the model makes of a text once parts of it were switched off, numbers of it changed, or directions
   * added, for each of several such interventions. They are done to copies, for this question alone, and all
   * to the model of one step: `{}` does nothing, to compare with.
   * @param {string} text
   * @param {Interventions[]} interventions  parts and layers are counted from 0
   * @param {object} [options]
   * @param {number} [options.length]  tokens to go on by, at most 300
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<Consequences[]>}  one each
   * @throws {import("./failure.js").EngineFailure} `setting_out_of_range` for what the model does not have
   */
  async consequences(text, interventions, { length = 0, signal } = {}) {
    const { step, answer } = await this.#ask("consequences", [text, interventions, length], signal);
    return answer.map(({ score, ...rest }) => (
      { step, ...score, bits_per_token: meanBits(score.log_probs), ...rest }));
  }

  /**
   * What the prediction of one token of a text depends on: every head and every MLP is switched off in turn.
   * @param {string} text
   * @param {number} position  of the predicted token among those that the model sees, from 1
   * @param {object} [options]
   * @param {boolean} [options.pairs]  whether every two parts are switched off as well, where there are 24 at
   *   most
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number} & Causes>}
   */
  async causes(text, position, { pairs = false, signal } = {}) {
    const { step, answer } = await this.#ask("causes", [text, position, pairs], signal);
    return { step, ...answer };
  }

  /**
   * What each layer would say about one token of a text if it were the last: first the embedding alone.
   * @param {string} text
   * @param {number} position  as of `causes`; after the last token, their number
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number} & Lens>}
   */
  async lens(text, position, { signal } = {}) {
    const { step, answer } = await this.#ask("lens", [text, position], signal);
    return { step, ...answer };
  }

  /**
   * What tells some sentences from others after a layer, to be added in `consequences`: `n_embd` numbers.
   * @param {readonly string[]} toward
   * @param {readonly string[]} away
   * @param {number} layer  from 0
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<Float32Array>>}
   */
  direction(toward, away, layer, signal) {
    return this.#ask("direction", [[...toward], [...away], layer], signal);
  }

  /**
   * Every parameter of the model: what it is for, and its shape.
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<BillEntry[]>>}
   */
  bill(signal) {
    return this.#ask("bill", [], signal);
  }

  /**
   * The numbers of one parameter, row-major.
   * @param {number} index  of the parameter in the bill
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<ParameterNumbers>>}
   */
  parameter(index, signal) {
    return this.#ask("parameter", [index], signal);
  }

  /**
   * The likeliest words of so many letters after a text and a space, with the probability of each.
   * @param {string} text
   * @param {object} options
   * @param {number} options.letters
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<import("./messages.js").NextWord[]>}  likeliest first, of those that a search finds
   */
  async nextWords(text, { letters, signal }) {
    return (await this.#ask("nextWords", [text, letters], signal)).answer;
  }

  /**
   * A passage of the validation part, which no step has learned from: another for each number.
   * @param {number} [number]
   * @param {AbortSignal} [signal]
   * @returns {Promise<string|null>}  null where the model has no text, or no validation part
   */
  async validationPassage(number = 0, signal) {
    return (await this.#ask("validationPassage", [number], signal)).answer;
  }

  /**
   * A stretch of what the model is not trained on, that it can see at once; of what it is trained on where
   * there is nothing else.
   * @param {number} number  the same, the same stretch
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<import("./messages.js").Excerpt|null>}  null where the model has no text
   */
  async excerpt(number, { signal } = {}) {
    return (await this.#ask("excerpt", [number], signal)).answer;
  }

  /**
   * What counting foretells: single tokens, pairs and triples of the training part, on windows of the
   * validation part. A model that has learned something is better.
   * @param {object} [options]
   * @param {number} [options.examples]  windows at most
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<CountingLosses|null>}  null where the model has no text, or no validation part
   */
  async countingLosses({ examples = 1000, signal } = {}) {
    return (await this.#ask("countingLosses", [examples], signal)).answer;
  }

  /**
   * How likely counting finds each token of a text: as `score`, by single tokens, pairs and triples.
   * @param {string} text
   * @param {object} [options]
   * @param {string[]} [options.documents]  what is counted, where it is not what the model is trained on
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<CountingScore|null>}  null where nothing was given and the model has no text
   */
  async countingScore(text, { documents = [], signal } = {}) {
    return (await this.#ask("countingScore", [text, documents], signal)).answer;
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
   * What tells the model where each token stands (`position`), and what could: the tables of the kinds, by
   * rows of positions. `rotary` has the cosine of the angle of each distance, `[block_size, head_dim / 2]`;
   * `sinusoidal` and `learned` what is added to a token, `[block_size, n_embd]`; `learned` is empty where the
   * model has none.
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number} & Awaited<ReturnType<EngineModel["positions"]>>>}
   */
  async positions({ signal } = {}) {
    const { step, answer } = await this.#ask("positions", [], signal);
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
   * The tokens that the model has put nearest to one of its own, by the cosine of the angle between their
   * rows of the embedding.
   * @param {number} token  its id
   * @param {object} [options]
   * @param {number} [options.count]  how many
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<{step: number, neighbours: Neighbour[]}>} the nearest first
   * @throws {import("./failure.js").EngineFailure} `setting_out_of_range` where it has no such token
   */
  async neighbours(token, { count = 10, signal } = {}) {
    const { step, answer } = await this.#ask("neighbours", [token, count], signal);
    return { step, neighbours: answer };
  }

  /**
   * Its tokenizer, in a worker of its own.
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @returns {Promise<import("./tokenizer.js").Tokenizer>} to be closed by itself
   */
  async tokenizer({ signal } = {}) {
    const { Tokenizer } = await import("./tokenizer.js");
    const { answer } = await this.#ask("tokenizerParts", [], signal);
    return Tokenizer.fromParts(answer, { signal });
  }

  /**
   * @template {Question} Method
   * @param {Method} method
   * @param {Parameters<EngineModel[Method]>} args
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answered<Awaited<ReturnType<EngineModel[Method]>>>>}
   */
  async #ask(method, args, signal) {
    const of = this.#snapshot ? { snapshot: this.#snapshot } : {};
    const request = /** @type {import("./requests.js").Request} */ ({ type: "ask", method, args, ...of });
    for await (const reply of this.#requests.send(request, signal)) {
      if (reply.type === "answer") return { step: reply.step, answer: /** @type {any} */ (reply.answer) };
    }
    throw new Error(`"${method}" was not answered`);
  }
}

/**
 * @param {readonly number[]} log_probs  natural logarithms of probabilities
 * @returns {number} their mean in bits, 0 of none
 */
function meanBits(log_probs) {
  const bits = log_probs.reduce((sum, log_prob) => sum - log_prob / Math.LN2, 0);
  return bits / Math.max(1, log_probs.length);
}
