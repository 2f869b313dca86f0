// Words with their numbers, durations and characters, as each language writes them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { fittingNote, listCharacters, nameOf, visible } from "../../www/app/parts/characters.js";
import { failureSentence } from "../../www/app/parts/failure_sentence.js";
import { Words } from "../../www/app/state/words.js";

const french = new Words("fr");
const english = new Words("en");
/** Without the marks that isolate a character from the direction of its sentence. @param {string} text */
const plain = (text) => text.replace(/[\u2068\u2069]/g, "");

before(async () => {
  globalThis.fetch = async (address) => new Response(await readFile(new URL(String(address)), "utf8"));
  for (const [words, language] of /** @type {const} */ ([
    [french, "fr"],
    [english, "en"],
  ])) {
    await words.load(language);
    await words.include("../chapters/text/words.");
    await words.include("../words/errors.");
  }
});

test("one is not many", () => {
  assert.equal(french.say("tokenizer.chars.shown", { n: 1 }), "1 morceau, et son numéro.");
  assert.equal(french.say("tokenizer.chars.shown", { n: 2 }), "2 morceaux, et le numéro de chacun.");
  assert.equal(french.say("tokenizer.chars.shown", { n: 1.6 }), "1,6 morceau, et son numéro.");
  assert.equal(english.say("tokenizer.chars.shown", { n: 1.6 }), "1.6 pieces, each with its number.");
  assert.equal(french.say("tokenizer.chars.shown", { n: 2_000_000 }).split(" ").at(-1), "chacun.");
});

test("a duration has no part that is zero", () => {
  for (const seconds of [59.6, 60, 119, 120, 540, 598, 599.9, 600, 3599, 3600, 7200, 5400, 86400]) {
    for (const say of [french.duration(seconds), french.roughDuration(seconds)]) {
      assert.doesNotMatch(say, /(^|\s)0\s/, `${seconds}: ${say}`);
      assert.doesNotMatch(say, /\b60\s(s|min)/, `${seconds}: ${say}`);
    }
  }
  assert.equal(english.duration(3600 * 2 + 120), "2\u00a0h 2\u00a0min");
  assert.equal(english.duration(125), "2\u00a0min 10\u00a0s");
});

test("numbers to be typed have no groups of digits", () => {
  assert.equal(french.plainNumber(0.007), "0,007");
  assert.equal(french.plainNumber(1500), "1500");
  assert.equal(french.plainNumber(1e-6), "0,000001");
});

test("what draws nothing gets a sign or a code point", () => {
  assert.equal(visible(" a\n\t\u00a0!"), "␣a↵⇥⍽!");
  assert.equal(visible("\u202f"), "U+202F");
  assert.equal(visible("\u200e[12"), "U+200E[12");
  assert.equal(visible("\u202e"), "U+202E");
  assert.equal(visible("\u0301"), "◌\u0301");
  assert.equal(visible("e\u0301"), "e\u0301");
  assert.equal(visible("\ufe0f"), "U+FE0F");
  assert.equal(visible("🐻"), "🐻");
});

test("characters are named so that each can be recognised", () => {
  assert.equal(
    plain(listCharacters("漢\u200e\u00a0é\u2066", french)),
    "漢, marque de gauche à droite (U+200E), espace insécable (U+00A0), é, U+2066",
  );
  assert.equal(nameOf(" ", english), "space");
});

test("a failure names settings by their labels, and characters by their names", () => {
  const failure = (/** @type {string} */ code, /** @type {Record<string, string|number>} */ params) => ({
    code,
    params,
    cause: "",
  });
  assert.match(
    failureSentence(
      failure("setting_out_of_range", { name: "temperature", value: 5, min: 0, max: 3 }),
      french,
    ),
    /«\u00a0Température\u00a0»/,
  );
  assert.match(
    failureSentence(failure("unknown_characters", { characters: "\u202f" }), french),
    /espace fine insécable \(U\+202F\)/,
  );
  assert.match(
    failureSentence(failure("text_too_large", { megabytes: 10.00001, max: 10 }), french),
    /10,1\u00a0Mo/,
  );
  assert.match(failureSentence(failure("never_heard_of", {}), french), /never_heard_of/);
});

test("what was fitted is said, where somebody could see it", () => {
  const replaced = [
    { from: "’", to: "'" },
    { from: "«", to: '"' },
    { from: "»", to: '"' },
    { from: "e\u0301", to: "é" },
  ];
  assert.equal(
    plain(fittingNote(replaced, french)),
    "Le modèle a lu ' au lieu de ’, \" au lieu de « et ».",
  );
  assert.match(
    fittingNote([{ from: "\u00a0", to: " " }], english),
    /read space in place of no-break space \(U\+00A0\)/,
  );
  assert.equal(fittingNote([], french), "");
  assert.match(
    fittingNote([{ from: "\u200b", to: "" }], english),
    /did not read: zero-width space \(U\+200B\)/,
  );
});

test("a special token is called by what it is for", () => {
  const speaks = /** @type {import("../../www/app/state/words.js").Words} */ (french);
  assert.equal(speaks.say("special.<|endoftext|>"), "fin du texte");
  assert(!speaks.has("special.chat"));
});
