// Leads the reader to a part of the page, also where what loads on the way moves it.

/** A smooth scroll, and what loads meanwhile, take no longer. */
const LONGEST_WAY_MS = 2500;
/** Above what is scrolled to, in pixels. */
const MARGIN = 16;
/** What a reader does who wants to be elsewhere. */
const SIGNS = ["wheel", "touchstart", "keydown", "pointerdown"];

/** Leads to the train, where the keyboard then pauses and stops the training. */
export function leadToTrain() {
  scrollTo(document.querySelector("train-controls"));
  document.getElementById("train")?.focus({ preventScroll: true });
}

/** Leads to what a model writes, once that chapter is there; the keyboard then stops the writing. */
export async function leadToWriter() {
  if (!customElements.get("text-writer")) {
    // It is loaded when it is near.
    scrollTo(document.getElementById("write-chapter"));
    await customElements.whenDefined("text-writer");
  }
  const button = document.getElementById("generate");
  scrollTo(button);
  button?.focus({ preventScroll: true });
}

/** @param {Element|null} element */
export function scrollTo(element) {
  if (!element) return;
  const end = new AbortController();
  const { signal } = end;
  setTimeout(() => end.abort(), LONGEST_WAY_MS);
  for (const sign of SIGNS) addEventListener(sign, () => end.abort(), { signal, passive: true });
  addEventListener("scrollend", () => toTop(element), { signal });
  toTop(element);
}

/**
 * Smoothly where the style has it so: not for readers who want less motion. In a frame this page alone moves:
 * `scrollIntoView` would move the article around it too.
 * @param {Element} element
 */
function toTop(element) {
  window.scrollTo({ top: scrollY + element.getBoundingClientRect().top - MARGIN });
}
