// Settings as people type them, and as an address carries them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PRESETS, presetShape } from "../../www/api/presets.js";
import {
  SETTINGS,
  changeChoices,
  completeSettings,
  findSetting,
  parseSetting,
} from "../../www/app/state/settings.js";
import { addressHash, readAddress } from "../../www/app/state/url.js";

/** @param {string} name @param {string} raw */
function parse(name, raw) {
  const setting = findSetting(name);
  assert(setting);
  return parseSetting(setting, raw);
}

test("numbers are taken as either language writes them", () => {
  for (const raw of ["0.8", "0,8", " ,8", "8e-1", "0,80"]) assert.equal(parse("temperature", raw), 0.8, raw);
  for (const raw of ["1500", "1 500", "1\u202f500", "1,500", "1.500", "1’500", "1.5e3", "1500,0"])
    assert.equal(parse("steps", raw), 1500, raw);
  assert.equal(parse("learning_rate", "0,007"), 0.007);
});

test("what is no number, or out of range, is not", () => {
  for (const raw of [
    "",
    " ",
    "0x10",
    "1,5",
    "abc",
    "1e12",
    "-3",
    "\u22123",
    "0",
    "Infinity",
    "NaN",
    "1 50",
    "1,2,3",
  ]) {
    assert.equal(parse("steps", raw), null, raw);
  }
  for (const raw of ["1,234.5", "3,1", "-0,1", "0..8"]) assert.equal(parse("temperature", raw), null, raw);
  assert.equal(parse("preset", "gigantic"), null);
});

test("ranges that core checks too lie within core's", async () => {
  const config = await readFile(new URL("../../crates/core/src/config/mod.rs", import.meta.url), "utf8");
  let compared = 0;
  for (const [, name, min, max] of config.matchAll(/in_range\("(\w+)", [^,]+, ([\d.e_-]+), ([\d.e_-]+)\)/g)) {
    const setting = findSetting(name);
    if (!setting || setting.type === "choice") continue;
    compared += 1;
    assert(
      setting.min >= Number(min.replaceAll("_", "")) && setting.max <= Number(max.replaceAll("_", "")),
      name,
    );
  }
  assert(compared >= 3, "config.rs says its ranges in another way");
});

test("every setting has a default that it would take", () => {
  const settings = completeSettings("fr");
  for (const setting of SETTINGS)
    assert.equal(parseSetting(setting, String(settings[setting.name])), settings[setting.name], setting.name);
});

test("an address says what it was written from", () => {
  const given = /** @type {const} */ ({
    preset: "nano",
    temperature: 0.5,
    text: "own",
    tokenizer: "bpe",
    steps: 7,
  });
  const hash = addressHash(given, "en", "write", "");
  const address = readAddress({ search: "", hash });
  assert.equal(address.language, "en");
  assert.equal(address.chapter, "write");
  assert.deepEqual(address.settings, given);
  assert.deepEqual(address.refused, []);
});

test("the plain anchor of a chapter names it, other anchors name none", () => {
  assert.equal(readAddress({ search: "", hash: "#write-chapter" }).chapter, "write");
  assert.equal(readAddress({ search: "?preset=petit", hash: "#write-chapter" }).settings.preset, "petit");
  assert.equal(readAddress({ search: "", hash: "#content" }).chapter, null);
});

test("the hash wins over the query, and what the query names is written though it be the default", () => {
  const search = "?preset=grand&utm_source=letter";
  const address = readAddress({ search, hash: "#preset=petit" });
  assert.equal(address.settings.preset, "petit");
  assert.deepEqual(address.refused, []);
  assert.match(addressHash({}, "fr", null, search), /preset=petit/);
});

test("what an address cannot mean is refused aloud", () => {
  const { refused, settings, language } = readAddress({
    search: "",
    hash: "#lang=de&chapter=zoo&steps=-5&steam=1",
  });
  assert.deepEqual(
    refused.map(({ name, raw }) => [name, raw]),
    [
      ["lang", "de"],
      ["chapter", "zoo"],
      ["steps", "-5"],
      ["steam", "1"],
    ],
  );
  assert.deepEqual([settings, language], [{}, null]);
});

test("a choice is in the address though it be what the page would choose", () => {
  const { tokenizer, vocab_size, steps } = completeSettings("fr", { preset: "grand" });
  const given = /** @type {const} */ ({ preset: "grand", tokenizer, vocab_size, steps });
  assert.deepEqual(readAddress({ search: "", hash: addressHash(given, "fr", null, "") }).settings, given);
  assert.doesNotMatch(addressHash({ preset: "petit", seed: 42 }, "fr", null, ""), /tokenizer|steps|seed/);
});

test("without any choice the page trains the middle model on tales in pieces of words", () => {
  const { preset, tokenizer, steps } = completeSettings("fr");
  assert.deepEqual([preset, tokenizer, steps], ["petit", "bpe", PRESETS.petit.pieces.train.steps]);
  assert.equal(addressHash({}, "fr", null, ""), "#lang=fr");
  assert.match(addressHash({ preset: "nano" }, "fr", null, ""), /preset=nano/);
});

test("what the reader has not chosen follows the text, the model and the tokenizer", () => {
  const tales = completeSettings("fr", { preset: "petit" });
  const { train } = PRESETS.petit.pieces;
  assert.deepEqual([tales.tokenizer, tales.steps, tales.batch_size], ["bpe", train.steps, train.batch_size]);
  const short = completeSettings("fr", { preset: "petit", text: "own" }, { characters: 20_000, symbols: 80 });
  assert.deepEqual([short.tokenizer, short.steps], ["chars", PRESETS.petit.letters.train.steps]);
  const long = completeSettings("fr", { text: "own" }, { characters: 3_000_000, symbols: 80 });
  const letters = completeSettings("fr", { preset: "nano" });
  assert.deepEqual(
    [tales, short, long, letters].map(({ temperature }) => temperature),
    [0.5, 0.8, 0.8, 0.8],
  );
  const own = completeSettings("fr", { preset: "petit", tokenizer: "chars", steps: 9 });
  assert.deepEqual(
    [own.tokenizer, own.steps, own.batch_size],
    ["chars", 9, PRESETS.petit.letters.train.batch_size],
  );
  assert.equal(presetShape(own), PRESETS.petit.letters);
});

test("another preset brings its own way of training, and leaves the other choices", () => {
  const given = changeChoices({ steps: 9, temperature: 0.1, tokenizer: "bpe" }, { preset: "grand" });
  assert.deepEqual(given, { temperature: 0.1, tokenizer: "bpe", preset: "grand" });
});
