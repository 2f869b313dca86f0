// Engine workers that a test plays itself: they say what it tells them to, as www/api/messages.js has it.
// Those that a test leaves open die after it: an open worker is pinged, and waited for, for 90 s.

import { afterEach } from "node:test";
import { loadTraining } from "../../../www/app/state/load_training.js";

/** @typedef {import("../../../www/api/messages.js").Command} Command */
/** @typedef {import("../../../www/api/messages.js").Event} EngineEvent */

/** @template T @typedef {T extends EngineEvent ? Omit<T, "run"> : never} WithoutRun */

// As it is once the reader is there.
await loadTraining();

/** Those opened since `playEngines`, oldest first. @type {FakeWorker[]} */
export let workers = [];
/** Those that have not ended. @type {Set<FakeWorker>} */
const open = new Set();

/** Lets promises settle. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

class FakeWorker {
  /** @type {any[]} */
  received = [];
  ended = false;
  /** @type {((event: {data: any}) => void)|null} */
  onmessage = null;
  /** @type {((event: {message: string, preventDefault(): void}) => void)|null} */
  onerror = null;
  onmessageerror = null;

  constructor() {
    workers.push(this);
    open.add(this);
  }

  /** @param {Command} command */
  postMessage(command) {
    // As a browser would: what cannot be cloned is an error.
    this.received.push(structuredClone(command));
  }

  terminate() {
    this.ended = true;
    open.delete(this);
  }

  /** The number of the run that it was told of last. */
  get run() {
    return this.received.at(-1)?.run;
  }

  /**
   * @param {string} type
   * @returns {any} the last command of that type
   */
  last(type) {
    return this.received.findLast((command) => command.type === type);
  }

  /** Types of what it was told, the orders of `train` by their names; pings and `visibility` left out. */
  get told() {
    return this.received.map(({ type, order, method }) => order ?? method ?? type)
      .filter((type) => type !== "ping" && type !== "visibility");
  }

  /** @param {any} event  of the run at hand, unless it names another */
  async says(event) {
    this.onmessage?.({ data: { run: this.run, ...event } });
    await settle();
  }

  /** @param {string} message */
  async dies(message) {
    this.onerror?.({ message, preventDefault() {} });
    await settle();
  }

  /** @param {object} [more] */
  async isReady(more = {}) {
    await this.says({
      type: "ready",
      info: infoOf(this.last("create")),
      step: 0,
      state: "paused",
      used: "last",
      ...more,
    });
  }

  /**
   * @param {number} to
   * @param {number} [loss]
   */
  async steps(to, loss = 2) {
    const report = { step: to, loss, learning_rate: 0.01, tokens: 8 * to, ms: 10, compiling: false };
    await this.says({ type: "steps", reports: [report], tokens_per_s: 800 });
  }

  /**
   * @param {string} code
   * @param {{id?: number|null, fatal?: boolean, params?: Record<string, string|number>}} [more]
   */
  async fails(code, { id = null, fatal = false, params = {} } = {}) {
    await this.says({ type: "failure", id, failure: { code, params, cause: "played by a test" }, fatal });
  }

  /**
   * Answers the last question of this kind.
   * @param {string} method
   * @param {unknown} answer
   * @param {number} [step]
   */
  async answers(method, answer, step = 0) {
    const { id } = this.received.findLast((command) => command.method === method);
    await this.says({ type: "answer", id, step, answer });
  }
}

/** @param {any} create */
function infoOf({ settings, gpu_failed }) {
  const engine = settings.engine === "cpu" || gpu_failed ? "cpu" : "webgpu";
  return {
    engine,
    reason: gpu_failed ? "gpu-failed" : "chosen",
    adapter: engine === "cpu" ? "" : "a GPU",
    workers: 1,
    parameters: 1000,
    vocab_size: 40,
    characters_per_token: 1,
    model: settings.model,
    train: settings.train,
  };
}

afterEach(async () => {
  // One that dies may be replaced by another.
  for (const worker of open) await worker.dies("the test is over");
});

/** Every worker that is opened from now on is played. */
export function playEngines() {
  workers = [];
  Object.assign(globalThis, { Worker: FakeWorker });
}

/** @returns {FakeWorker} the one opened last */
export function newest() {
  const worker = workers.at(-1);
  if (!worker) throw new Error("no worker was opened");
  return worker;
}

/** @returns {any} settings of a little run */
export function settingsOf(more = {}) {
  return {
    engine: "cpu",
    source: { kind: "text", documents: ["a little text"] },
    tokenizer: { kind: "chars" },
    model: { n_layer: 1, n_head: 1, n_embd: 16, block_size: 8, position: "rotary" },
    train: { batch_size: 1, steps: 100, learning_rate: 0.01, warmup_steps: 1, seed: 1 },
    sample: { prompt: "a", length: 1, sampling: {} },
    ...more,
  };
}
