// The files that the reader opens or drops, those in dropped folders too: found here, read elsewhere.

import { TextRefused } from "./text.js";

/** Files of a folder that are looked at. */
const MAX_FILES = 2000;

/**
 * A file by its path in what was dropped or opened.
 * @typedef {{path: string, open: () => Promise<File>}} FoundFile
 */

/**
 * @param {Iterable<File>} files
 * @returns {FoundFile[]}
 */
export function openedFiles(files) {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, open: async () => file }));
}

/**
 * The files of a drop, those in its folders too. What was dropped must be asked for while the event is
 * handled, so this must be called then.
 * @param {DataTransfer} transfer
 * @returns {Promise<FoundFile[]>}
 */
export async function droppedFiles(transfer) {
  const dropped = [...transfer.items].filter(({ kind }) => kind === "file")
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  /** @type {FoundFile[]} */
  const found = [];
  for (const { entry, file } of dropped) {
    if (entry) await collect(entry, found);
    else if (file) found.push(...openedFiles([file]));
  }
  return found;
}

/**
 * @param {FileSystemEntry} entry
 * @param {FoundFile[]} found  gets the files at and below the entry; hidden ones are left out
 */
async function collect(entry, found) {
  if (found.length >= MAX_FILES) throw new TextRefused("too_many_files", { max: MAX_FILES });
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    const open = () => new Promise((resolve, reject) => file.file(resolve, reject));
    found.push({ path: entry.fullPath.slice(1), open });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const readSome = () => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  try {
    // A reader hands out a hundred at a time, and none at the end.
    for (let some = await readSome(); some.length > 0; some = await readSome()) {
      for (const child of some) if (!child.name.startsWith(".")) await collect(child, found);
    }
  } catch (error) {
    if (error instanceof TextRefused) throw error;
    throw new TextRefused("text_unreadable", { file: entry.name });
  }
}
