// Which tokenizer a text gets where the reader has not chosen one: by what it is, how long it is, and the
// model that is to learn it. So far the numbers rest on two trials of a text of 300 KB (letters 2.03 bits a
// character, 512 pieces 2.13) and on those of tales (BENCHMARKS.md), not on a trial for each length.

/**
 * @typedef {object} TokenizerChoice
 * @property {"chars"|"bpe"} tokenizer
 * @property {number} vocab_size  pieces at most, where it is, or becomes, pieces
 * @property {"small"|"tales"|"short"|"long"|"signs"} reason  names the sentence that says why
 */

/** The smallest model has no room for pieces. @type {TokenizerChoice} */
const SMALL_MODEL = { tokenizer: "chars", vocab_size: 512, reason: "small" };
/**
 * Nearly every word is one piece. Tales never come again, so rare pieces are met often enough.
 * @type {TokenizerChoice}
 */
const TALES = { tokenizer: "bpe", vocab_size: 4096, reason: "tales" };
/** Of a text that uses more characters than core takes. @type {TokenizerChoice} */
const MANY_SIGNS = { tokenizer: "bpe", vocab_size: 4096, reason: "signs" };
/**
 * For a text of the reader's own with fewer characters than that.
 * @type {{below: number, choice: TokenizerChoice}[]}
 */
const OWN_TEXT = [
  { below: 500_000, choice: { tokenizer: "chars", vocab_size: 512, reason: "short" } },
  { below: 2_000_000, choice: { tokenizer: "bpe", vocab_size: 1024, reason: "long" } },
  { below: Infinity, choice: { tokenizer: "bpe", vocab_size: 2048, reason: "long" } },
];
/** Different characters that a vocabulary of characters may hold, as in core (tokenizer/chars.rs). */
const MOST_SIGNS = 8192;

/**
 * @param {object} learned
 * @param {"contes"|"text"} learned.kind  tales without end, or a text of the reader's own
 * @param {number} learned.characters     of such a text
 * @param {number} [learned.symbols]      different ones, once they are counted
 * @param {import("./presets.js").PresetName} learned.preset
 * @returns {TokenizerChoice}
 */
export function chooseTokenizer({ kind, characters, symbols = 0, preset }) {
  if (kind === "text" && symbols > MOST_SIGNS) return MANY_SIGNS;
  if (preset === "nano") return SMALL_MODEL;
  if (kind === "contes") return TALES;
  return OWN_TEXT.find(({ below }) => characters < below)?.choice ?? SMALL_MODEL;
}
