// What an author copies: a frame, an element, a link.

/**
 * @typedef {object} Snippet
 * @property {string} base     the address of the page's folder
 * @property {string} title
 * @property {URLSearchParams} parameters  of the card's address
 * @property {string} hash     of the page's address
 * @property {number} height   that the card needs, in pixels
 */

/** What cards 600 px wide need (style/card.css; a browser test compares). @type {Record<string, number>} */
export const HEIGHTS = { text: 454, tokens: 781, train: 776, write: 803, attention: 886, keep: 726 };

/** How each is written. @type {Record<"frame"|"element"|"link"|"markdown", (snippet: Snippet) => string>} */
export const SNIPPETS = { frame, element, link, markdown };

/**
 * A bare frame, which every host lets through. Without a style of its host, or a script, it has no border,
 * and is as high as it needs to be.
 * @param {Snippet} snippet
 */
function frame({ base, title, parameters, height }) {
  const attributes = {
    src: cardAddress(base, parameters), title: `Petit Train · ${title}`,
    width: "100%", height: String(height), frameborder: "0", loading: "lazy",
    allow: "screen-wake-lock; fullscreen; clipboard-write",
    // Where it differs from the card's, the browser paints a ground below it.
    style: `color-scheme: ${schemeOf(parameters)}`,
  };
  return `<iframe ${written(attributes)}></iframe>`;
}

/** @param {Snippet} snippet */
function element({ base, title, parameters, height }) {
  const asked = [...parameters].map(([name, value]) => [name.replaceAll("_", "-"), value]);
  const attributes = {
    ...Object.fromEntries(asked), title: `Petit Train · ${title}`, height: String(height),
    // Its place, until the script has run.
    style: `display: block; min-height: ${height}px`,
  };
  return `<script async ${written({ src: `${base}embed.js` })}></script>
<petit-train ${written(attributes)}></petit-train>`;
}

/** @param {Snippet} snippet */
function link({ base, hash }) {
  return base + hash;
}

/** @param {Snippet} snippet */
function markdown({ base, title, hash }) {
  return `[Petit Train · ${title}](${base}${hash})`;
}

/**
 * @param {string} base
 * @param {URLSearchParams} parameters
 */
export function cardAddress(base, parameters) {
  // A comma needs no other writing, and is read more easily.
  return `${base}embed.html?${String(parameters).replaceAll("%2C", ",")}`;
}

/** @param {URLSearchParams} parameters */
function schemeOf(parameters) {
  const theme = parameters.get("theme") ?? "auto";
  return theme === "auto" ? "light dark" : theme;
}

/** @param {Record<string, string>} attributes @returns {string} as HTML */
function written(attributes) {
  return Object.entries(attributes).map(([name, value]) => `${name}="${escaped(value)}"`).join(" ");
}

/** @param {string} text @returns {string} as HTML */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
