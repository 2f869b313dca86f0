// Opens a model that was kept: a file, a folder, or what lies at an address. Loaded once it is wanted.

import { refusal } from "./failure.js";
import { openFiles, tokenizerConfigOf } from "./files.js";
import { NO_TEXT, runSettingsOf } from "./options.js";
import { Training } from "./training.js";

/**
 * @typedef {import("./files.js").Header} Header
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./options.js").TrainingOptions} TrainingOptions
 * @typedef {import("./training.js").CreateOptions} CreateOptions
 */

/**
 * A file, the files of a folder, or the address of a file.
 * @typedef {Blob|readonly File[]|string|URL} Openable
 *
 * `engine`: "cpu" where it is not said. It writes at once, where a GPU compiles first, and the same from a
 * seed everywhere.
 * @typedef {{engine?: "auto"|"webgpu"|"cpu", signal?: AbortSignal}} OpenOptions
 *
 * How a training goes on. `train` and `seed` are for a model whose file has no training.
 * @typedef {Pick<TrainingOptions, "text"|"train"|"seed"|"engine"|"workers"|"sample"
 *   |"evaluation">} GoOnOptions
 */

/**
 * @param {Openable} what
 * @param {OpenOptions} [options]
 * @returns {Promise<Model>}
 */
export async function openModel(what, { engine = "cpu", signal } = {}) {
  const { model } = await openTraining(what, { text: NO_TEXT, engine }, { signal });
  return model;
}

/**
 * @param {Openable} what
 * @param {GoOnOptions} options
 * @param {CreateOptions} more
 * @returns {Promise<Training>}
 */
export async function openTraining(what, options, more) {
  const { checkpoint: blob, header } = await openFiles(await filesOf(what, more.signal));
  const { model, train } = header;
  const settings = runSettingsOf({
    ...options,
    model,
    tokenizer: tokenizerConfigOf(header),
    train: { ...options.train, ...train?.config },
  });
  return Training.create(settings, { ...more, checkpoint: { step: train?.step ?? 0, blob } });
}

/**
 * Reads what a browser may not: files and folders of the machine, in Node.
 * @type {(address: string|URL) => Promise<readonly File[]|null>}
 */
let readLocal = async () => null;

/** @param {typeof readLocal} read  null of an address that is to be fetched */
export function readLocalFilesWith(read) {
  readLocal = read;
}

/**
 * @param {Openable} what
 * @param {AbortSignal} [signal]
 * @returns {Promise<readonly File[]>}
 */
async function filesOf(what, signal) {
  if (what instanceof Blob) return [what instanceof File ? what : new File([what], "")];
  if (typeof what !== "string" && !(what instanceof URL)) return what;
  try {
    const local = await readLocal(what);
    if (local) return local;
    const response = await fetch(what, { signal });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    return [new File([await response.blob()], String(what))];
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal("file_unreadable", `${what}: ${error}`, { file: String(what) });
  }
}
