// The files of a model: those that a reader takes along, and those that are opened. A worker of its own reads
// and writes them, and ends with it: the page never waits, and all memory that it took is free again.

import { Worker } from "../engine/open_worker.js";
import { EngineFailure, fatalFailure } from "./failure.js";

/**
 * @typedef {import("../../dist/files.js").Header} Header
 * @typedef {import("../../dist/files.js").Facts} Facts
 * @typedef {import("../../dist/files.js").Comparison} Comparison
 * @typedef {import("../../dist/files.js").LayerChange} LayerChange
 */

/**
 * What was opened. `page` is what the page keeps in its own files, JSON that this library does not look into;
 * null where there is none.
 * @typedef {{checkpoint: Blob, header: Header, page: string|null}} OpenedModel
 */

/**
 * A file, with its name beside it: in Node a `File` loses it on the way to another thread.
 * @typedef {{name: string, blob: Blob}} NamedBlob
 */

/**
 * What the worker is asked, and with what it answers.
 * @typedef {object} FileTasks
 * @property {{asked: {checkpoint: Blob, page: string}, answer: Blob}} write
 * @property {{asked: {checkpoint: Blob, facts: Facts}, answer: Blob}} export
 * @property {{asked: {files: readonly NamedBlob[]}, answer: OpenedModel}} open
 * @property {{asked: {checkpoint: Blob, seed?: number}, answer: Blob|null}} begin
 * @property {{asked: {one: Blob, other: Blob}, answer: Comparison}} compare
 */

/**
 * The file that a reader takes along: a checkpoint, with a text of the page's.
 * @param {Blob} checkpoint
 * @param {string} page
 * @returns {Promise<Blob>} `.safetensors`
 * @throws {EngineFailure}
 */
export function writeFile(checkpoint, page) {
  return ask("write", { checkpoint, page });
}

/**
 * The folder that `transformers` loads, of the checkpoint's model in use.
 * @param {Blob} checkpoint
 * @param {Facts} facts  for the model card
 * @returns {Promise<Blob>} a zip
 * @throws {EngineFailure} `position_not_exportable`
 */
export function exportFolder(checkpoint, facts) {
  return ask("export", { checkpoint, facts });
}

/**
 * Opens what a reader has chosen or dropped: a file of the page's own, the zip of a folder that
 * `transformers` loads, or that folder's files. Everything in it is looked at: an engine will take the
 * checkpoint.
 * @param {readonly File[]} files
 * @returns {Promise<OpenedModel>}
 * @throws {EngineFailure} why not; `file_…`, `checkpoint_…`, `folder_…`, `zip_…`
 */
export function openFiles(files) {
  return ask("open", { files: [...files].map((file) => ({ name: file.name, blob: file })) });
}

/**
 * How the tokenizer of a file is asked for; its parts are in the file.
 * @param {Header} header
 * @returns {import("./messages.js").TokenizerConfig}
 */
export function tokenizerConfigOf({ tokenizer }) {
  return tokenizer.kind === "bpe" ? { kind: "bpe", vocab_size: tokenizer.merges.length } : { kind: "chars" };
}

/**
 * The model that a training began with, drawn from its seed once more.
 * @param {Blob} checkpoint
 * @param {number} [seed]  of the training, for the file of a model alone, which does not say it
 * @returns {Promise<Blob|null>} null where that is not known: the training began with an opened model
 * @throws {EngineFailure}
 */
export function beginningOf(checkpoint, seed) {
  return ask("begin", { checkpoint, seed });
}

/**
 * How far the weights of one checkpoint's model are from those of another's.
 * @param {Blob} one
 * @param {Blob} other
 * @returns {Promise<Comparison>}
 * @throws {EngineFailure} `checkpoint_mismatch` where they are of other sizes, or another tokenizer
 */
export function compareWeights(one, other) {
  return ask("compare", { one, other });
}

/**
 * @template {keyof FileTasks} Task
 * @param {Task} task
 * @param {FileTasks[Task]["asked"]} asked
 * @returns {Promise<FileTasks[Task]["answer"]>}
 */
function ask(task, asked) {
  return new Promise((resolve, reject) => {
    const worker = open();
    const end = (/** @type {() => void} */ settle) => {
      worker.terminate();
      settle();
    };
    worker.onmessage = ({ data }) => end(() => ("failure" in data
      ? reject(new EngineFailure(data.failure)) : resolve(data.answer)));
    worker.onmessageerror = () => end(() => reject(new EngineFailure(
      { code: "file_needs_memory", params: {}, cause: "an answer could not be read" },
    )));
    worker.onerror = (event) => {
      event.preventDefault();
      end(() => reject(new EngineFailure(
        { code: "worker_not_loaded", params: {}, cause: event.message || "no cause is given" },
      )));
    };
    worker.postMessage({ task, asked });
  });
}

/** @throws {EngineFailure} where workers are forbidden */
function open() {
  try {
    return new Worker(new URL("../engine/files_worker.js", import.meta.url), {
      type: "module", name: "files",
    });
  } catch (error) {
    throw fatalFailure("worker_unavailable", error);
  }
}
