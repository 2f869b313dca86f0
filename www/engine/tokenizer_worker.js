// The worker behind `api/tokenizer.js`: one tokenizer, which is learned or made first and then asked. No
// engine is loaded for it.

import { failure, failureOf } from "./failures.js";
import { loadTokenizers } from "./load.js";
import { openSource } from "./source.js";

/**
 * @typedef {import("../api/tokenizer.js").TokenizerTasks} TokenizerTasks
 * @typedef {{[Task in keyof TokenizerTasks]:
 *   (asked: TokenizerTasks[Task]["asked"]) => Promise<TokenizerTasks[Task]["answer"]>}} Doers
 */

/** @type {import("../../dist/tokenizer.js").Tokenizer|null} */
let tokenizer = null;

/** @type {Doers} */
const DO = {
  async learn({ source, tokenizer: config, model: { block_size }, train: { seed } }) {
    const { Tokenizer } = await loadTokenizers();
    const { texts: { documents, validation, alphabet } } = await openSource(source, seed ?? 1);
    documents.forEach(checked);
    validation?.forEach(checked);
    tokenizer = Tokenizer.learn(documents, validation, alphabet ?? "", config, block_size);
    return tokenizer.entries();
  },
  async make(parts) {
    const { Tokenizer } = await loadTokenizers();
    tokenizer = Tokenizer.fromParts(parts);
    return tokenizer.entries();
  },
  async encode(text) {
    return made().encode(checked(text));
  },
  async merging(text) {
    return made().merging(checked(text));
  },
  async occurrences({ source, seed }) {
    const { texts: { documents } } = await openSource(source, seed);
    documents.forEach(checked);
    return made().occurrences(documents);
  },
};

/** @param {unknown} text @returns {string} what the module takes: anything else would be read as one */
function checked(text) {
  if (typeof text === "string") return text;
  throw failure("argument_unreadable", "a text is no string");
}

function made() {
  if (!tokenizer) throw failure("argument_unreadable", "there is no tokenizer yet");
  return tokenizer;
}

/** Tasks are done one after the other. */
let work = Promise.resolve();
self.onmessage = ({ data: { id, task, asked } }) => {
  work = work.then(async () => {
    try {
      const answer = await DO[/** @type {keyof TokenizerTasks} */ (task)](asked);
      self.postMessage({ id, answer });
    } catch (error) {
      self.postMessage({ id, failure: failureOf(error) });
    }
  });
};
