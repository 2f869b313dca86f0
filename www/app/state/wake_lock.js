// Keeps the screen on while a model is trained: a device that goes to sleep trains nothing.

/**
 * The parts of `navigator` that are used here. Browsers without the Screen Wake Lock API, frames that may not
 * use it and devices that are low on power go without.
 * @typedef {object} Device
 * @property {{request(type: "screen"): Promise<{release(): Promise<void>}>}} [wakeLock]
 * @property {{query(what: {name: any}): Promise<{state: string}>}} [permissions]
 */

export class WakeLock {
  #device;
  #wanted = false;
  /** The lock held, or being asked for. @type {Promise<{release(): Promise<void>}|null>|null} */
  #held = null;

  /** @param {Device} device  `navigator` */
  constructor(device) {
    this.#device = device;
  }

  /** @param {boolean} wanted  whether the screen is to stay on from now on */
  want(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#acquire();
    else this.#release();
  }

  /** To be called when the page is seen again: the browser has taken the lock away while it was hidden. */
  seen() {
    if (this.#wanted) this.#acquire();
  }

  #acquire() {
    this.#release();
    this.#held = this.#request().catch(() => null);
  }

  async #request() {
    if (!this.#device.wakeLock || !(await this.#isAllowed())) return null;
    return this.#device.wakeLock.request("screen");
  }

  /** Asked first: where a frame may not lock, Chromium reports a request in the console as an error. */
  async #isAllowed() {
    try {
      return (await this.#device.permissions?.query({ name: "screen-wake-lock" }))?.state !== "denied";
    } catch {
      return true; // Safari does not know the name.
    }
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    held?.then((lock) => lock?.release()).catch(() => {});
  }
}
