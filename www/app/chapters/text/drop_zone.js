// Whatever is dropped anywhere on the page: files and folders are taken; nothing else may open in place of
// the page, which would end the training.

/**
 * A drag that says nothing for so long (milliseconds) has left the page: while it is over it, it speaks every
 * 350 at most.
 */
const SILENCE = 800;

/**
 * @param {Element} marked  has the class `dropping` while files are dragged over the page
 * @param {(transfer: DataTransfer) => void} take  told of dropped files, while the event is handled
 */
export function acceptDrops(marked, take) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let silence;
  const ended = () => {
    clearTimeout(silence);
    marked.classList.remove("dropping");
  };
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) {
      marked.classList.add("dropping");
      clearTimeout(silence);
      silence = setTimeout(ended, SILENCE);
    } else if (isEditable(event.target)) {
      return; // Text and links are inserted there by the browser.
    } else if (event.dataTransfer) {
      event.dataTransfer.dropEffect = "none";
    }
    event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    ended();
    if (!carriesFiles(event) && isEditable(event.target)) return;
    event.preventDefault();
    if (carriesFiles(event) && event.dataTransfer) take(event.dataTransfer);
  });
}

/** @param {DragEvent} event */
function carriesFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** @param {EventTarget|null} target */
function isEditable(target) {
  return target instanceof Element && target.closest("textarea, input, [contenteditable]") !== null;
}
