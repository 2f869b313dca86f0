// What the browser may remember between visits. In a frame of another origin every access can throw: then it
// is forgotten.

/** The key of whether something was on the shelf when this browser looked last: "yes" or "no". */
export const SOMETHING_KEPT = "something-kept";

/**
 * @param {string} key
 * @returns {string|null}
 */
export function recall(key) {
  try {
    return localStorage.getItem(`petit-train.${key}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(`petit-train.${key}`, value);
  } catch {
    // Nothing to do: the choice holds for this visit.
  }
}
