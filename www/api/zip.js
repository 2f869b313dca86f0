// The zip of a Hugging Face folder, written and read. Loaded when the reader keeps or opens one.
//
// fflate stands behind it, bundled into this file by tools/minify.mjs: 6 KB gzip, where the `zip` crate
// would be in both engines, and the browser's own `DecompressionStream` knows no archive.

//! With fflate, © 2026 Arjun Barrett, MIT licence: https://github.com/101arrowz/fflate
import { unzipSync, zipSync } from "fflate";

/** @typedef {{name: string, bytes: Uint8Array}} ZippedFile */

/** @typedef {"zip_unreadable"|"zip_unsafe_path"|"zip_duplicate"|"zip_too_large"} ZipCode */

/** Why a zip is not read; nothing of it is kept then. */
export class ZipRefused extends Error {
  /**
   * @param {ZipCode} code
   * @param {string} detail  the entry, or what is wrong
   */
  constructor(code, detail) {
    super(`${code}: ${detail}`);
    this.name = "ZipRefused";
    this.code = code;
    this.detail = detail;
  }
}

/** A folder has ten files or so, and a zip of one perhaps some of the system's own. */
const MAX_ENTRIES = 1000;
/** Bytes by which compression may make a file longer. */
const COMPRESSION_OVERHEAD = 1024;

/**
 * Not compressed: nearly all of it are weights, which hardly shrink.
 * @param {readonly ZippedFile[]} files
 * @returns {Uint8Array}
 */
export function zip(files) {
  return zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { level: 0 });
}

/**
 * Those of a zip's files that are wanted, at its top or in a folder of it. Takes memory for these alone.
 * @param {Uint8Array} archive
 * @param {readonly string[]} wanted  names
 * @param {number} limit  bytes of all of them together
 * @returns {ZippedFile[]}  in the order of the zip
 * @throws {ZipRefused}
 */
export function unzip(archive, wanted, limit) {
  /** @type {Map<string, {path: string, size: number}>} */
  const found = new Map();
  let entries = 0;
  let total = 0;
  /** @param {import("fflate").UnzipFileInfo} entry @returns {boolean} whether to read it */
  const filter = ({ name: path, size, originalSize }) => {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new ZipRefused("zip_too_large", `more than ${MAX_ENTRIES} entries`);
    const name = nameIn(path);
    if (name === null || !wanted.includes(name)) return false;
    if (found.has(name)) throw new ZipRefused("zip_duplicate", name);
    // fflate makes room for as much as an entry says that it holds, and writes nothing beyond.
    total += Math.max(size, originalSize);
    if (total > limit) throw new ZipRefused("zip_too_large", name);
    if (size > originalSize + COMPRESSION_OVERHEAD) throw new ZipRefused("zip_unreadable", name);
    found.set(name, { path, size: originalSize });
    return true;
  };
  const files = readable(() => unzipSync(archive, { filter }));
  return [...found].map(([name, { path, size }]) => {
    const bytes = files[path];
    if (bytes?.length !== size) throw new ZipRefused("zip_unreadable", name);
    return { name, bytes };
  });
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T}
 * @throws {ZipRefused} instead of anything else
 */
function readable(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof ZipRefused) throw error;
    throw new ZipRefused("zip_unreadable", String(error));
  }
}

/**
 * @param {string} path  of an entry
 * @returns {string|null} the file's name; null where it lies deeper than in one folder, or is a folder
 * @throws {ZipRefused} where the path leads out of the zip, which no program that means well writes
 */
function nameIn(path) {
  const steps = path.split("/");
  const leadsOut = steps.includes("..") || path.startsWith("/") || /[\\:\0]/.test(path);
  if (leadsOut) throw new ZipRefused("zip_unsafe_path", path);
  const hidden = steps[0] === "__MACOSX";
  return steps.length > 2 || hidden ? null : steps.at(-1) || null;
}
