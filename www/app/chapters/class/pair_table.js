// Which letter follows which in a text, as a table for two dice: the smallest of language models, on paper.

/** What two dice can show, the first for the tens: 11 … 66, all equally likely. */
export const THROWS = 36;
const SIDES = 6;
/** Characters of a text that are counted: more would not change the table, and would hold up the page. */
export const COUNTED = 200_000;
/** Letters at most that have a row: what fits on a sheet. The rarest give way. */
const MOST_ROWS = 40;
const SPACE = " ";

/**
 * What may follow one letter: each with its share of the throws.
 * @typedef {{letter: string, next: {letter: string, throws: number}[]}} Row
 */

/**
 * @typedef {object} PairTable
 * @property {Row[]} rows       that of the space, where words begin, first, then in the alphabet's order; the
 *   throws of each add up to THROWS
 * @property {number} counted   characters of the text that were read
 * @property {number} left_out  kinds of letters for which there was no row
 */

/**
 * @param {readonly string[]} documents
 * @param {string} language  whose alphabet orders the rows
 * @returns {PairTable|null} nothing where no two letters follow each other
 */
export function pairTable(documents, language) {
  const text = joined(documents);
  const { letters, leftOut } = commonest(text);
  /** @type {Map<string, Map<string, number>>} */
  const pairs = new Map();
  let before = SPACE;
  for (const character of `${text}${SPACE}`) {
    const letter = letters.has(character) ? character : SPACE;
    if (letter !== SPACE || before !== SPACE) {
      const followers = pairs.get(before) ?? new Map();
      pairs.set(before, followers.set(letter, (followers.get(letter) ?? 0) + 1));
    }
    before = letter;
  }
  if (!pairs.has(SPACE)) return null;
  const order = new Intl.Collator(language).compare;
  const rows = [...pairs].map(([letter, followers]) => ({ letter, next: shared(followers) }));
  rows.sort((a, b) => Number(b.letter === SPACE) - Number(a.letter === SPACE) || order(a.letter, b.letter));
  return { rows, counted: [...text].length, left_out: leftOut };
}

/**
 * @param {Row} row
 * @param {number} thrown  from 0 to THROWS - 1
 * @returns {string} the letter that follows
 */
export function follower({ next }, thrown) {
  let end = 0;
  for (const { letter, throws } of next) {
    end += throws;
    if (thrown < end) return letter;
  }
  return SPACE;
}

/**
 * @param {number} thrown  from 0 to THROWS - 1
 * @returns {string} what the two dice show
 */
export function diceOf(thrown) {
  return `${Math.floor(thrown / SIDES) + 1}${thrown % SIDES + 1}`;
}

/**
 * The beginning of the texts, in small letters.
 * @param {readonly string[]} documents
 */
function joined(documents) {
  let text = "";
  for (const document of documents) {
    if (text.length >= COUNTED) break;
    text += `${document.slice(0, COUNTED - text.length)}${SPACE}`;
  }
  return text.toLowerCase().normalize("NFC");
}

/**
 * @param {string} text
 * @returns {{letters: Set<string>, leftOut: number}}
 */
function commonest(text) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const character of text) {
    if (/\p{Letter}/u.test(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).map(([letter]) => letter);
  return { letters: new Set(sorted.slice(0, MOST_ROWS)), leftOut: Math.max(0, sorted.length - MOST_ROWS) };
}

/**
 * Shares the throws as the counts are, the largest remainders rounded up (the method of Hamilton): who is
 * too rare gets none.
 * @param {Map<string, number>} followers
 * @returns {Row["next"]} the commonest first
 */
function shared(followers) {
  const total = [...followers.values()].reduce((sum, count) => sum + count, 0);
  const shares = [...followers].map(([letter, count]) => {
    const exact = count / total * THROWS;
    return { letter, count, throws: Math.floor(exact), remainder: exact % 1 };
  });
  let left = THROWS - shares.reduce((sum, { throws }) => sum + throws, 0);
  for (const share of shares.toSorted((a, b) => b.remainder - a.remainder || b.count - a.count)) {
    if (left === 0) break;
    share.throws += 1;
    left -= 1;
  }
  return shares.filter(({ throws }) => throws > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ letter, throws }) => ({ letter, throws }));
}
