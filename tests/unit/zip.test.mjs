// The zip of a Hugging Face folder: what is written is read again; bombs, paths and damage are refused.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { zipSync } from "fflate";
import { unzip, zip } from "../../www/api/zip.js";

const NAMES = ["config.json", "model.safetensors"];
const LIMIT = 1_000_000;

/** @param {number} length @param {number} [seed] */
function noise(length, seed = 1) {
  let state = seed;
  return Uint8Array.from({ length }, () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) >> 16);
}

const FILES = [
  { name: "config.json", bytes: new TextEncoder().encode('{"é": 1}') },
  { name: "model.safetensors", bytes: noise(100_000) },
];

/** @param {Uint8Array} archive @param {number} [limit] */
const read = (archive, limit = LIMIT) => unzip(archive, NAMES, limit);

/** @param {Uint8Array} archive @param {string} code @param {number} [limit] */
const refused = (archive, code, limit) =>
  assert.throws(() => read(archive, limit), { name: "ZipRefused", code });

test("what is written is read again", () => {
  assert.deepEqual(read(zip(FILES)), FILES);
  const empty = [{ name: "config.json", bytes: new Uint8Array() }];
  assert.deepEqual(read(zip(empty)), empty);
});

test("another program reads what is written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zip-"));
  try {
    const path = join(folder, "folder.zip");
    await writeFile(path, zip(FILES));
    const program =
      "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), *z.namelist())";
    const said = execFileSync("python3", ["-c", program, path], { encoding: "utf8" });
    assert.equal(said, "None config.json model.safetensors\n");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("compressed files and a folder around them are read", () => {
  const [config, model] = FILES.map(({ bytes }) => bytes);
  const archive = zipSync({
    mine: {
      "config.json": config, "model.safetensors": [model, { level: 9 }], deep: { "config.json": model },
    },
    __MACOSX: { "config.json": model },
    "README.md": config,
  });
  assert.deepEqual(read(archive), FILES);
});

test("a bomb is refused, whatever it says of its size", () => {
  const archive = zipSync({ "model.safetensors": new Uint8Array(50_000_000) }, { level: 9 });
  assert.ok(archive.length < 60_000);
  refused(archive, "zip_too_large");
  // What it is said to hold: less than its compressed bytes, and a little more than these.
  const lies = new DataView(archive.slice().buffer);
  const entry = lies.byteLength - 22 - 46 - "model.safetensors".length;
  assert.equal(lies.getUint32(entry + 24, true), 50_000_000);
  lies.setUint32(entry + 24, 100, true);
  refused(new Uint8Array(lies.buffer), "zip_unreadable");
  lies.setUint32(entry + 24, 60_000, true);
  const [file] = read(new Uint8Array(lies.buffer));
  assert.equal(file?.bytes.buffer.byteLength, 60_000, "no more room is made than it says");
  refused(zipSync({ "config.json": noise(600_000), "model.safetensors": noise(600_000) }), "zip_too_large");
  const numbers = Array.from({ length: 1001 }, (_, index) => `${index}`);
  const entries = Object.fromEntries(numbers.map((name) => [name, new Uint8Array(1)]));
  refused(zipSync(entries, { level: 0 }), "zip_too_large");
});

test("paths that lead out are refused", () => {
  const paths = ["../config.json", "a/../../config.json", "/config.json", "..\\config.json", "C:config.json"];
  for (const path of paths) {
    refused(zipSync({ [path]: new Uint8Array(4) }), "zip_unsafe_path");
  }
});

test("a file that is there twice is refused", () => {
  refused(zipSync({ "config.json": noise(9), mine: { "config.json": noise(9) } }), "zip_duplicate");
});

test("what is no zip, or a part of one, is refused", () => {
  const archive = zip(FILES);
  refused(new Uint8Array(), "zip_unreadable");
  refused(noise(5_000), "zip_unreadable");
  const compressed = zipSync({ "model.safetensors": [noise(50_000), { level: 9 }] });
  for (const whole of [archive, compressed]) {
    for (let length = 1; length < whole.length; length += 997) {
      refused(whole.subarray(0, length), "zip_unreadable");
    }
    refused(whole.subarray(0, whole.length - 1), "zip_unreadable");
  }
});

test("flipped bits end in the files or in a refusal", () => {
  const small = FILES.map(({ name, bytes }) => ({ name, bytes: bytes.subarray(0, 300) }));
  const [config, model] = small.map(({ bytes }) => bytes);
  const compressed = zipSync({ "config.json": config, "model.safetensors": [model, { level: 9 }] });
  const archives = [zip(small), compressed];
  let [taken, refusals] = [0, 0];
  for (const archive of archives) {
    for (let bit = 0; bit < 8 * archive.length; bit += 1) {
      const spoilt = archive.slice();
      spoilt[bit >> 3] = /** @type {number} */ (spoilt[bit >> 3]) ^ (1 << (bit & 7));
      try {
        const files = read(spoilt);
        assert.ok(files.every(({ name, bytes }) => NAMES.includes(name) && bytes.length <= LIMIT));
        taken += 1;
      } catch (error) {
        assert.equal(/** @type {Error} */ (error).name, "ZipRefused", String(error));
        refusals += 1;
      }
    }
  }
  assert.ok(taken > 100 && refusals > 100, `${taken} taken, ${refusals} refused`);
});
