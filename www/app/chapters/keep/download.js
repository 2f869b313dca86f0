// Hands a file to the browser, which saves it where the reader's downloads are.

import { h } from "../../parts/dom.js";

/** How long a browser may take to begin with it, in milliseconds. */
const PATIENCE = 60_000;

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
}

/**
 * What it is, of which step and day: `petit-train_contes-fr_pas-1240_2026-11-25.zip`.
 * @param {readonly string[]} parts
 * @param {string} ending
 * @returns {string} with nothing in it that a file system refuses
 */
export function fileName(parts, ending) {
  const day = new Date();
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((number) => String(number).padStart(2, "0")).join("-");
  const plain = [...parts, date].map((part) => part.normalize("NFC").replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "").slice(0, 60)).filter((part) => part !== "");
  return `${["petit-train", ...plain].join("_")}${ending}`;
}
