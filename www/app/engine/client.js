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
 * @typedef {import("./protocol.js").Checkpoint} Checkpoint
 */

export class EngineClient {
  #listener;
  #runs = 0;
  #ids = 0;
  /** The run at hand. @type {Link|null} */
  #current = null;
  /**
   * A worker that measures, or has: the next run on that engine is made by it, unless it is busy with anything but getting
   * the GPU ready.
   * @type {{link: Link, engine: RunSettings["engine"], busy: boolean, gpu: boolean}|null}
   */
  #measurer = null;
  /** The run being made. @type {Link|null} */
  #next = null;
  /** What it is made of. @type {{settings: RunSettings, checkpoint: Checkpoint|null}|null} */
  #making = null;

  /** @param {(event: Event) => void} listener told every event of the run at hand and of the one being made */
  constructor(listener) {
    this.#listener = listener;
  }

  /**
   * Makes another run. Once it is `ready` it takes the place of the one at hand; if it fails, that one stays.
   * @param {RunSettings} settings
   * @param {Checkpoint|null} checkpoint  what it goes on from
   * @param {boolean} gpu_failed          the CPU engine takes over
   */
  create(settings, checkpoint = null, gpu_failed = false) {
    this.abandon();
    const link = this.#next = this.#measured(settings.engine) ?? this.#open();
    this.#making = { settings, checkpoint };
    link.post({ type: "create", run: link.run, settings, checkpoint, gpu_failed });
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
   * Times a model of this shape, and gets the GPU ready for it; for before a run, not beside one.
   * @param {RunSettings["engine"]} engine
   * @param {ModelConfig} model
   * @param {number} vocab_size
   * @param {number} batch_size
   */
  measure(engine, model, vocab_size, batch_size) {
    if (this.#measurer?.engine !== engine) this.#endMeasurer();
    this.#measurer ??= { link: this.#open(), engine, busy: true, gpu: false };
    this.#measurer.busy = true;
    const { link } = this.#measurer;
    link.post({ type: "measure", run: link.run, engine, model, vocab_size, batch_size });
  }

  /** Ends every run and its worker. */
  dispose() {
    this.abandon();
    this.#endMeasurer();
    this.#current?.end();
    this.#current = null;
  }

  #endMeasurer() {
    this.#measurer?.link.end();
    this.#measurer = null;
  }

  /**
   * The worker that has measured on this engine, to be used for a run. What it may still measure is given up.
   * @param {RunSettings["engine"]} engine
   */
  #measured(engine) {
    const measurer = this.#measurer;
    this.#measurer = null;
    if (measurer && measurer.engine === engine && (measurer.gpu || !measurer.busy)) return measurer.link;
    measurer?.link.end();
    return null;
  }

  /** @returns {Link} */
  #open() {
    const link = new Link(++this.#runs, (event) => this.#hear(link, event));
    return link;
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
    if (link === this.#measurer?.link) {
      const { busy } = this.#measurer;
      if (event.type === "progress") this.#measurer.gpu = event.phase === "compiling";
      else this.#measurer.busy = false;
      if (event.type === "failure") {
        this.#endMeasurer();
        if (!busy) return; // It had nothing to do: another will be opened when one is needed.
      }
    } else if (link === this.#next) {
      if (event.type === "ready") this.#takeOver(link);
      else if (event.type === "failure") {
        this.abandon();
        // A GPU that fails while the run is being made costs the reader nothing: the CPU engine makes it instead.
        if (event.fatal && this.#making && this.#making.settings.engine !== "cpu") {
          return this.create({ ...this.#making.settings, engine: "cpu" }, this.#making.checkpoint, true);
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
    this.#making = null;
  }
}
