// Holds the page's state and tells the views, at most once a frame, that it changed.

/** @template {object} State */
export class Store {
  /** @type {State} */
  #state;
  /** @type {Set<(state: State) => void>} */
  #listeners = new Set();
  #scheduled = false;

  /** @param {State} initial */
  constructor(initial) {
    this.#state = initial;
  }

  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    this.#state = { ...this.#state, ...change };
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      for (const listener of this.#listeners) this.#tell(listener);
    });
  }

  /**
   * @param {(state: State) => void} listener
   * @returns {() => void} ends the subscription
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A listener that throws is a bug, which the console is told of; those after it are told all the same.
   * @param {(state: State) => void} listener
   */
  #tell(listener) {
    try {
      listener(this.#state);
    } catch (error) {
      reportError(error);
    }
  }
}
