// Zips from anywhere: whatever they hold, their files come out within the limit, or one typed refusal does,
// in time. A few thousand here; `./dev fuzz SECONDS` tries for so long. What makes one fail is written to
// `zip_corpus/`, which is tried each time.

import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { zipSync } from "fflate";
import { unzip, zip } from "../../www/api/zip.js";

const CORPUS = new URL("zip_corpus/", import.meta.url);
const NAMES = ["config.json", "tokenizer.json", "model.safetensors"];
const LIMIT = 1_000_000;
/** Microseconds of a processor that one may take: with more it would be a bomb that works. */
const LONGEST = 500_000;
const TRIES = 4_000;

/** Mulberry32: the same on every machine. @param {number} seed */
function random(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const content = Uint8Array.from({ length: 3_000 }, (_, index) => (index * index) >> 3);
const FILES = NAMES.map((name, index) => ({ name, bytes: content.subarray(0, 100 + 900 * index) }));
const ZIPS = [
  zip(FILES),
  zipSync(Object.fromEntries(FILES.map(({ name, bytes }) => [name, bytes])), { level: 9 }),
  zipSync({ mine: Object.fromEntries(FILES.map(({ name, bytes }) => [name, bytes])) }, { level: 6 }),
  zipSync({ "config.json": new Uint8Array(900_000) }, { level: 9 }),
];
/** What a zip's fields may claim. */
const NUMBERS = [0, 1, 0xff, 0xffff, 0xffffffff, 0x7fffffff, 0x80000000, 1_000_000, 0x04034b50, 0x02014b50];

/** @param {(below: number) => number} draw @returns {Uint8Array} */
function damaged(draw) {
  let bytes = Uint8Array.from(ZIPS[draw(ZIPS.length)] ?? []);
  for (let count = 1 + draw(4); count > 0; count--) {
    const at = draw(2) === 0 ? draw(bytes.length) : Math.max(0, bytes.length - 1 - draw(220));
    const view = new DataView(bytes.buffer);
    switch (draw(6)) {
      case 0: bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8)); break;
      case 1: bytes[at] = draw(256); break;
      case 2: if (at + 4 <= bytes.length) view.setUint32(at, NUMBERS[draw(NUMBERS.length)] ?? 0, true); break;
      case 3: if (at + 2 <= bytes.length) view.setUint16(at, draw(65_536), true); break;
      case 4: bytes = bytes.slice(0, at); break;
      default: bytes = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(draw(bytes.length + 1))]);
    }
    if (bytes.length === 0) break;
  }
  return bytes;
}

/** @param {Uint8Array} archive @returns {boolean} whether its files came out */
function read(archive) {
  const started = process.cpuUsage();
  try {
    const files = unzip(archive, NAMES, LIMIT);
    assert.ok(files.every(({ name }) => NAMES.includes(name)));
    assert.ok(files.reduce((sum, { bytes }) => sum + bytes.length, 0) <= LIMIT);
    assert.ok(files.every(({ bytes }) => bytes.buffer.byteLength <= archive.length + LIMIT));
    return true;
  } catch (error) {
    assert.equal(/** @type {Error} */ (error).name, "ZipRefused", String(error));
    return false;
  } finally {
    assert.ok(process.cpuUsage(started).user < LONGEST, "it took too long");
  }
}

test("damaged zips end in the files or in a refusal", async () => {
  const seconds = Number(process.env.FUZZ_SECONDS ?? 0);
  const draw = random(seconds > 0 ? Date.now() : 1);
  let [tried, taken] = [0, 0];
  for (const end = performance.now() + seconds * 1_000; tried < TRIES || performance.now() < end; tried++) {
    const archive = damaged(draw);
    try {
      taken += Number(read(archive));
    } catch (error) {
      const file = new URL(`${tried}-${archive.length}.zip`, CORPUS);
      await mkdir(CORPUS, { recursive: true });
      await writeFile(file, archive);
      throw new Error(`it is kept as ${file.pathname}`, { cause: error });
    }
  }
  console.log(`zip: ${tried} files, ${taken} taken`);
  assert.ok(taken > 100 && tried - taken > 1_000, `${taken} of ${tried} taken`);
});

test("what was found before is tried again", async () => {
  const names = await readdir(CORPUS).catch(() => []);
  for (const name of names) read(await readFile(new URL(name, CORPUS)));
});
