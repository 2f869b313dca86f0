// From the bytes of a file to its text: how they are encoded is told by a mark (BOM), or found out from the
// bytes.

/**
 * `utf-8-damaged` is UTF-8 with some bytes that cannot be read, each shown as U+FFFD.
 * @typedef {"utf-8"|"utf-8-damaged"|"utf-16le"|"utf-16be"|"windows-1252"} Encoding
 * @typedef {{text: string, encoding: Encoding}} Decoded
 */

/** @type {readonly {encoding: Encoding, bytes: readonly number[]}[]} */
const MARKS = [
  { encoding: "utf-8", bytes: [0xef, 0xbb, 0xbf] },
  { encoding: "utf-16le", bytes: [0xff, 0xfe] },
  { encoding: "utf-16be", bytes: [0xfe, 0xff] },
];

/** How the files that people take for texts begin. @type {readonly {format: string, start: string}[]} */
const FORMATS = [
  { format: "PDF", start: "%PDF-" },
  { format: "RTF", start: "{\\rtf" },
  { format: "Word", start: "\xd0\xcf\x11\xe0" },
];

/**
 * What begins with the mark of a ZIP archive, by the end of its name.
 * @type {Readonly<Record<string, string>>}
 */
const ARCHIVES = {
  docx: "Word", odt: "OpenDocument", epub: "EPUB", pages: "Pages", xlsx: "Excel", pptx: "PowerPoint",
};

/** Beyond this share of control characters, bytes are no text. */
const MAX_CONTROL_SHARE = 0.005;
/** Characters in which they are counted. */
const SAMPLE = 100_000;
/** All but tab, line ends, page break, and what ended a file in DOS. */
const CONTROL = /[\u0000-\u0008\u000e-\u0019\u001b-\u001f\u007f-\u009f]/g;

/**
 * @param {Uint8Array} bytes
 * @returns {Decoded|null}  null where they are no text; a mark is left out
 */
export function decode(bytes) {
  const decoded = decodeMarked(bytes)
    ?? (bytes.includes(0) ? decodeUtf16(bytes) : decodeUtf8(bytes) ?? decodeWindows1252(bytes));
  return decoded && isText(decoded.text) ? decoded : null;
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name  of the file
 * @returns {string|null}  the name of a format that people take for text and that is none, if it is one
 */
export function documentFormat(bytes, name) {
  const start = read("windows-1252", bytes.subarray(0, 8));
  const known = FORMATS.find((format) => start.startsWith(read("windows-1252", latin1(format.start))));
  if (known) return known.format;
  if (!start.startsWith("PK\u0003\u0004")) return null;
  return ARCHIVES[name.toLowerCase().split(".").at(-1) ?? ""] ?? "ZIP";
}

/**
 * @param {Uint8Array} bytes
 * @returns {Decoded|null}  null without a mark
 */
function decodeMarked(bytes) {
  const mark = MARKS.find((candidate) => candidate.bytes.every((byte, index) => bytes[index] === byte));
  if (!mark) return null;
  const text = read(mark.encoding, bytes);
  const isDamaged = mark.encoding === "utf-8" && text.includes("\ufffd");
  return { text, encoding: isDamaged ? "utf-8-damaged" : mark.encoding };
}

/**
 * @param {Uint8Array} bytes
 * @returns {Decoded|null}  null where most of what is not ASCII cannot be read as UTF-8
 */
function decodeUtf8(bytes) {
  const text = read("utf-8", bytes);
  if (!text.includes("\ufffd")) return { text, encoding: "utf-8" };
  const damaged = text.split("\ufffd").length - 1;
  const beyondAscii = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return beyondAscii - damaged > damaged ? { text, encoding: "utf-8-damaged" } : null;
}

/**
 * Any bytes can be read so.
 * @param {Uint8Array} bytes
 * @returns {Decoded}
 */
function decodeWindows1252(bytes) {
  return { text: read("windows-1252", bytes), encoding: "windows-1252" };
}

/**
 * Tells the two orders apart by what they would say. Only bytes with a zero among them are worth the
 * question: all but the shortest texts have a space, a line end or a letter of ASCII.
 * @param {Uint8Array} bytes
 * @returns {Decoded|null}
 */
function decodeUtf16(bytes) {
  if (bytes.length % 2 === 1) return null;
  const candidates = /** @type {const} */ (["utf-16le", "utf-16be"])
    .map((encoding) => ({ text: read(encoding, bytes), encoding }))
    .filter(({ text }) => !/[\0\ufffd\p{Cn}\p{Co}]/u.test(text))
    .sort((a, b) => countUsual(b.text) - countUsual(a.text));
  return candidates[0] ?? null;
}

/**
 * @param {string} text
 * @returns {number} its characters of ASCII, and spaces and stops of Chinese and Japanese
 */
function countUsual(text) {
  return text.match(/[\n -~\u3000-\u3002]/g)?.length ?? 0;
}

/** @param {string} text */
function isText(text) {
  const sample = text.slice(0, SAMPLE);
  return !text.includes("\0") && (sample.match(CONTROL)?.length ?? 0) <= MAX_CONTROL_SHARE * sample.length;
}

/**
 * @param {string} encoding
 * @param {Uint8Array} bytes
 */
function read(encoding, bytes) {
  return new TextDecoder(encoding).decode(bytes);
}

/** @param {string} text */
function latin1(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
