// The worker behind `api/files.js`: does one task, answers, and is ended.

import { ZipRefused, unzip, zip } from "../api/zip.js";
import { bytesOf } from "./bytes_of.js";
import { failure, failureOf } from "./failures.js";
import { loadFiles } from "./load.js";

/**
 * @typedef {import("../api/files.js").FileTasks} FileTasks
 * @typedef {{[Task in keyof FileTasks]:
 *   (asked: FileTasks[Task]["asked"]) => Promise<FileTasks[Task]["answer"]>}} Doers
 * @typedef {import("../api/zip.js").ZippedFile} NamedFile
 */

/** Bytes that are opened at most: more than any training that fits into a tab leaves. */
const MAX_BYTES = 1_000_000_000;
const MEGABYTE = 1_000_000;
/** Characters of a name in a zip that the reader is told. */
const LONGEST_NAME = 60;
/** How a zip begins, with files in it or empty. */
const ZIP = [[0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]];

/** @type {import("../api/messages.js").Failure} */
const NO_MEMORY = { code: "file_needs_memory", params: {}, cause: "there is no memory for the file" };

/** @type {Doers} */
const DO = {
  async write({ checkpoint, page }) {
    const files = await loadFiles();
    return new Blob([plain(files.writeFile(await bytesIn(checkpoint), page))]);
  },
  async export({ checkpoint, facts }) {
    const files = await loadFiles();
    return new Blob([plain(zip(files.exportFolder(await bytesIn(checkpoint), facts)))]);
  },
  async open({ files }) {
    const size = files.reduce((sum, { blob }) => sum + blob.size, 0);
    if (size > MAX_BYTES) {
      const params = { megabytes: size / MEGABYTE, max: MAX_BYTES / MEGABYTE };
      throw failure("file_too_large", `${size} bytes`, params);
    }
    const [first] = files;
    if (!first) throw failure("file_missing", "no file was given");
    if (files.length > 1) return openFolder(await namedFiles(files));
    const bytes = await bytesIn(first.blob, first.name);
    if (ZIP.some((start) => start.every((byte, index) => bytes[index] === byte))) {
      return openFolder(await unzipped(bytes));
    }
    const { header, page } = (await loadFiles()).readFile(bytes);
    return { checkpoint: first.blob, header, page };
  },
  async begin({ checkpoint, seed }) {
    const files = await loadFiles();
    const first = files.beginning(await bytesIn(checkpoint), seed);
    return first && new Blob([plain(first)]);
  },
  async compare({ one, other }) {
    const files = await loadFiles();
    return files.compareWeights(await bytesIn(one), await bytesIn(other));
  },
};

/**
 * @param {NamedFile[]} named
 * @returns {Promise<FileTasks["open"]["answer"]>}
 */
async function openFolder(named) {
  const files = await loadFiles();
  const { checkpoint, header } = files.importFolder(named);
  return { checkpoint: new Blob([plain(checkpoint)]), header, page: null };
}

/** @param {Uint8Array} archive @returns {Promise<NamedFile[]>} */
async function unzipped(archive) {
  const { folderFiles } = await loadFiles();
  try {
    return unzip(archive, folderFiles(), MAX_BYTES);
  } catch (error) {
    if (!(error instanceof ZipRefused)) throw error;
    throw failure(error.code, error.message, { file: error.detail.slice(0, LONGEST_NAME) });
  }
}

/**
 * @param {readonly import("../api/files.js").NamedBlob[]} files
 * @returns {Promise<NamedFile[]>} those of a folder that are read
 */
async function namedFiles(files) {
  const names = (await loadFiles()).folderFiles();
  const read = files.filter(({ name }) => names.includes(name));
  return Promise.all(read.map(async ({ name, blob }) => ({ name, bytes: await bytesIn(blob, name) })));
}

/**
 * @param {Blob} blob
 * @param {string} [file]  its name
 */
function bytesIn(blob, file = "") {
  return bytesOf(blob, "file_unreadable", { file });
}

/** @param {Uint8Array} bytes  whose memory is no wasm module's, and is not shared */
function plain(bytes) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

self.onmessage = async ({ data: { task, asked } }) => {
  try {
    const answer = await DO[/** @type {keyof FileTasks} */ (task)](asked);
    self.postMessage({ answer });
  } catch (error) {
    self.postMessage({ failure: isOutOfMemory(error) ? NO_MEMORY : failureOf(error) });
  }
};

/** @param {unknown} error @returns {boolean} what an allocation throws that fails, here or in the module */
function isOutOfMemory(error) {
  return error instanceof RangeError || error instanceof WebAssembly.RuntimeError;
}
