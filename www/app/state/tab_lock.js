// Which tab has a training: two that saved the same one would take turns in overwriting each other.

/** The part of the Web Locks API that is used here. @typedef {Pick<LockManager, "request">} Locks */

/**
 * Takes the training for this tab, until it is released or the tab ends. Where the browser has no locks, as
 * over http, every tab gets it; what one of them has saved is safe even so (`Shelf.save`).
 * @param {string} id  of the training
 * @param {Locks|undefined} [locks]
 * @returns {Promise<(() => void)|null>} releases it; none where another tab has it
 */
export function lockTraining(id, locks = globalThis.navigator?.locks) {
  return new Promise((resolve) => {
    const without = () => resolve(() => {});
    if (!locks) return without();
    locks.request(`petit-train.training.${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((end) => resolve(() => end(undefined)));
    }).catch(without);
  });
}
