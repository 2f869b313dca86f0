// Prints one part of the page, and nothing else of it.

/** Of the part, and of the page around it. */
const PRINTED = "print-only";
const PRINTING = "prints-a-part";

/**
 * Opens what is folded around it, prints it, and folds it again. The style sheet hides whatever neither holds
 * the part nor is in it.
 * @param {HTMLElement} part
 */
export function printOnly(part) {
  const folded = part.closest("details");
  const wasOpen = folded?.open ?? true;
  if (folded) folded.open = true;
  document.body.classList.add(PRINTING);
  part.classList.add(PRINTED);
  const after = () => {
    document.body.classList.remove(PRINTING);
    part.classList.remove(PRINTED);
    if (folded) folded.open = wasOpen;
  };
  addEventListener("afterprint", after, { once: true });
  window.print();
}
