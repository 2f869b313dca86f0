// Where the texts of a run come from: the reader's own, or stories without end, told while they are learned.
// A run whose text is not here has none.

import { failure } from "./failures.js";
import { loadContes } from "./load.js";

/** @typedef {import("../api/messages.js").TextSource} TextSource */

/** Stories to begin with: told in a moment, and after so many others follow. */
const TRAINING_BYTES = 500_000;
const VALIDATION_BYTES = 100_000;
/** The texts of a run that learns nothing. */
const NOTHING = { documents: [], validation: undefined };

/**
 * @typedef {object} OpenSource
 * @property {{documents: string[], validation?: string[], alphabet?: string}} texts  to make a training with
 * @property {string} position  where the training texts at hand begin in the stream; empty if they are all
 * @property {(() => string[])|null} next  the next texts, never ones of before; null if there are none
 * @property {(position: string) => string[]} seek  goes back, or on, to those that begin there
 */

/**
 * @param {TextSource} source
 * @param {number} seed  of the stories
 * @param {string} [position]  where a training that goes on was in them
 * @returns {Promise<OpenSource>}
 */
export async function openSource(source, seed, position = "") {
  if (source.kind !== "contes") {
    const { documents, validation } = source.kind === "text" ? source : NOTHING;
    return { texts: { documents, validation }, position: "", next: null, seek: () => documents };
  }
  const { Contes } = await loadContes();
  const training = new Contes(source.language, "training", seed);
  const validation = new Contes(source.language, "validation", seed);
  const tell = () => {
    open.position = training.position();
    return training.stories(TRAINING_BYTES);
  };
  /** @param {string} from */
  const seek = (from) => {
    try {
      training.setPosition(from);
    } catch (error) {
      throw failure("checkpoint_mismatch", String(error), { what: "position" });
    }
    return tell();
  };
  /** @type {OpenSource} */
  const open = {
    texts: { documents: [], validation: validation.stories(VALIDATION_BYTES), alphabet: training.alphabet() },
    position: "",
    next: tell,
    seek,
  };
  open.texts.documents = position === "" ? tell() : seek(position);
  validation.free();
  return open;
}
