// The answers of "Before and after": what is kept of them, and the table that a teacher takes along.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  deleteVisits, emptyVisit, isEmpty, keepVisits, readVisits, toCsv,
} from "../../www/app/chapters/reflect/answers.js";

/** @param {Map<string, string>} kept  stands for the browser's storage */
function storage(kept) {
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  } });
}

afterEach(() => Reflect.deleteProperty(globalThis, "localStorage"));

test("no cell of the table is a formula, and every cell is one", () => {
  const formulas = ["=1+1", "+33 6", "-1", "@SUM(A1)", "\tx", " =1", "\u200B=1", "＝1"];
  const plain = ["plain", "a;b,\"c\"\nd", ""];
  for (const language of /** @type {const} */ (["fr", "en"])) {
    const table = toCsv([["question"], [...formulas, ...plain]], language);
    assert(table.startsWith("\uFEFF\"question\"\r\n"));
    const row = table.slice(table.indexOf("\r\n") + 2, -2);
    const separator = language === "fr" ? ";" : ",";
    const cells = [...row.matchAll(/"((?:[^"]|"")*)"(?:[;,]|$)/g)];
    const read = cells.map(([, cell]) => cell.replaceAll("\"\"", "\""));
    assert.deepEqual(read, [...formulas.map((cell) => `'${cell}`), ...plain]);
    assert(row.includes(`"${separator}"`));
  }
});

test("answers are kept, read again and deleted; what is no visit is left out", () => {
  const kept = new Map();
  storage(kept);
  assert.deepEqual(readVisits(), [emptyVisit()]);
  const visit = { ...emptyVisit(), name: "Zoé", hasBegun: true, before: ["a", ""], beforeAt: 3 };
  assert(isEmpty(emptyVisit()) && !isEmpty(visit));
  assert(keepVisits([visit]));
  assert.deepEqual(readVisits(), [visit]);
  kept.set("petit-train.answers", JSON.stringify([visit, null, 3, { ...visit, before: "x" }, {}]));
  assert.deepEqual(readVisits(), [visit]);
  kept.set("petit-train.answers", "{");
  assert.deepEqual(readVisits(), [emptyVisit()]);
  deleteVisits();
  assert.equal(kept.get("petit-train.answers"), "[]");
});

test("without storage they are not kept, and that is known", () => {
  assert.equal(keepVisits([emptyVisit()]), false);
  assert.deepEqual(readVisits(), [emptyVisit()]);
});
