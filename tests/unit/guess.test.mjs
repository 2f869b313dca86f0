// The games of the chapter "Guess": their rules, and that a reader's surprise is one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseStretch, chooseWord } from "../../www/app/chapters/guess/choose.js";
import { LetterRound, WRONG_TRIES } from "../../www/app/chapters/guess/letter_round.js";
import { fold, keyRows } from "../../www/app/chapters/guess/letters.js";
import { TRIES, WordRound, marksOf } from "../../www/app/chapters/guess/word_round.js";

const shown = (/** @type {string} */ word, /** @type {string} */ hidden) => (
  marksOf(word, hidden).map((mark) => ({ right: "R", misplaced: "m", absent: "." })[mark]).join(""));

test("letters come out right, misplaced and absent, none more often than the word has it", () => {
  assert.equal(shown("train", "train"), "RRRRR");
  assert.equal(shown("niart", "train"), "mmRmm");
  assert.equal(shown("poule", "train"), ".....");
  // One e of three is right; another is somewhere else; the third is one too many.
  assert.equal(shown("eexex", "rebec"), ".R.R.");
  assert.equal(shown("elles", "belle"), "mmRm.");
  assert.equal(shown("annee", "nanan"), "mmR..");
});

test("accents and capitals are forgiven, and a word keeps its letters", () => {
  assert.equal(fold("Été, À l’ÎLE"), "ete, a l’ile");
  assert.equal(fold("e\u0301"), "e\u0301".normalize("NFD"), "a lone mark stays where it is");
  assert.equal(fold("cœur"), "cœur");
  assert.equal(keyRows("Le chat", "fr")[0], "azertyuiop");
  assert.equal(keyRows("The cat", "en")[0], "qwertyuiop");
  assert.deepEqual(keyRows("Ο γάτος", "fr"), ["αγοςτ"]);
});

test("the model tries its likeliest word that its own tries allow", () => {
  const candidates = [["chats", 0.4], ["chien", 0.3], ["Échos", 0.1], ["echos", 0.05], ["train", 0.01]]
    .map(([word, probability]) => ({ word: String(word), probability: Number(probability) }));
  const round = new WordRound("échos", candidates);
  assert.equal(round.length, 5);
  assert(Math.abs((round.probability ?? 0) - 0.15) < 1e-9, "both spellings count");
  round.try("poule");
  assert.deepEqual(round.modelTries.map(({ word }) => word), ["chats"]);
  round.try("train");
  assert.deepEqual(round.modelTries.map(({ word }) => word), ["chats", "echos"], "chien has no s");
  assert(round.isFoundByModel && !round.isOver);
  round.try("echos");
  assert(round.isFound && round.isOver && round.tries.length === 3);
  assert.equal(round.modelTries.length, 2);
});

test("a round ends after so many tries, and the model plays its own to their end", () => {
  const words = ["abcd", "abce", "abcf", "abcg", "abch", "abci", "abcj"];
  const round = new WordRound("abcz", words.map((word) => ({ word, probability: 0.01 })));
  assert.equal(round.probability, null);
  for (let index = 0; index < TRIES; index += 1) round.try("wxyw");
  assert(round.isOver && !round.isFound && !round.isFoundByModel);
  assert.equal(round.modelTries.length, TRIES);
  const quick = new WordRound("abci", words.map((word) => ({ word, probability: 0.01 })));
  quick.try("abci");
  assert.equal(quick.modelTries.length, 6, "once the reader has it, the model goes on alone");
  assert(quick.isFoundByModel);
});

test("a reader's bets are probabilities: of all keys together 1, whatever they do", () => {
  const keys = "abcdefghij".split("");
  for (const bets of /** @type {("sure"|"unsure")[][]} */ ([
    ["unsure", "unsure", "unsure", "unsure"], ["sure", "unsure", "sure", "unsure"],
  ])) {
    let sum = 0;
    for (const right of keys) {
      const round = new LetterRound(right, keys.length);
      keys.slice(0, WRONG_TRIES).some((key, index) => round.try(key, bets[index]));
      assert(round.isOver);
      sum += 2 ** -round.guessed[0].bits;
    }
    assert(Math.abs(sum - 1) < 1e-9, String(sum));
  }
});

test("each try at even odds costs a bit, and what was wrong is not tried again", () => {
  const round = new LetterRound("éa", 27);
  assert.equal(round.try("x", "unsure"), null);
  assert.equal(round.try("x", "unsure"), null);
  assert.deepEqual(round.wrong, ["x"]);
  assert.deepEqual(round.try("e", "unsure"), { symbol: "é", bits: 2, tries: 2, isFound: true });
  assert.equal(round.try("b", "sure"), null);
  for (const key of ["c", "d"]) assert.equal(round.try(key, "unsure"), null);
  const told = round.try("f", "unsure");
  assert(told && !told.isFound && round.isOver);
  assert(Math.abs(told.bits - (4 + 3 + Math.log2(23))) < 1e-9);
  assert(Math.abs(round.bitsPerLetter - (2 + told.bits) / 2) < 1e-9);
  assert.equal(round.try("a", "sure"), null, "nothing is left to guess");
});

test("what is hidden can be guessed with the keys, and stands between ends of words", () => {
  const hasKey = (/** @type {string} */ letter) => /[a-z]/.test(letter);
  const text = "Le petit train va loin, l'été dernier, dans la neige qui tombe encore sur Paris. Il roule.";
  const words = new Set();
  const stretches = new Set();
  for (let index = 0; index < 200; index += 1) {
    const random = () => index / 200;
    const hidden = chooseWord(text, hasKey, random);
    assert(hidden);
    assert.equal(`${hidden.before} ${hidden.word}${hidden.after}`, text);
    words.add(hidden.word);
    const stretch = chooseStretch(text, hasKey, random);
    assert(stretch && text.startsWith(stretch.before + stretch.stretch));
    stretches.add(stretch.stretch);
  }
  assert.deepEqual([...words], ["loin", "dans", "neige", "tombe", "encore", "roule"]);
  assert([...stretches].includes(" dans la neige"));
  for (const stretch of stretches) assert.match(stretch, /^ [a-z ]{11,}[a-z]$/);
  assert.equal(chooseWord("Le chat.", hasKey), null);
  assert.equal(chooseStretch("123 456 789 1011 1213", hasKey), null);
  // Without any other, one with accents.
  assert.equal(chooseStretch("Il était une fois une école abîmée là.", hasKey, () => 0)?.stretch,
    " fois une école");
});
