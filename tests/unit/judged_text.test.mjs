// Where the first mistake of a text is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mistakeOf } from "../../www/app/parts/judged_text.js";

/**
 * @param {string} prompt
 * @param {string} text
 * @param {number} right
 * @param {{whole?: boolean, of?: number}} [more]
 */
function shown(prompt, text, right, { whole = false, of } = {}) {
  const judgement = { right, whole, instead: [], promises: [], title: /** @type {const} */ ("none"), of };
  const mistake = mistakeOf({ prompt, text, ended: true, judgement });
  return mistake && (prompt + text).slice(mistake.start, mistake.end);
}

test("a mistake within a word makes the whole word wrong", () => {
  assert.equal(shown("", "Un renaux dort.", 7), "renaux");
  assert.equal(shown("", "Un élan dort.", 3), "élan");
  assert.equal(shown("", "Un chat noir.", 8), "noir");
});

test("a space or a sign that is wrong is shown with the word after it, or alone", () => {
  assert.equal(shown("", "Un chat dort", 7), " dort");
  assert.equal(shown("", "Il dort ! Bien", 7), " !");
  assert.equal(shown("", "Fin.\n\nEncore", 5), "\nEncore");
});

test("of a word that the prompt began only the model's part is wrong; a prompt answers for itself", () => {
  assert.equal(shown("Un ren", "aux dort.", 7), "aux");
  assert.equal(shown("Un xyz", " dort.", 3), "xyz");
  assert.equal(shown("Un xy", "z dort.", 4), "xy");
});

test("nothing is wrong with a whole tale, a beginning, or what has not been judged", () => {
  assert.equal(shown("", "Un conte.", 9, { whole: true }), null);
  assert.equal(shown("", "Un con", 6), null);
  assert.equal(shown("", "Un conte qui", 5, { of: 5 }), null, "the rest came after the judgement");
  assert.equal(shown("", "Un xonte qui", 3, { of: 5 }), "xonte");
  assert.equal(mistakeOf({ prompt: "", text: "x", ended: true, judgement: null }), null);
});

test("pairs of units stay together", () => {
  assert.equal(shown("", "Un 🐻🐻", 3), "🐻");
});
