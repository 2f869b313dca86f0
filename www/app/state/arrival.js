// The model on arrival: one for each language of the tales, which the page brings along (`models/`), to be
// met before anything is trained. Loaded when the reader asks for it.

import { EngineFailure } from "../../api/failure.js";
import { EMPTY_HISTORY } from "./run_history.js";
import { contesLanguage, runSettings } from "./run_settings.js";

/** @typedef {import("./app_state.js").AppState} AppState */
/** @typedef {import("./app_state.js").Meeting} Meeting */
/** @typedef {"fr"|"en"} Language */

/**
 * What is said of the model beside its file: `models/contes-*.json`.
 * @typedef {object} Card
 * @property {string} date       on which it was trained: "2026-11-30"
 * @property {import("../../api/messages.js").ModelConfig} model
 * @property {import("../../api/messages.js").TokenizerConfig} tokenizer
 * @property {number} seed       of the training
 * @property {number} steps
 * @property {number} tokens     that it read
 * @property {number} validation_loss  nats a token
 * @property {number} characters_per_token
 * @property {{whole: number, of: number, temperature: number}} tales  without a mistake, of so many
 * @property {string} sha256     of the file
 */

/** @typedef {{language: Language, card: Card, file: Blob}} Arrival */

/** @typedef {{signal?: AbortSignal, onProgress?: (meeting: Meeting) => void}} FetchOptions */

const FOLDER = new URL("../../models/", import.meta.url);

/**
 * @param {AppState} state
 * @returns {Language} that of the chosen tales or, where others are chosen, of the page
 */
export function arrivalLanguage(state) {
  return contesLanguage(state) ?? state.language;
}

/**
 * Fetches it.
 * @param {Language} language
 * @param {FetchOptions} [options]
 * @returns {Promise<Arrival>}
 * @throws {EngineFailure} `arrival_missing`, `arrival_failed`, `files_mismatched`
 * @throws {DOMException} `AbortError`
 */
export async function fetchArrival(language, options = {}) {
  const found = await fetchBoth(language, "default", options);
  if (await isWhole(found)) return found;
  // A cache may hold the file, or the card, of an earlier build.
  const anew = await fetchBoth(language, "reload", options);
  if (await isWhole(anew)) return anew;
  throw new EngineFailure({ code: "files_mismatched", params: {}, cause: "the card is of another file" });
}

/**
 * A model of which nothing is known but what its card says: it writes and is looked at, and is trained once a
 * text is given to it. On the CPU engine, which is there in a second on any device: a GPU would have its
 * programs to compile first. Trained further, it is made again on the engine that the reader has chosen.
 * @param {AppState} state
 * @param {Arrival} arrival
 * @returns {import("./saved_training.js").OpenedTraining}
 */
export function openArrival(state, { language, card, file }) {
  const { model, tokenizer, date } = card;
  const source = /** @type {const} */ ({ kind: "none", tales: language });
  return {
    settings: { ...runSettings(state), engine: "cpu", source, model, tokenizer },
    checkpoint: { step: 0, blob: file },
    page: null,
    own: null,
    history: EMPTY_HISTORY,
    // At noon it is that day wherever the reader is.
    origin: { kind: "arrival", language, card, date: Date.parse(`${date}T12:00`), step: 0 },
  };
}

/**
 * @param {Language} language
 * @param {RequestCache} cache
 * @param {FetchOptions} options
 * @returns {Promise<Arrival>}
 */
async function fetchBoth(language, cache, { signal, onProgress = () => {} }) {
  const address = (/** @type {string} */ ending) => new URL(`contes-${language}.${ending}`, FOLDER);
  try {
    const [card, file] = await Promise.all([
      fetched(address("json"), { cache, signal }).then(readCard),
      fetched(address("safetensors"), { cache, signal }).then((response) => readFile(response, onProgress)),
    ]);
    return { language, card, file };
  } catch (error) {
    if (error instanceof EngineFailure || signal?.aborted) throw error;
    throw new EngineFailure({ code: "arrival_failed", params: {}, cause: String(error) });
  }
}

/**
 * @param {URL} address
 * @param {RequestInit} options
 */
async function fetched(address, options) {
  const response = await fetch(address, options);
  if (response.status === 404) throw missing(`${address} is not there`);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

/** @param {Response} response @returns {Promise<Card>} */
async function readCard(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    // What a host sends in place of a file that it lacks may be a page.
    throw missing(String(error));
  }
}

/**
 * @param {Response} response
 * @param {(meeting: Meeting) => void} onProgress
 */
async function readFile({ body, headers }, onProgress) {
  // Of a file that is sent compressed, the length is not that of what comes out.
  const total = headers.has("content-encoding") ? 0 : Number(headers.get("content-length"));
  const pieces = [];
  let received = 0;
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    pieces.push(read.value);
    received += read.value.length;
    onProgress({ received, total });
  }
  return new Blob(pieces);
}

/** @param {string} cause */
function missing(cause) {
  return new EngineFailure({ code: "arrival_missing", params: {}, cause });
}

/**
 * @param {Arrival} arrival
 * @returns {Promise<boolean>} whether the file is the one that the card speaks of, where that can be known:
 *   over http browsers do not hash
 */
async function isWhole({ card, file }) {
  if (!globalThis.crypto?.subtle) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === card.sha256;
}
