// The loop over the steps that a training takes: what it waits for, and when it ends.

import { refusal } from "./failure.js";
import { Queue } from "./queue.js";

/**
 * @typedef {import("./messages.js").Event} Event
 * @typedef {import("./messages.js").StepReport} StepReport
 */

export class StepLoop {
  #order;
  /** What the loop waits for, while there is one. @type {Queue<StepReport>|null} */
  #reports = null;
  /** Whether the training was told to go further, and does not yet. */
  #goesFurther = false;

  /** @param {(order: "start"|"step"|"pause", steps?: number) => void} order  tells the training */
  constructor(order) {
    this.#order = order;
  }

  /**
   * As `run` of a training.
   * @param {number} steps  as many as there are where it is infinite
   * @param {AbortSignal|undefined} signal
   * @param {boolean} hasEnded  whether the schedule has
   * @returns {AsyncGenerator<StepReport, void>}
   */
  async *run(steps, signal, hasEnded) {
    signal?.throwIfAborted();
    if (this.#reports) throw refusal("busy", "another loop runs this training");
    if (steps < 1 || (hasEnded && !this.#goesFurther)) return;
    /** @type {Queue<StepReport>} */
    const reports = this.#reports = new Queue();
    const abort = () => reports.fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    let goesOn = true;
    try {
      this.#order(steps === Infinity ? "start" : "step", steps);
      for (;;) {
        const report = await reports.next();
        goesOn = report !== null;
        if (!report) return;
        yield report;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#reports = null;
      if (goesOn) this.#order("pause");
    }
  }

  /** The training was told to go further. */
  goFurther() {
    this.#goesFurther = true;
  }

  /** @param {Extract<Event, {type: "state"|"steps"}>} event  of the training */
  hear(event) {
    if (event.type === "steps") {
      for (const report of event.reports) this.#reports?.push(report);
      return;
    }
    this.#goesFurther = false;
    if (event.state !== "training") this.#reports?.end();
  }

  /**
   * @param {unknown} error
   * @param {boolean} ended  whether training has, or else goes on
   */
  fail(error, ended) {
    // What refuses to go further never begins.
    if (ended || this.#goesFurther) this.#reports?.fail(error);
    this.#goesFurther = false;
  }
}
