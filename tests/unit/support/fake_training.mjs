// A training without an engine: counts its steps, and diverges where a test wants it to.

export class FakeTraining {
  /** Calls of `restore`, with the documents. @type {string[][]} */
  restored = [];
  /** Documents at hand. */
  documents = ["once upon a time"];
  /** Parts of evaluations, as they were computed. @type {number[]} */
  evaluated = [];
  freed = false;

  /**
   * @param {object} [how]
   * @param {number} [how.steps]
   * @param {(step: number, rate: number) => number} [how.loss]  of a step; one that is not finite diverges
   * @param {((step: number, examples: number) => number)|null} [how.validation]  the validation loss of the
   *   model of a step, where there is such a part of 10 examples
   * @param {number} [how.train_tokens]
   */
  constructor({ steps = 100, loss = () => 2, validation = () => 2, train_tokens = 1_000_000 } = {}) {
    this.loss = loss;
    this.validation = validation;
    this.train_tokens = train_tokens;
    this.state = { step: 0, last_step: steps, rate: 0.01, best: /** @type {any} */ (null), used: "last" };
  }

  info() {
    const { step, last_step, rate, best, used } = this.state;
    return {
      parameters: 10,
      muon_parameters: 5,
      vocab_size: 20,
      window: 10,
      validation_batches: 4,
      step,
      last_step,
      best,
      used,
      train_tokens: this.train_tokens,
      validation_tokens: this.validation ? 100 : 0,
      model: { block_size: 10 },
      train: { batch_size: 1, learning_rate: rate, steps: last_step },
    };
  }

  async train(/** @type {number} */ count) {
    const reports = [];
    for (let i = 0; i < count; i++) {
      const step = this.state.step + 1;
      const loss = this.loss(step, this.state.rate);
      if (!Number.isFinite(loss))
        throw Object.assign(new Error("not finite"), { code: "diverged", params: { step } });
      this.state.step = step;
      reports.push({ step, loss, learning_rate: this.state.rate, tokens: 10 * step });
    }
    this.state.used = "last";
    return reports;
  }

  /** Of two examples each. */
  evaluationParts(/** @type {number} */ examples) {
    return this.validation ? Math.ceil(Math.min(examples, 10) / 2) : 0;
  }

  async partialEvaluation(/** @type {number} */ _examples, /** @type {number} */ part) {
    this.evaluated.push(part);
    return part;
  }

  joinEvaluation(/** @type {number} */ asked, /** @type {Float32Array} */ losses) {
    // A part's loss is its number here.
    if (losses.some((loss, part) => loss !== part)) throw new Error(`the parts are not in order: ${losses}`);
    const { used, best, step } = this.state;
    const examples = Math.min(asked, 10);
    const loss = this.validation?.(used === "best" ? best.step : step, examples);
    return loss === undefined ? null : { loss, examples, tokens: 10 * examples };
  }

  saveBest(/** @type {number} */ loss) {
    this.state.best = { step: this.state.step, loss };
  }

  useModel(/** @type {string} */ which) {
    this.state.used = this.state.best ? which : "last";
  }

  async checkpoint(/** @type {string} */ page) {
    return new TextEncoder().encode(JSON.stringify({ ...this.state, page }));
  }

  async restore(/** @type {Uint8Array} */ bytes, /** @type {{documents: string[]}} */ { documents }) {
    this.restored.push(documents);
    this.documents = documents;
    const { page: _page, ...state } = JSON.parse(new TextDecoder().decode(bytes));
    this.state = state;
  }

  /** Its step in a byte. */
  async snapshot() {
    return Uint8Array.of(this.state.step);
  }

  modelOf(/** @type {Uint8Array} */ snapshot) {
    return new FakeModel(snapshot[0]);
  }

  replaceTraining(/** @type {string[]} */ documents) {
    this.documents = documents;
  }

  setLearningRate(/** @type {number} */ rate) {
    this.state.rate = rate;
  }

  further(/** @type {number} */ steps) {
    if (this.state.used === "best") this.state.used = "last";
    this.state.last_step = this.state.step + steps;
  }

  free() {
    this.freed = true;
  }

  model() {
    return new FakeModel();
  }
}

/**
 * Writes "a" again and again. Where it ends texts, that of seed 1 ends after three, that of each next seed
 * two tokens later.
 */
class FakeModel {
  /** A character that it has never seen. */
  static unknown = "É";
  #written = 0;
  #stopAtEnd = false;
  #texts = 0;
  #seed = 1;

  /** @param {number} [step]  that its scores are, where it is the model of a snapshot */
  constructor(step = 0) {
    this.step = step;
  }

  fit(/** @type {string} */ text) {
    const unknown = text.includes(FakeModel.unknown) ? [FakeModel.unknown] : [];
    return { text: text.replaceAll("’", "'"), replaced: [], unknown };
  }

  beginTexts(
    /** @type {string[]} */ prompts,
    /** @type {{seed?: number}} */ { seed = 1 },
    /** @type {boolean} */ stopAtEnd,
  ) {
    if (prompts.some((prompt) => prompt.includes(FakeModel.unknown))) {
      throw Object.assign(new Error("unknown"), { code: "unknown_characters" });
    }
    if (prompts.includes("")) throw Object.assign(new Error("empty"), { code: "prompt_empty" });
    this.#stopAtEnd = stopAtEnd;
    this.#texts = prompts.length;
    this.#seed = seed;
  }

  async continueTexts() {
    this.#written++;
    return Array.from({ length: this.#texts }, (_, i) => {
      const ended = this.#stopAtEnd && this.#written > 1 + 2 * (this.#seed + i);
      return { text: ended ? "" : "a", ended };
    });
  }

  writtenTokens() {
    return [];
  }

  async score(/** @type {string} */ text) {
    return { tokens: [...text], log_probs: new Float32Array(3).fill(-this.step) };
  }

  free() {}

  __destroy_into_raw() {}
}
