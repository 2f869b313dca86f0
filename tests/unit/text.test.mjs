// Texts as documents: taken apart, put together, checked, counted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readFiles } from "../../www/app/state/files.js";
import { openedFiles } from "../../www/app/state/found_files.js";
import {
  TextRefused,
  bytesOf,
  checkDocuments,
  countText,
  joinDocuments,
  opening,
  splitDocuments,
  tidyText,
} from "../../www/app/state/text.js";

/** @param {() => unknown} act @returns {string} the code of the refusal */
function refusalOf(act) {
  try {
    act();
  } catch (error) {
    if (error instanceof TextRefused) return error.failure.code;
    throw error;
  }
  return "taken";
}

/** @param {string} name @param {string|Uint8Array} content */
const file = (name, content) => new File([/** @type {BlobPart} */ (content)], name);

test("documents that are shown as one text come back as they were", () => {
  for (const documents of [["one"], ["first", "second\n"], ["\nline end first", "\n\n", "x"]]) {
    assert.deepEqual(splitDocuments(joinDocuments(documents)), documents);
  }
  assert.deepEqual(splitDocuments(""), []);
  assert.deepEqual(splitDocuments("a<|endoftext|>b\n<|endoftext|>\n<|endoftext|>"), ["a", "b"]);
});

test("a size is counted in bytes of UTF-8, over all documents", () => {
  assert.equal(bytesOf("é€🐻"), 2 + 3 + 4);
  const cyrillic = "я".repeat(4_900_000);
  assert.equal(
    refusalOf(() => checkDocuments([`${cyrillic}а`])),
    "taken",
  );
  assert.equal(
    refusalOf(() => checkDocuments([cyrillic, "я".repeat(200_000)])),
    "text_too_large",
  );
  assert.equal(
    refusalOf(() => checkDocuments(["a".repeat(10_000_001)])),
    "text_too_large",
  );
});

test("what cannot be learned is refused", () => {
  for (const { documents, code } of [
    { documents: [], code: "text_empty" },
    { documents: [" \n", "\t"], code: "text_empty" },
    { documents: ["aaaa", "aa"], code: "text_too_uniform" },
    { documents: ["🐻🐻"], code: "text_too_uniform" },
    { documents: ["aaaa", "b"], code: "taken" },
    { documents: ["a\0b"], code: "text_not_text" },
  ])
    assert.equal(
      refusalOf(() => checkDocuments(documents)),
      code,
      JSON.stringify(documents),
    );
});

test("a text is tidied: one kind of line end, composed accents, no mark", () => {
  assert.equal(tidyText("\ufeffe\u0301\r\n\r"), "é\n\n");
});

test("words and symbols are counted over documents, and over the ends of slices", async () => {
  const bear = "🐻".repeat(100_001);
  const facts = await countText([`a ${bear}`, "a b"]);
  assert.deepEqual(facts, { characters: 2 + 100_001 + 3, words: 4, symbols: [" ", "a", "b", "🐻"] });
});

test("a text opens with its first words", () => {
  assert.equal(opening("\n a\nIl était une fois un ours", 16), "Il était une");
  assert.equal(opening("ours", 16), "ours");
  assert.equal(opening("x", 16), "x");
  assert.equal(opening("🐻".repeat(40), 4), "🐻🐻🐻🐻");
});

test("files are read in the order of their names, and what is made of them is noted", async () => {
  const { documents, notes } = await readFiles(
    openedFiles([
      file("10.txt", "ten"),
      file("9.txt", Uint8Array.of(0x6c, 0xe9)),
      file("picture.png", Uint8Array.of(0x89, 0x50, 0, 0)),
      file("2.txt", "two<|endoftext|>three"),
    ]),
  );
  assert.deepEqual(documents, ["two", "three", "lé", "ten"]);
  assert.deepEqual(notes, [
    { code: "files", files: ["2.txt", "9.txt", "10.txt"] },
    { code: "windows_1252", files: ["9.txt"] },
    { code: "skipped", files: ["picture.png"] },
  ]);
});

test("a file that cannot be read is told, and the others are taken", async () => {
  const gone = {
    path: "gone.txt",
    open: async () => {
      throw new DOMException("gone", "NotFoundError");
    },
  };
  const { documents, notes } = await readFiles([gone, ...openedFiles([file("a.txt", "here")])]);
  assert.deepEqual(documents, ["here"]);
  assert.deepEqual(notes.at(-1), { code: "unreadable", files: ["gone.txt"] });
  await assert.rejects(
    readFiles([gone]),
    ({ failure }) => failure.code === "text_unreadable" && failure.params.file === "gone.txt",
  );
});

test("what is no text is refused by what it is, unread where it is large", async () => {
  for (const { name, content, code } of [
    { name: "a.rtf", content: "{\\rtf1 hello}", code: "text_is_document" },
    { name: "a.bin", content: new Uint8Array(5000), code: "text_not_text" },
    { name: "a.txt", content: "", code: "text_empty" },
    { name: "a.txt", content: "abc ".repeat(6_000_000), code: "text_too_large" },
  ]) {
    await assert.rejects(
      readFiles(openedFiles([file(name, content)])),
      ({ failure }) => failure.code === code,
      name,
    );
  }
});
