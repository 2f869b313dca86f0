// Tokens as words, what words give to each other, and the sentences on offer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sentencesFor } from "../../www/app/chapters/attention/sentences.js";
import { fewest, piecesOf, sharesOf, weightsOf, wordsOf } from "../../www/app/chapters/attention/words.js";

/** @param {readonly string[]} tokens */
const wordTexts = (tokens) => wordsOf(tokens).map(({ start, end }) => tokens.slice(start, end).join(""));

test("pieces make words as the tokenizer has them: an elision and a sign stand alone", () => {
  const pieces = [
    "Le", " chat", " s", "'", "est", " as", "sis", ".", "\n", "—", " Oh", " !", "<|endoftext|>",
  ];
  assert.deepEqual(wordTexts(pieces),
    ["Le", " chat", " s'", "est", " assis", ".", "\n", "—", " Oh", " !", "<|endoftext|>"]);
  assert.deepEqual(wordsOf(pieces).map(({ spaced }) => spaced),
    [false, true, true, false, true, false, false, false, true, true, false]);
});

test("letters make words too, each with the space before it", () => {
  assert.deepEqual(wordTexts([..."L'eau dort.\nBon"]), ["L'", "eau", " dort", ".", "\n", "Bon"]);
  assert.deepEqual(wordTexts([..."a  b"]), ["a", " ", " b"], "of two spaces one is the word's");
  assert.deepEqual(wordTexts(["c", "<0xC3>", "<0xA9>", "e"]), ["c<0xC3><0xA9>e"], "a torn letter");
  assert.deepEqual(wordTexts(["🐻", "🐻"]), ["🐻", "🐻"]);
  assert.deepEqual(wordTexts([]), []);
});

test("every token is in one word, whatever the text", () => {
  const tokens = [" ", "\n", " ", "é", "́", "'", "9", " ", "<|user|>", "x", "\u200d"];
  for (const words of [wordsOf(tokens), piecesOf(tokens)]) {
    let end = 0;
    for (const word of words) {
      assert.equal(word.start, end);
      assert(word.end > word.start);
      ({ end } = word);
    }
    assert.equal(end, tokens.length);
  }
});

test("a row sums to 1 by words as by pieces, for a head as for the mean", () => {
  const tokens = ["a", "b", " c", "d"];
  const heads = 2;
  const attention = Float32Array.from({ length: heads * 16 }, (_, cell) => {
    const [query, key] = [Math.floor(cell / 4) % 4, cell % 4];
    return key > query ? 0 : cell < 16 ? 1 / (query + 1) : Number(key === 0);
  });
  const words = wordsOf(tokens);
  assert.equal(words.length, 2);
  for (const head of [0, 1, null]) {
    const weights = weightsOf({ attention, tokens, n_head: heads }, { layer: 0, head });
    for (const index of words.keys()) {
      const shares = sharesOf(weights, 4, words, index, false);
      assert(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6);
    }
  }
  const even = weightsOf({ attention, tokens, n_head: heads }, { layer: 0, head: 0 });
  // "c" gives 2 of its 3 parts to "ab", "d" 2 of 4.
  assert(Math.abs(sharesOf(even, 4, words, 1, false)[0] - (2 / 3 + 2 / 4) / 2) < 1e-6);
  assert.deepEqual(sharesOf(even, 4, words, 1, true)[0], 0, "the first word has not seen the second");
});

test("the fewest words that hold a part of the weight", () => {
  assert.deepEqual(fewest([0.05, 0.6, 0, 0.35], 0.9), [1, 3]);
  assert.deepEqual(fewest([0.05, 0.6, 0, 0.35], 1), [1, 3, 0]);
  assert.deepEqual(fewest([0, 0], 0.9), []);
});

test("of a text of the reader's own, only sentences whose letters it has are offered", () => {
  const state = (/** @type {string} */ symbols) => /** @type {any} */ ({
    language: "fr", running: null, settings: { text: "own" }, source: { facts: { symbols: [...symbols] } },
  });
  const texts = (/** @type {any} */ of) => sentencesFor(of).map(({ text }) => text);
  assert.deepEqual(texts(state("Le chat noir mange le poisson.")), ["Le chat noir mange le poisson."]);
  assert.equal(texts(state("Le chat noir mange le poisson’t u.")).length, 2, "its apostrophe is another");
  assert.deepEqual(texts(state("ABC")), []);
  const contes = { ...state(""), settings: { text: "contes-en" } };
  assert.deepEqual(texts(contes), ["The black cat eats the fish.", "The cat sat on the mat."]);
  for (const { text, links } of [...sentencesFor(contes), ...sentencesFor(state("Le chatnoirmgpsu'."))]) {
    for (const { from, to } of links) {
      assert.match(text.slice(from.start, from.end), /^(cat|sat|noir|assis)$/);
      assert.match(text.slice(to.start, to.end), /^(black|cat|chat)$/);
    }
  }
});
