// In the page, once its training has ended: judges the model of its last checkpoint, with the same engine and
// the grammar's own judge. tales.mjs says by what protocol.

/**
 * @typedef {object} Judged
 * @property {number} bits     a character
 * @property {number} floor    of the same
 * @property {number} windows  that gave the bits
 * @property {number} tales    that the windows are of
 * @property {number} whole    of the tales that were written
 * @property {number} right    mean characters before the first mistake
 * @property {number} length   mean characters of what was written
 * @property {number} title    of the titles that tales were written after
 * @property {number} tokens   that were trained on
 * @property {number} vocabulary
 * @property {number} workers
 * @property {{text: string, right: number, whole: boolean, instead: string[]}[]} written  by their seeds
 */

const TALES = 100;
const TEMPERATURE = 0.5;
/** Written side by side. */
const ROWS = 10;
/** Several times as long as a tale: one that has not ended by then never does. */
const LONGEST_CHARACTERS = 3000;
/** That give the bits; the page's training is judged by others, of its own seed. */
const SCORED_TALES = 300;
const SCORED_SEED = 1_000_003;
/** More than 300 tales have. */
const ALL_EXAMPLES = 1_000_000;

/**
 * @param {"fr"|"en"} language
 * @param {{info: any, lastCheckpoint: Blob}} heard  what the page's engine has told
 * @returns {Promise<Judged>}
 */
export async function judgeModel(language, { info, lastCheckpoint }) {
  const { loadContes, loadEngine } = await import(new URL("engine/load.js", location.href).href);
  const { engine } = await loadEngine("cpu", (/** @type {string} */ code) => console.error(code));
  const { Contes, Judge } = await loadContes();
  const { floor } = await (await fetch(new URL(`texts/contes-${language}.json`, location.href))).json();
  const documents = new Contes(language, "validation", SCORED_SEED).stories(1e6).slice(0, SCORED_TALES);
  const checkpoint = new Uint8Array(await lastCheckpoint.arrayBuffer());
  const { bits, windows, tokens } = await score(engine, checkpoint, documents, info);

  const model = await engine.Model.open(checkpoint);
  const judge = new Judge(language);
  const written = (await write(model, Array(TALES).fill(""))).map((text) => ({ text, ...judge.read(text) }));
  const titles = new Contes(language, "validation", SCORED_SEED).titles(TALES);
  const unseen = titles.map((/** @type {string} */ title) => `${title}\n`);
  const asked = (await write(model, unseen)).map((text, index) => judge.read(unseen[index] + text));
  return {
    bits, windows, tokens,
    floor: floor.bits_per_character,
    tales: SCORED_TALES,
    whole: written.filter(({ whole }) => whole).length,
    right: mean(written.map(({ right }) => right)),
    length: mean(written.map(({ text }) => text.length)),
    title: asked.filter(({ title }) => title === "kept").length,
    vocabulary: info.vocab_size,
    workers: info.workers,
    written: written.map(({ text, right, whole, instead }) => ({ text, right, whole, instead })),
  };
}

/**
 * @param {any} engine
 * @param {Uint8Array} checkpoint
 * @param {string[]} tales
 * @param {any} info  of the run
 */
async function score(engine, checkpoint, tales, info) {
  const { train } = engine.readCheckpointHeader(checkpoint);
  const options = {
    // Never trained on here; there must be some.
    documents: tales, validation: tales, position: train.position,
    tokenizer: { kind: "chars" }, model: info.model, train: info.train,
  };
  const training = await engine.Training.open(checkpoint, options);
  const losses = [];
  for (let part = 0; part < training.evaluationParts(ALL_EXAMPLES); part++) {
    losses.push(await training.partialEvaluation(ALL_EXAMPLES, part));
  }
  const { loss, examples } = training.joinEvaluation(ALL_EXAMPLES, losses);
  const { characters_per_token } = training.info();
  training.free();
  return { bits: loss / Math.LN2 / characters_per_token, windows: examples, tokens: train.tokens };
}

/**
 * @param {any} model
 * @param {string[]} prompts
 * @returns {Promise<string[]>} what follows each, by its own seed, to its end or until it is far too long
 */
async function write(model, prompts) {
  /** @type {string[]} */
  const texts = [];
  for (let first = 0; first < prompts.length; first += ROWS) {
    const rows = prompts.slice(first, first + ROWS);
    model.beginTexts(rows, { temperature: TEMPERATURE, seed: first + 1 }, true);
    const written = rows.map(() => "");
    for (let open = true; open;) {
      const pieces = await model.continueTexts(1, false);
      pieces.forEach((/** @type {{text: string}} */ { text }, /** @type {number} */ row) => {
        written[row] += text;
      });
      open = pieces.some((/** @type {{ended: boolean}} */ { ended }, /** @type {number} */ row) => (
        !ended && written[row].length < LONGEST_CHARACTERS));
    }
    texts.push(...written);
  }
  return texts;
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
