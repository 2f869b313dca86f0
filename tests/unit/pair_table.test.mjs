// The model of pairs of letters for two dice: counted right, shared out whole, and written with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { COUNTED, THROWS, diceOf, follower, pairTable } from "../../www/app/chapters/class/pair_table.js";

test("the throws of each row are shared as the letters follow", () => {
  const table = pairTable(["Ab ab ac."], "en");
  assert.deepEqual(table?.rows, [
    { letter: " ", next: [{ letter: "a", throws: 36 }] },
    { letter: "a", next: [{ letter: "b", throws: 24 }, { letter: "c", throws: 12 }] },
    { letter: "b", next: [{ letter: " ", throws: 36 }] },
    { letter: "c", next: [{ letter: " ", throws: 36 }] },
  ]);
});

test("every row has all throws, whatever the text, and each throw a letter", () => {
  const text = "Il était une fois un renard, qui s’appelait Élise ; où l’âne naît, l’été. ".repeat(9);
  const rows = pairTable([text, "zut"], "fr")?.rows ?? [];
  assert(rows.length > 15);
  assert(rows.some(({ letter }) => letter === "é"));
  for (const row of rows) {
    assert.equal(row.next.reduce((sum, { throws }) => sum + throws, 0), THROWS, row.letter);
    const letters = Array.from({ length: THROWS }, (_, thrown) => follower(row, thrown));
    for (const { letter, throws } of row.next) {
      assert.equal(letters.filter((drawn) => drawn === letter).length, throws);
    }
  }
  // Whatever is drawn has a row of its own to go on from.
  const known = new Set(rows.map(({ letter }) => letter));
  assert(rows.every(({ next }) => next.every(({ letter }) => known.has(letter))));
});

test("a throw is told as two dice show it", () => {
  assert.deepEqual([0, 5, 6, 35].map(diceOf), ["11", "16", "21", "66"]);
});

test("what has no letters has no table, and a long text is read in part", () => {
  assert.equal(pairTable(["12 + 3 = ?"], "en"), null);
  assert.equal(pairTable([], "en"), null);
  const table = pairTable(["ab ".repeat(COUNTED)], "en");
  assert(table && table.counted <= COUNTED + 1);
});

test("of many letters the rarest are left out, and said so", () => {
  const letters = Array.from({ length: 50 }, (_, index) => String.fromCodePoint(0x4e00 + index));
  const table = pairTable([letters.map((letter, index) => letter.repeat(60 - index)).join("")], "zh");
  assert.equal(table?.left_out, 10);
  assert.equal(table?.rows.length, 41);
});
