// Leads the reader to a part of the page, also where what loads on the way moves it.

/** The way has ended once the page has neither moved nor grown for so long. */
const QUIET_MS = 2_500;
/** It takes no longer in any case: something may grow for ever. */
const LONGEST_WAY_MS = 15_000;
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
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let quiet;
  const aim = () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => end.abort(), QUIET_MS);
    toTop(element);
  };
  // Chapters that the way leads past are loaded, and push what is below them down.
  const grown = new ResizeObserver(aim);
  grown.observe(document.body);
  signal.addEventListener("abort", () => grown.disconnect());
  setTimeout(() => end.abort(), LONGEST_WAY_MS);
  for (const sign of SIGNS) addEventListener(sign, () => end.abort(), { signal, passive: true });
  addEventListener("scrollend", aim, { signal });
  aim();
}

/**
 * Smoothly where the style has it so: not for readers who want less motion. In a frame this page alone moves:
 * `scrollIntoView` would move the article around it too.
 * @param {Element} element
 */
function toTop(element) {
  window.scrollTo({ top: scrollY + element.getBoundingClientRect().top - MARGIN });
}
