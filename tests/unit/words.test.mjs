// The words of the page and of every chapter: the same keys and parameters in both languages, and none
// missing.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { CHAPTERS } from "../../www/app/chapters.js";

const APP = new URL("../../www/app/", import.meta.url);

/** Every place that words come from: without their `<language>.json`. */
const SOURCES = [
  "words/", "words/errors.", "words/card.",
  ...CHAPTERS.flatMap(({ name, parts }) => {
    const isSplit = parts.some(({ first }) => first) && !parts.every(({ first }) => first);
    return isSplit ? [`chapters/${name}/words.`, `chapters/${name}/later.`] : [`chapters/${name}/words.`];
  }),
];

test("French and English have the same keys, with the same parameters", async () => {
  for (const source of SOURCES) {
    const [fr, en] = await Promise.all([words(source, "fr"), words(source, "en")]);
    assert.deepEqual([...fr.keys()].sort(), [...en.keys()].sort(), source);
    for (const [key, text] of fr) {
      assert.deepEqual(parameters(text), parameters(en.get(key) ?? ""), `${source} ${key}`);
    }
  }
});

test("no two places say the same key", async () => {
  const tables = await Promise.all(SOURCES.map((source) => words(source, "fr")));
  const keys = tables.flatMap((table) => [...table.keys()]);
  assert.deepEqual(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});

test("every key that the code names has words", async () => {
  const all = new Set();
  for (const source of SOURCES) for (const key of (await words(source, "fr")).keys()) all.add(key);
  const missing = [];
  for (const name of await readdir(APP, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const code = await readFile(new URL(name, APP), "utf8");
    // Whole keys only: those put together from parts end where a parameter begins.
    const named = code.matchAll(
      /(?:\bsay\(|data-(?:words|label|hint)"?: |(?:intro|heading): )"([a-z_]+(?:\.[\w-]+)+)"/g,
    );
    for (const [, key] of named)
      if (!all.has(key) && !all.has(`${key}.other`)) missing.push(`${name}: ${key}`);
  }
  const html = await readFile(new URL("../index.html", APP), "utf8");
  for (const [, key] of html.matchAll(/data-(?:words|label|hint)="([^"]+)"/g)) {
    if (!all.has(key)) missing.push(`index.html: ${key}`);
  }
  assert.deepEqual(missing, []);
});

test("every term that a sentence names is explained in the same place", async () => {
  for (const source of SOURCES) {
    for (const language of /** @type {const} */ (["fr", "en"])) {
      const here = await words(source, language);
      const terms = [...here.values()].flatMap((text) => [...text.matchAll(/\]\((\w+)\)/g)]);
      const named = terms.map(([, term]) => `glossary.${term}`);
      const explained = [...here.keys()].filter((key) => key.startsWith("glossary."));
      assert.deepEqual([...new Set(named)].sort(), explained.sort(), source);
    }
  }
});

test("the typography is that of each language", async () => {
  const html = await readFile(new URL("../index.html", APP), "utf8");
  for (const source of SOURCES) {
    for (const language of /** @type {const} */ (["fr", "en"])) {
      for (const [key, text] of await words(source, language)) {
        const where = `${source}${language}.json ${key}: ${text}`;
        assert.doesNotMatch(text, /['"]|\.\.\.| $|^ |  /, where);
        if (language === "fr")
          assert.doesNotMatch(text, /[^\u00a0\u202f][:;!?»](?!\S)|«(?!\u00a0)|[“”]/, where);
        else assert.doesNotMatch(text, /[«»]|[\s\u00a0\u202f][:;!?]/, where);
      }
    }
  }
  assert.doesNotMatch(html.replace(/<!--.*?-->|<[^>]*>/gs, ""), /'/, "index.html");
});

/**
 * @param {string} source
 * @param {"fr"|"en"} language
 * @returns {Promise<Map<string, string>>}
 */
async function words(source, language) {
  return new Map(flatten(JSON.parse(await readFile(new URL(`${source}${language}.json`, APP), "utf8"))));
}

/**
 * @param {object} tree
 * @param {string} [prefix]
 * @returns {[string, string][]}
 */
function flatten(tree, prefix = "") {
  return Object.entries(tree).flatMap(([name, value]) => typeof value === "string"
    ? [/** @type {[string, string]} */ ([prefix + name, value])]
    : flatten(value, `${prefix}${name}.`));
}

/** @param {string} text */
function parameters(text) {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}
