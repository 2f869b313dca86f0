// Node in place of a browser. Imported, it opens threads where the library opens workers, and reads files of
// this machine. As a thread's own file, it is what a worker finds in a browser: `self`, and a `fetch` that
// reads the wasm beside it; then it imports the worker's module.

import { readFile, readdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker as Thread, parentPort, workerData } from "node:worker_threads";
import { readLocalFilesWith } from "../api/open.js";
import { openWorkersWith } from "./open_worker.js";

/**
 * @typedef {import("./open_worker.js").OpenWorker} OpenWorker
 * @typedef {import("node:worker_threads").Transferable} Transferable
 */

/** Under this name a thread is told which module it runs. */
const MODULE = "petit-train:module";
/** What a model's folder is made of. */
const OF_A_FOLDER = /\.(json|safetensors)$/;

class NodeWorker {
  #thread;
  /** @type {((event: {data: any}) => void)|null} */
  onmessage = null;
  /** @type {((event: {}) => void)|null} */
  onmessageerror = null;
  /** @type {((event: {message: string, preventDefault(): void}) => void)|null} */
  onerror = null;

  /**
   * @param {URL} address
   * @param {{name: string}} options
   */
  constructor(address, { name }) {
    this.#thread = new Thread(new URL(import.meta.url), { name, workerData: { [MODULE]: address.href } });
    this.#thread.on("message", (data) => this.onmessage?.({ data }));
    this.#thread.on("messageerror", () => this.onmessageerror?.({}));
    this.#thread.on("error", (error) => this.onerror?.({ message: String(error), preventDefault() {} }));
  }

  /**
   * @param {unknown} message
   * @param {Transferable[]|{transfer?: Transferable[]}} [transfer]
   */
  postMessage(message, transfer) {
    this.#thread.postMessage(message, listOf(transfer));
  }

  terminate() {
    this.#thread.terminate();
  }
}

/** @param {Transferable[]|{transfer?: Transferable[]}} [transfer]  as browsers take it, in either form */
function listOf(transfer = []) {
  return Array.isArray(transfer) ? transfer : transfer.transfer ?? [];
}

/**
 * @param {string|URL} what  a path, or an address
 * @returns {Promise<File[]|null>} null where it is not of this machine
 */
async function readLocal(what) {
  const isPath = typeof what === "string" && (isAbsolute(what) || !URL.canParse(what));
  const address = isPath ? pathToFileURL(what) : new URL(what);
  if (address.protocol !== "file:") return null;
  const path = fileURLToPath(address);
  if ((await stat(path)).isFile()) return [await fileAt(path)];
  const names = (await readdir(path)).filter((name) => OF_A_FOLDER.test(name));
  return Promise.all(names.map((name) => fileAt(join(path, name))));
}

/** @param {string} path */
async function fileAt(path) {
  return new File([new Uint8Array(await readFile(path))], basename(path));
}

/** @param {string} address  of the module that this thread runs as a worker */
async function becomeWorker(address) {
  const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
  const { fetch } = globalThis;
  Object.assign(globalThis, {
    self: globalThis,
    isSecureContext: true,
    postMessage: (/** @type {unknown} */ message, /** @type {{transfer?: Transferable[]}} */ options) =>
      port.postMessage(message, listOf(options)),
    close: () => process.exit(),
    fetch: async (/** @type {any} */ wanted, /** @type {RequestInit} */ options) => {
      if (!String(wanted).startsWith("file:")) return fetch(wanted, options);
      const headers = { "content-type": "application/wasm" };
      return new Response(new Uint8Array(await readFile(new URL(wanted))), { headers });
    },
  });
  if (!globalThis.navigator) {
    Object.assign(globalThis, { navigator: { hardwareConcurrency: availableParallelism() } });
  }
  await import(address);
  // What has come before waits until now.
  port.on("message", (data) => self.onmessage?.(/** @type {MessageEvent} */ ({ data })));
}

openWorkersWith(/** @type {import("./open_worker.js").WorkerClass} */ (/** @type {unknown} */ (NodeWorker)));
readLocalFilesWith(readLocal);
if (workerData?.[MODULE]) await becomeWorker(workerData[MODULE]);
