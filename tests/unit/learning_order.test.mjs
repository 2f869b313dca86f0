// When tokens were learned, and what came first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kindsOf, orderOf, stepsOfLearning } from "../../www/app/chapters/train/learning_order.js";

/** @param {number} step @param {readonly number[]} probabilities */
const curve = (step, probabilities) => ({ step, log_probs: probabilities.map(Math.log) });

test("a token is learned at the first step with half of what it ends with", () => {
  const curves = [
    curve(0, [0.01, 0.01, 0.01, 0.3, 0.01]),
    curve(10, [0.2, 0.01, 0.02, 0.3, 0.01]),
    curve(30, [0.5, 0.39, 0.04, 0.4, 0.01]),
    curve(90, [0.4, 0.8, 0.04, 0.5, 1]),
  ];
  // The third ends with too little, the fourth had it from the beginning; the first token was not asked for.
  assert.deepEqual(stepsOfLearning(curves), [null, 10, 90, null, null, 90]);
  assert.deepEqual(stepsOfLearning([]), []);
  assert.deepEqual(stepsOfLearning([curve(0, []), curve(10, [])]), [null]);
});

test("pieces are told apart by what they are in their word", () => {
  const tokens = ["Le", " petit", " ch", "at", " de", " Mina", " dor", "mait", ".", "\n", "El", "le", " 🐱"];
  assert.deepEqual(kindsOf(tokens), [
    "small", "words", "starts", "endings", "small", "names", "starts", "endings", "punctuation", "breaks",
    "starts", "endings", "punctuation",
  ]);
  assert.deepEqual(kindsOf(["<0xC3>", "abcd"]), [null, "words"]);
});

test("letters are told apart by their place in the word", () => {
  assert.deepEqual(kindsOf([..."à été,\n"]), [
    "initials", "spaces", "initials", "inner", "finals", "punctuation", "breaks",
  ]);
});

test("kinds come in the order in which half of their tokens were learned", () => {
  const tokens = [..."a bcd efg hij kl"];
  const steps = tokens.map((token, index) => (
    index === 0 ? null : token === " " ? 10 : "beh".includes(token) ? 30 : "dg".includes(token) ? 60 : null));
  assert.deepEqual(orderOf(tokens, steps), [
    { kind: "spaces", step: 10, count: 4 },
    { kind: "initials", step: 30, count: 4 },
    { kind: "finals", step: 60, count: 4 },
    { kind: "inner", step: null, count: 3 },
  ]);
  assert.deepEqual(orderOf(["a", "b"], [null, 10]), []);
});
