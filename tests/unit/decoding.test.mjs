// Any text that people have, in whatever encoding; and what is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, documentFormat } from "../../www/app/state/decoding.js";

const FRENCH = "« L’été, à Noël ! »\nDeux œufs, 3 €.\n";

/** @param {string} text @param {boolean} [bigEndian] */
function utf16(text, bigEndian = false) {
  const bytes = Buffer.from(text, "utf16le");
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
}

/** @param {...number} bytes */
const bytes = (...bytes) => Uint8Array.from(bytes);

for (const { what, given, text, encoding } of [
  { what: "UTF-8", given: Buffer.from(FRENCH), text: FRENCH, encoding: "utf-8" },
  { what: "UTF-8 with a mark", given: Buffer.from(`\ufeff${FRENCH}`), text: FRENCH, encoding: "utf-8" },
  {
    what: "UTF-16, little end first, with a mark",
    given: utf16(`\ufeff${FRENCH}`),
    text: FRENCH,
    encoding: "utf-16le",
  },
  {
    what: "UTF-16, big end first, with a mark",
    given: utf16(`\ufeff${FRENCH}`, true),
    text: FRENCH,
    encoding: "utf-16be",
  },
  { what: "UTF-16, little end first", given: utf16(FRENCH), text: FRENCH, encoding: "utf-16le" },
  { what: "UTF-16, big end first", given: utf16(FRENCH, true), text: FRENCH, encoding: "utf-16be" },
  {
    what: "Chinese in UTF-16",
    given: utf16("一天，一只熊。\n一年"),
    text: "一天，一只熊。\n一年",
    encoding: "utf-16le",
  },
  {
    what: "Chinese in UTF-16, big end first",
    given: utf16("一天，一只熊。\n一年", true),
    text: "一天，一只熊。\n一年",
    encoding: "utf-16be",
  },
  { what: "Windows-1252", given: bytes(0x64, 0xe9, 0x6a, 0xe0), text: "déjà", encoding: "windows-1252" },
  {
    what: "an ancient text's last byte",
    given: Buffer.from("fin\r\n\x1a"),
    text: "fin\r\n\x1a",
    encoding: "utf-8",
  },
  { what: "nothing", given: bytes(), text: "", encoding: "utf-8" },
]) {
  test(`${what} is read`, () => assert.deepEqual(decode(new Uint8Array(given)), { text, encoding }));
}

test("one bad byte does not turn a text in UTF-8 into another", () => {
  const given = Buffer.from(FRENCH.repeat(1000));
  given[given.indexOf("\n")] = 0xe9;
  const decoded = decode(new Uint8Array(given));
  assert.equal(decoded?.encoding, "utf-8-damaged");
  assert.equal(decoded?.text.split("\ufffd").length, 2);
});

for (const { what, given } of [
  { what: "a picture", given: bytes(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0xff, 0xfe) },
  { what: "zeros", given: new Uint8Array(100) },
  { what: "control characters", given: Uint8Array.from({ length: 200 }, (_, index) => (index % 9) + 1) },
  {
    what: "numbers of four bytes",
    given: new Uint8Array(Float32Array.from({ length: 500 }, (_, index) => Math.sin(index)).buffer),
  },
]) {
  test(`${what}: no text`, () => assert.equal(decode(given), null));
}

for (const { name, start, format } of [
  { name: "a.pdf", start: "%PDF-1.7", format: "PDF" },
  { name: "a.rtf", start: "{\\rtf1\\ansi", format: "RTF" },
  { name: "A.DOCX", start: "PK\x03\x04....", format: "Word" },
  { name: "a.odt", start: "PK\x03\x04....", format: "OpenDocument" },
  { name: "a.zip", start: "PK\x03\x04....", format: "ZIP" },
  { name: "a.doc", start: "\xd0\xcf\x11\xe0\xa1\xb1", format: "Word" },
  { name: "a.txt", start: "PK is no archive", format: null },
]) {
  test(`${name} is a file of ${format}`, () =>
    assert.equal(documentFormat(new Uint8Array(Buffer.from(start, "latin1")), name), format));
}
