// Makes pasted links to the page become cards: Open Graph for messengers and social networks, oEmbed for
// WordPress, Ghost and others. `node tools/share.mjs FOLDER ADDRESS` does it to a built page, which need not
// know its own address for anything else; here addresses must be whole.
//
// A static host cannot answer the questions of oEmbed (`?url=…&maxwidth=…`), so there is no endpoint: each
// chapter has, in each language, a page `share/CHAPTER.LANGUAGE.html`, whose head names its answer, a file. A
// reader who opens it is led on to the chapter; `maxwidth` has no effect.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { HEIGHTS, SNIPPETS, escaped } from "../www/app/chapters/embed/snippets.js";
import { cardParameters } from "../www/app/state/card_address.js";
import { CARDS } from "../www/app/state/parameters.js";
import { LANGUAGES } from "../www/app/state/settings.js";
import { addressHash } from "../www/app/state/url.js";

/** @typedef {import("../www/app/state/settings.js").Language} Language */
/** @typedef {import("../www/app/chapters.js").Chapter} Chapter */

/** Of the cards that HEIGHTS are of. */
const WIDTH = 600;
const PICTURE = { file: "style/share.png", width: 1200, height: 630 };
/** Where the page's head takes its own. */
const END_OF_HEAD = "</head>";

/**
 * @param {string} folder   the built page
 * @param {string} address  that it will have
 */
export async function share(folder, address) {
  const base = new URL(address.endsWith("/") ? address : `${address}/`).href;
  await mkdir(join(folder, "share"), { recursive: true });
  for (const language of LANGUAGES) {
    const words = await wordsOf(folder, language);
    for (const chapter of CARDS) {
      await shareChapter(folder, base, chapter, language, words.card[chapter.name].about);
    }
  }
  const { header } = await wordsOf(folder, "fr");
  const html = await readFile(join(folder, "index.html"), "utf8");
  const head = headOf({
    base, url: base, title: header.page_title, about: header.lead, language: "fr",
    answer: "share/train.fr.json",
  });
  await writeFile(join(folder, "index.html"), html.replace(END_OF_HEAD, `${head}\n${END_OF_HEAD}`));
}

/**
 * @param {string} folder
 * @param {string} base
 * @param {Chapter} chapter
 * @param {Language} language
 * @param {string} about
 */
async function shareChapter(folder, base, { name, title: titles }, language, about) {
  const title = `${titles[language]} · Petit Train`;
  const place = `share/${name}.${language}`;
  const hash = addressHash({}, language, name, "");
  const parameters = cardParameters({}, language, name);
  const html = SNIPPETS.frame({ base, title: titles[language], parameters, hash, height: HEIGHTS[name] });
  await writeFile(join(folder, `${place}.json`), JSON.stringify({
    version: "1.0", type: "rich", provider_name: "Petit Train", provider_url: base, title,
    width: WIDTH, height: HEIGHTS[name], html: html.replace('width="100%"', `width="${WIDTH}"`),
    thumbnail_url: base + PICTURE.file, thumbnail_width: PICTURE.width, thumbnail_height: PICTURE.height,
  }));
  const head = headOf({ base, url: `${base}${place}.html`, title, about, language, answer: `${place}.json` });
  await writeFile(join(folder, `${place}.html`), `<!doctype html>
<html lang="${language}">
<head>
  <meta charset="utf-8">
  <title>${escaped(title)}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="icon" href="../style/icon.svg" type="image/svg+xml">
  <meta http-equiv="refresh" content="0; url=../${escaped(hash)}">
${head}
</head>
<body><p><a href="../${escaped(hash)}">${escaped(title)}</a></p></body>
</html>
`);
}

/**
 * @param {{base: string, url: string, title: string, about: string, language: Language, answer: string}} page
 *   `answer`: the file of oEmbed
 */
function headOf({ base, url, title, about, language, answer }) {
  const locale = { fr: "fr_FR", en: "en_GB" }[language];
  const image = `${base}${PICTURE.file}`;
  const graph = {
    "og:type": "website", "og:site_name": "Petit Train", "og:url": url, "og:title": title,
    "og:description": about, "og:locale": locale, "og:image": image,
    "og:image:width": String(PICTURE.width), "og:image:height": String(PICTURE.height),
  };
  return [
    `<link rel="alternate" type="application/json+oembed" href="${escaped(base + answer)}"`
      + ` title="${escaped(title)}">`,
    ...Object.entries(graph).map(([name, content]) =>
      `<meta property="${name}" content="${escaped(content)}">`),
    '<meta name="twitter:card" content="summary_large_image">',
  ].map((line) => `  ${line}`).join("\n");
}

/**
 * @param {string} folder
 * @param {Language} language
 */
async function wordsOf(folder, language) {
  const read = async (/** @type {string} */ name) =>
    JSON.parse(await readFile(join(folder, `app/words/${name}${language}.json`), "utf8"));
  return { ...await read(""), ...await read("card.") };
}

const [, script = "", folder, address] = process.argv;
if (folder && address && import.meta.url === pathToFileURL(script).href) await share(folder, address);
