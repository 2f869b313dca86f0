// Times models before one is trained, and gets an engine ready for it. The worker that did so can then make
// the training: it has the engine loaded, and on a GPU the programs compiled.

import { EngineFailure } from "./failure.js";
import { WorkerWire } from "./worker_wire.js";

/**
 * @typedef {import("./messages.js").ModelConfig} ModelConfig
 * @typedef {import("./messages.js").RunSettings} RunSettings
 *
 * The engine that was timed, and its speed, 0 where it refuses such a training. `gpuFailed`: a GPU failed at
 * it, and should not be used by any other.
 * @typedef {{engine: "webgpu"|"cpu", tokens_per_s: number, gpuFailed: boolean}} Measured
 * @typedef {{resolve(measured: Measured): void, reject(reason: unknown): void}} Pending
 */

export class Measurer {
  #wire = new WorkerWire();
  /** The measurement under way. @type {Pending|null} */
  #pending = null;
  /** Whether a GPU is being got ready, which would begin anew in another worker. */
  #compiling = false;

  /**
   * @param {RunSettings["engine"]} engine  that is asked for
   * @throws {EngineFailure} `worker_unavailable`
   */
  constructor(engine) {
    this.engine = engine;
  }

  /** Whether something can be measured now. */
  get isFree() {
    return this.#pending === null && this.#wire.isOpen;
  }

  /** Loads the CPU engine, for a training that is to be made by this worker. */
  loadCpu() {
    this.#wire.post({ type: "load", engine: "cpu" });
  }

  /**
   * Times a few steps of a model of this shape. One at a time.
   * @param {ModelConfig} model
   * @param {number} vocab_size
   * @param {number} batch_size
   * @param {(phase: "loading"|"creating"|"compiling") => void} [onProgress]
   * @returns {Promise<Measured>}
   * @throws {EngineFailure} a fatal one where the engine fails at it; a refusal is a speed of 0
   * @throws {DOMException} `AbortError` where the worker is wanted for something else
   */
  measure(model, vocab_size, batch_size, onProgress = () => {}) {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#wire.begin((event) => {
        if (event.type === "progress") {
          this.#compiling = event.phase === "compiling";
          onProgress(event.phase);
        } else if (event.type === "measured") {
          this.#pending = null;
          const { engine, tokens_per_s, gpu_failed } = event;
          resolve({ engine, tokens_per_s, gpuFailed: gpu_failed });
        } else if (event.type === "failure") {
          this.#pending = null;
          reject(new EngineFailure(event.failure, event.fatal));
        }
      });
      this.#wire.post({ type: "measure", engine: this.engine, model, vocab_size, batch_size });
    });
  }

  /**
   * Gives the worker away; what it still measures is given up.
   * @returns {WorkerWire|null} none where it is dead, or busy with what a training would have to wait for
   */
  handOver() {
    const isOfUse = this.#wire.isOpen && (this.#pending === null || this.#compiling);
    if (!isOfUse) this.#wire.end();
    this.#giveUp();
    return isOfUse ? this.#wire : null;
  }

  /** Ends the worker. */
  end() {
    this.#wire.end();
    this.#giveUp();
  }

  #giveUp() {
    this.#pending?.reject(new DOMException("the measurement was given up", "AbortError"));
    this.#pending = null;
  }
}
