// What the address of a card says: the same settings as the page's, and how the card looks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardParameters, readCardAddress } from "../../www/app/state/card_address.js";
import { CARDS, CARD_PARAMETERS, hideable } from "../../www/app/state/parameters.js";
import { readAddress } from "../../www/app/state/url.js";

/** @param {string} search @param {string} [hash] */
const read = (search, hash = "") => readCardAddress({ search, hash });

test("a card's address says what it was written from, and nothing that is as usual", () => {
  const given = /** @type {const} */ ({ preset: "nano", seed: 7, steps: 30 });
  const look = /** @type {const} */ ({ theme: "dark", ground: "transparent", hide: ["title", "chart"] });
  const parameters = cardParameters(given, "fr", "write", look);
  const address = read(`?${parameters}`);
  assert.deepEqual(address, {
    language: "fr", chapter: "write", model: null, ...look, settings: given, refused: [],
  });
  const usual = cardParameters({ preset: "petit", seed: 42 }, "en", "train", { theme: "auto", hide: [] });
  assert.equal(String(usual), "chapter=train&lang=en");
});

test("a text of the reader's own is in no card's address", () => {
  assert.equal(String(cardParameters({ text: "own" }, "en", "train")), "chapter=train&lang=en");
  const { settings, refused } = read("?text=own");
  assert.deepEqual(settings, {});
  assert.deepEqual(refused.map(({ name, raw }) => [name, raw]), [["text", "own"]]);
  assert.equal(readAddress({ search: "?text=own", hash: "" }).settings.text, "own");
});

test("whatever a card's address cannot mean is told, also in its query", () => {
  const { refused, ...address } = read("?steam=1&chapter=zoo&theme=pink&hide=chart,moon&steps=0");
  assert.deepEqual(
    refused.map(({ name, raw, setting }) => [name, raw, setting?.name ?? null]),
    [
      ["steam", "1", null],
      ["chapter", "zoo", "chapter"],
      ["theme", "pink", "theme"],
      ["hide", "moon", "hide"],
      ["steps", "0", "steps"],
    ],
  );
  const { refused: _none, ...usual } = read("");
  assert.deepEqual(address, { ...usual, hide: ["chart"] });
});

test("the hash wins over the query, and what WordPress puts there is not read", () => {
  assert.equal(read("?theme=dark&chapter=write", "#theme=light").theme, "light");
  const { refused, chapter } = read("?chapter=write", "#?secret=AbC123");
  assert.deepEqual([refused, chapter], [[], "write"]);
});

test("every chapter's card can hide what it shows, in words that its address knows", () => {
  const hide = CARD_PARAMETERS.find(({ name }) => name === "hide");
  assert(hide?.type === "choice");
  for (const { name } of CARDS) {
    const pieces = hideable(name);
    assert(pieces.includes("title"));
    for (const piece of pieces) assert(hide.choices.includes(piece), piece);
  }
});
