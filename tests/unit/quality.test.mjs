// How good what a model writes is, and where its first mistake is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  judgeTale, judgeTales, qualityOfTales, qualityOfWords, wordsOf,
} from "../../www/app/state/quality.js";

/** @param {number} right @param {boolean} [whole] */
const judged = (right, whole = false) => (
  { right, whole, instead: [], promises: [], title: /** @type {const} */ ("none") });

test("tales are right on average as far as each is beyond the prompt", () => {
  const quality = qualityOfTales("abc", [judged(3), judged(13, true), judged(8)]);
  assert.deepEqual(quality, { kind: "tales", whole: 1, of: 3, right: 5 });
});

test("what follows a prompt that begins no tale is not judged", () => {
  assert.equal(qualityOfTales("abc", [judged(2), judged(2)]), null);
  assert.equal(qualityOfTales("", []), null);
});

test("under a title of the reader's that no tale has, the tale alone is judged", () => {
  /** A judge to whom one title and one tale are right. */
  const judge = {
    read: (/** @type {string} */ text) => {
      const title = text.startsWith("Real\n") ? "kept" : text.startsWith("Tale") ? "none" : "unknown";
      const right = title === "unknown" ? 2 : text.length;
      return /** @type {any} */ ({ right, whole: title !== "unknown", instead: [], promises: [], title });
    },
  };
  const verdict = (/** @type {string} */ prompt, /** @type {string} */ text) => {
    const { right, title } = judgeTale(judge, judge, prompt, text);
    return [right, title];
  };
  assert.deepEqual(verdict("Real\n", "Tale."), [10, "kept"]);
  assert.deepEqual(verdict("False\n", "Tale."), [11, "unknown"]);
  assert.deepEqual(verdict("False", " one\nTale."), [15, "unknown"], "a title that the model went on with");
  assert.deepEqual(
    verdict("", "False\nTale."),
    [2, "unknown"],
    "a title that the model made up is its mistake",
  );
  assert.deepEqual(verdict("False", " one"), [2, "unknown"], "there is nothing below it");
  assert.deepEqual(verdict("False\nFalse\n", "Tale."), [17, "unknown"], "a title of several lines");
  assert.deepEqual(verdict("False\nFalse", " one"), [8, "unknown"], "lines that begin no tale");
});

test("ten tales are judged in slices, each short but for what one tale takes", async () => {
  const texts = Array.from({ length: 10 }, (_, index) => ({ text: `${index}` }));
  const slices = [0];
  const judge = (/** @type {string} */ prompt, /** @type {string} */ text) => {
    const begin = performance.now();
    while (performance.now() - begin < 5);
    slices[slices.length - 1]++;
    return judged(prompt.length + Number(text));
  };
  const judgements = await judgeTales("abc", texts, judge, async () => slices.push(0));
  assert.deepEqual(judgements.map(({ right }) => right), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assert(slices.length >= 5 && slices.every((tales) => tales >= 1 && tales <= 2), `${slices}`);
});

test("words are those of the text, whatever their capitals; half a word does not count", async () => {
  const known = await wordsOf(["L’Été revient.", "Le CHAT dort"]);
  assert.deepEqual([...known ?? []].sort(), ["chat", "dort", "le", "revient", "été"]);
  const share = (/** @type {string} */ prompt, /** @type {[string, boolean][]} */ ...texts) => {
    const quality = qualityOfWords(
      prompt,
      texts.map(([text, ended]) => ({ text, ended })),
      known ?? new Set(),
    );
    assert.equal(quality.kind, "words");
    return /** @type {{share: number}} */ (quality).share;
  };
  assert.equal(share("", ["été Chat xyz dort", true]), 0.75);
  assert.equal(share("", ["été Chat xyz do", false]), 2 / 3, "the last word may be cut");
  assert.equal(share("", ["été xyz dort", true], ["le le", true]), 0.8, "over all words of all texts");
  assert.equal(share("Le ch", ["at dort", true]), 1, "the word of the prompt that is finished counts");
  assert.equal(share("Le xyz", [" dort", true]), 1, "the words of the prompt alone do not");
  assert.equal(share("", ["!!! 12 a b", true]), 0, "signs, figures and lone letters are no words");
});

test("a text without spaces between its words has none to count", async () => {
  assert.equal(await wordsOf(["昔々あるところにおじいさんとおばあさんが住んでいました。"]), null);
  assert.notEqual(await wordsOf(["Un texte court, 漢字."]), null);
  assert.deepEqual(await wordsOf([]), new Set());
});

test("no word is lost or cut where a slice ends", async () => {
  const words = Array.from({ length: 50_000 }, (_, index) =>
    `mot${String.fromCharCode(97 + (index % 26))}`.repeat(3),
  );
  assert.deepEqual(await wordsOf([words.join(" ")]), new Set(words));
});

test("ten megabytes of one word, of none, or of small documents come to an end, in slices", async () => {
  for (const documents of [
    ["a".repeat(10_000_000)],
    ["1".repeat(10_000_000)],
    Array(300_000).fill("un mot à un mot."),
  ]) {
    let pauses = 0;
    await wordsOf(documents, async () => {
      pauses += 1;
    });
    assert(pauses > 200, `${pauses} pauses`);
  }
  const long = "é".repeat(19_999);
  assert.deepEqual(await wordsOf([`${long}🐻🐻 mot`]), new Set([long, "mot"]));
});
