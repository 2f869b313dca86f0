// Which tokenizer a text gets where the reader has not chosen one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, withChoices } from "../../www/app/state/app_state.js";
import { chooseTokenizer } from "../../www/api/choose_tokenizer.js";
import { findSetting, parseSetting } from "../../www/app/state/settings.js";

/** @param {number} characters @param {Partial<Parameters<typeof chooseTokenizer>[0]>} [more] */
const own = (characters, more = {}) =>
  chooseTokenizer({ kind: "text", characters, preset: "petit", ...more });

test("tales get pieces, and the smallest model letters of anything", () => {
  for (const preset of /** @type {const} */ (["petit", "grand"])) {
    const { tokenizer, reason } = chooseTokenizer({ kind: "contes", characters: 0, preset });
    assert.deepEqual([tokenizer, reason], ["bpe", "tales"]);
  }
  for (const characters of [0, 10_000_000])
    assert.equal(own(characters, { preset: "nano" }).tokenizer, "chars");
  assert.equal(chooseTokenizer({ kind: "contes", characters: 0, preset: "nano" }).reason, "small");
});

test("a longer text never gets fewer pieces than a shorter one, nor letters after pieces", () => {
  const lengths = [
    0, 1, 20_000, 100_000, 300_000, 499_999, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000,
  ];
  const choices = lengths.map((characters) => own(characters));
  const sizes = choices.map(({ tokenizer, vocab_size }) => (tokenizer === "bpe" ? vocab_size : 0));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
  assert.deepEqual([choices[3].reason, choices.at(-1)?.reason], ["short", "long"]);
});

test("a text of more signs than letters may be gets pieces, whatever the model", () => {
  for (const preset of /** @type {const} */ (["nano", "petit", "grand"])) {
    const { tokenizer, reason } = own(20_000, { symbols: 9_000, preset });
    assert.deepEqual([tokenizer, reason], ["bpe", "signs"]);
  }
});

test("every size that is chosen is one that the setting takes", () => {
  const setting = findSetting("vocab_size");
  assert(setting);
  for (const characters of [0, 600_000, 5_000_000]) {
    for (const symbols of [0, 9_000]) {
      const { vocab_size } = own(characters, { symbols });
      assert.equal(parseSetting(setting, String(vocab_size)), vocab_size);
    }
  }
});

test("ten megabytes, two languages, a single line: the choice is there at once", () => {
  const line = "Une phrase, et another one. ".repeat(360_000).slice(0, 10_000_000);
  const state = initialState("fr", { preset: "petit", text: "own" }, []);
  const start = performance.now();
  for (const documents of [[line], line.match(/.{1,1000}/g) ?? []]) {
    const source = { ...state.source, own: { ...state.source.own, documents } };
    assert.equal(withChoices({ language: "fr", source }, state.given).settings.tokenizer, "bpe");
  }
  assert(performance.now() - start < 200, "it takes too long");
});
