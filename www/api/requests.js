// What has been asked of a worker and is not answered in full yet. Each request has an id, which its answers
// carry.

import { EngineFailure } from "./failure.js";
import { Queue } from "./queue.js";

/**
 * @typedef {import("./messages.js").Event} Event
 * @typedef {Extract<Event, {type: "begun"|"piece"|"answer"|"saved"}>} Reply
 * @typedef {import("./worker_wire.js").Order} Order
 * @typedef {Extract<Order, {type: "ask"|"write"|"save"}>} Asked
 * @typedef {Asked extends infer A ? A extends Asked ? Omit<A, "id"> : never : never} Request
 */

export class Requests {
  #post;
  #ids = 0;
  /** @type {Map<number, Queue<Reply>>} */
  #open = new Map();
  /** Why nothing can be asked any more. @type {EngineFailure|null} */
  #over = null;

  /** @param {(order: Order) => void} post  sends to the worker */
  constructor(post) {
    this.#post = post;
  }

  /**
   * Sends a request. A consumer that leaves the iteration, or aborts, before the last reply withdraws it.
   * @param {Request} request
   * @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<Reply, void>} its replies as they come, up to and with the last one
   * @throws {EngineFailure} what the engine refuses it with; or the signal's reason
   */
  async *send(request, signal) {
    if (this.#over) throw this.#over;
    signal?.throwIfAborted();
    const id = ++this.#ids;
    /** @type {Queue<Reply>} */
    const replies = new Queue();
    const abort = () => replies.fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#open.set(id, replies);
    try {
      this.#post(/** @type {Order} */ ({ ...request, id }));
      for (;;) {
        const reply = await replies.next();
        if (!reply) return;
        if (isLast(reply)) this.#open.delete(id);
        yield reply;
        if (isLast(reply)) return;
      }
    } finally {
      signal?.removeEventListener("abort", abort);
      if (this.#open.delete(id)) this.#post({ type: "cancel", id });
    }
  }

  /** @param {Reply} reply  dropped where its request is not open any more */
  hear(reply) {
    this.#open.get(reply.id)?.push(reply);
  }

  /**
   * @param {number} id
   * @param {EngineFailure} failure  of that request alone
   */
  refuse(id, failure) {
    this.#open.get(id)?.fail(failure);
    this.#open.delete(id);
  }

  /** @param {EngineFailure} failure  the end of all requests, those to come included */
  end(failure) {
    this.#over = failure;
    for (const replies of this.#open.values()) replies.fail(failure);
    this.#open.clear();
  }
}

/** @param {Reply} reply */
function isLast(reply) {
  return reply.type === "piece" ? reply.done !== null : reply.type !== "begun";
}
