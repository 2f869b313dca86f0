// The page's end of the conversation with the engine. Every run has a worker of its own, the unit of recovery: after a
// fatal failure it is ended, never called again. A new run takes over only once it is ready, so that a refused one
// costs nothing of what was there.

import { Link } from "./link.js";

/**
 * @typedef {import("./protocol.js").Command} Command
 * @typedef {import("./protocol.js").Event} Event
 * @typedef {import("./protocol.js").RunSettings} RunSettings
 * @typedef {import("./protocol.js").SamplingConfig} SamplingConfig
 * @typedef {import("./protocol.js").ModelConfig} ModelConfig
 */

export class EngineClient {
  #listener;
  #runs = 0;
  #ids = 0;
  /** The run at hand, or a worker that has only measured. @type {Link|null} */
  #current = null;
  /** The run being made. @type {Link|null} */
  #next = null;
  /** Its settings. @type {RunSettings|null} */
  #settings = null;

  /** @param {(event: Event) => void} listener told every event of the run at hand and of the one being made */
  constructor(listener) {
    this.#listener = listener;
  }

  /**
   * Makes another run. Once it is `ready` it takes the place of the one at hand; if it fails, that one stays.
   * @param {RunSettings} settings
   */
  create(settings) {
    this.#create(settings, false);
  }

  /** Gives up the run being made. */
  abandon() {
    this.#next?.end();
    this.#next = null;
  }

  /** @param {"start"|"pause"|"step"|"stop"} order */
  train(order) {
    this.#post((run) => ({ type: "train", run, order }));
  }

  /**
   * @param {{prompt: string, length: number, sampling: SamplingConfig}} text `length` in tokens
   * @returns {number} the id that the `text` events carry
   */
  generate(text) {
    this.#post((run) => ({ type: "generate", run, id: ++this.#ids, ...text }));
    return this.#ids;
  }

  /** Stops writing. @param {number} id */
  cancel(id) {
    this.#post((run) => ({ type: "cancel", run, id }));
  }

  /**
   * @param {string} text
   * @param {import("./protocol.js").Link[]} links  words of it whose connection is asked for
   * @returns {number} the id that the `inspection` event carries
   */
  inspect(text, links) {
    this.#post((run) => ({ type: "inspect", run, id: ++this.#ids, text, links }));
    return this.#ids;
  }

  /**
   * Times a model of this shape on the CPU engine; for before a run, not beside one.
   * @param {ModelConfig} model
   * @param {number} vocab_size
   * @param {number} batch_size
   */
  measure(model, vocab_size, batch_size) {
    this.#current ??= this.#open();
    this.#post((run) => ({ type: "measure", run, model, vocab_size, batch_size }));
  }

  /** Ends every run and its worker. */
  dispose() {
    this.abandon();
    this.#current?.end();
    this.#current = null;
  }

  /** @returns {Link} */
  #open() {
    const link = new Link(++this.#runs, (event) => this.#hear(link, event));
    return link;
  }

  /**
   * @param {RunSettings} settings
   * @param {boolean} gpu_failed
   */
  #create(settings, gpu_failed) {
    this.abandon();
    const link = this.#next = this.#open();
    this.#settings = settings;
    link.post({ type: "create", run: link.run, settings, gpu_failed });
  }

  /** To the run at hand, if there is one. @param {(run: number) => Command} command */
  #post(command) {
    if (this.#current) this.#current.post(command(this.#current.run));
  }

  /**
   * @param {Link} link
   * @param {Event} event
   */
  #hear(link, event) {
    if (link === this.#next) {
      if (event.type === "ready") this.#takeOver(link);
      else if (event.type === "failure") {
        this.abandon();
        // A GPU that fails while the run is being made costs the reader nothing: the CPU engine makes it instead.
        if (event.fatal && this.#settings && this.#settings.engine !== "cpu") {
          return this.#create({ ...this.#settings, engine: "cpu" }, true);
        }
      }
    } else if (link !== this.#current) {
      return; // Posted before it was ended.
    } else if (event.type === "failure" && event.fatal) {
      this.dispose();
    }
    this.#listener(event);
  }

  /** @param {Link} link */
  #takeOver(link) {
    this.#current?.end();
    this.#current = link;
    this.#next = null;
  }
}
