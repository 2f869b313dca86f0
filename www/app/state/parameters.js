// Everything that an address can ask for, in one table: that of the page, of a card in an article
// (embed.html), of `<petit-train>` (embed.js hands its attributes on), and of the files of oEmbed
// (tools/share.mjs).

import { CHAPTERS } from "../chapters.js";
import { LANGUAGES, SETTINGS } from "./settings.js";

/** @typedef {import("./settings.js").Setting} Setting */

/**
 * What may be asked for besides the settings of a training. `several`: a list with commas between.
 * @typedef {object} PageOption
 * @property {"chapter"|"lang"|"model"|"theme"|"ground"|"hide"} name
 * @property {"choice"} type
 * @property {readonly string[]} choices
 * @property {string} [default]  where it is not said; without one it depends on the reader, or is nothing
 * @property {boolean} [several]
 *
 * @typedef {Setting|PageOption} Parameter
 */

/** The chapters of which there are cards. */
export const CARDS = CHAPTERS.filter(({ card }) => card.length > 0);

/** What a card can hide besides the parts that its chapter names. */
const PIECES = ["title", "picture", "facts", "settings"];

/** The parts of cards, those of several once. */
const CARD_PARTS = [...new Set(CARDS.flatMap(({ card }) => card))];

/** @type {PageOption} */
const LANG = { name: "lang", type: "choice", choices: LANGUAGES };
/** The model to open with; without it, none. @type {PageOption} */
const MODEL = { name: "model", type: "choice", choices: ["arrival"] };
/** @type {PageOption} */
const THEME = { name: "theme", type: "choice", choices: ["auto", "light", "dark"], default: "auto" };

/** What the address of the page can ask for. @type {readonly Parameter[]} */
export const PAGE_PARAMETERS = [
  { name: "chapter", type: "choice", choices: CHAPTERS.map(({ name }) => name) },
  LANG, MODEL, THEME,
  ...SETTINGS,
];

/** What that of a card can. @type {readonly Parameter[]} */
export const CARD_PARAMETERS = [
  { name: "chapter", type: "choice", choices: CARDS.map(({ name }) => name), default: "train" },
  LANG, MODEL, THEME,
  { name: "ground", type: "choice", choices: ["paper", "transparent"], default: "paper" },
  { name: "hide", type: "choice", several: true, choices: [...PIECES, ...CARD_PARTS] },
  ...SETTINGS.map(forCard),
];

/**
 * A text of the reader's own is in no address.
 * @param {Setting} setting
 * @returns {Setting}
 */
function forCard(setting) {
  if (setting.name !== "text" || setting.type !== "choice") return setting;
  return { ...setting, choices: setting.choices.filter((text) => text !== "own") };
}

/**
 * @param {string} chapter  that has a card
 * @returns {string[]} what a card of it can hide
 */
export function hideable(chapter) {
  const parts = CARDS.find(({ name }) => name === chapter)?.card ?? [];
  return [
    "title", ...(parts.includes("train") ? ["picture", "facts"] : []),
    ...(parts.includes("writer") ? ["settings"] : []), ...(parts.length > 1 ? parts : []),
  ];
}
