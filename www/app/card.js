// Starts a card: one chapter of the page in the frame of an article (embed.html). What shows at first is
// small; the chapter itself comes once the reader opens it, and nothing is computed before.

import { openedBefore } from "./card/memory.js";
import { tellHeight } from "./card/host.js";
import { button, find, h, setAttributes, setInUse, setText } from "./parts/dom.js";
import { LittleTrain } from "./parts/little_train.js";
import { useTheme } from "./parts/theme.js";
import { readCardAddress } from "./state/card_address.js";
import { CARDS } from "./state/parameters.js";
import { addressHash } from "./state/url.js";
import { Words, readersLanguage } from "./state/words.js";

/** @typedef {import("./state/url.js").Address} Address */

/**
 * @typedef {object} Card
 * @property {Address} address
 * @property {import("./chapters.js").Chapter} chapter
 * @property {Words} words
 * @property {HTMLElement} place   where its chapter stands
 * @property {HTMLAnchorElement} link  to the whole page
 */

async function start() {
  const address = readCardAddress(location);
  look(address);
  const chapter = CARDS.find(({ name }) => name === address.chapter)
    ?? /** @type {Card["chapter"]} */ (CARDS.find(({ name }) => name === "train"));
  const language = address.language ?? readersLanguage();
  const words = new Words(language);
  await words.include("../words/card.");
  document.documentElement.lang = language;

  const title = chapter.title[language];
  document.title = `${title} · Petit Train`;
  const place = h("div", { id: "place" });
  const link = wholePage(addressHash(address.settings, language, chapter.name, "", address.theme));
  link.textContent = words.say("card.whole_page");
  const sheet = h("div", { id: "sheet" }, h("h1", { id: "card-title" }, title), place,
    h("footer", {}, link, ...addressInWords(link)));
  const card = find("#card");
  setAttributes(card, { "aria-labelledby": "card-title", "data-chapter": chapter.name });
  customElements.define("little-train", LittleTrain);
  place.append(...closed({ address, chapter, words, place, link }));
  card.replaceChildren(sheet);
  document.body.classList.add("started");
  tellHeight(card, sheet);
  addEventListener("hashchange", () => follow(address));
}

/**
 * What shows until the reader opens the card.
 * @param {Card} card
 * @returns {Node[]}
 */
function closed(card) {
  const { address, chapter: { name }, words } = card;
  const train = document.createElement("little-train");
  setAttributes(train, { class: "hero", progress: 0.62 });
  const told = h("p", { class: "note", id: "card-status", role: "status" });
  /** @type {HTMLButtonElement[]} */
  const buttons = [];
  const open = async (/** @type {string|null} */ kept) => {
    for (const element of buttons) setInUse(element, false);
    setText(told, words.say("card.loading"));
    try {
      const { bringToLife } = await import("./card/live.js");
      await bringToLife(card, kept);
    } catch (error) {
      console.warn("petit-train: the card could not be loaded.", error);
      setText(told, words.say("card.failed"));
      for (const element of buttons) setInUse(element, true);
    }
  };
  const kept = openedBefore(card);
  if (kept) buttons.push(button({ id: "go-on-card" }, () => open(kept), words.say("card.go_on")));
  buttons.push(button({ id: "open-card" }, () => open(null), words.say(`card.${name}.open`)));
  buttons[0].classList.add("primary");
  if (address.refused.length > 0) tellRefusals(card);
  addEventListener("pointerover", prepare, { once: true });
  addEventListener("focusin", prepare, { once: true });
  return [h("p", { class: "about" }, words.say(`card.${name}.about`)),
    h("div", { class: "row buttons" }, ...buttons), told, train];
}

/** The reader is near: what the card is made of, without an engine, is fetched. */
function prepare() {
  import("./card/live.js").catch(() => {
    // Told when the reader opens the card.
  });
}

/**
 * Says what of the address could not be taken, as the page does; the words for it are rarely needed.
 * @param {Card} card
 */
async function tellRefusals({ address, words, place }) {
  const { refusalSentences } = await import("./card/refusals.js");
  const sentences = await refusalSentences(address, words);
  place.after(h("ul", { class: "notice", id: "address-notice" },
    ...sentences.map((sentence) => h("li", {}, sentence))));
}

/**
 * @param {string} hash
 * @returns {HTMLAnchorElement}
 */
function wholePage(hash) {
  return h("a", { id: "whole-page", href: new URL(`./${hash}`, location.href).href, target: "_blank",
    rel: "noopener" });
}

/**
 * A sandboxed frame may not open a tab: there the address is said too, to be copied.
 * @param {HTMLAnchorElement} link
 * @returns {Node[]}
 */
function addressInWords(link) {
  return origin === "null" ? [h("span", { class: "note" }, link.href)] : [];
}

/**
 * What embed.js changes in the address of a frame comes as another hash: another look is taken at once, and
 * anything else is another card.
 * @param {Address} before
 */
function follow(before) {
  const address = readCardAddress(location);
  look(address);
  const [was, is] = [before, address].map(({ theme: _theme, ground: _ground, ...more }) => more);
  if (JSON.stringify(was) !== JSON.stringify(is)) location.reload();
}

/** @param {Address} address */
function look({ theme, ground, hide }) {
  useTheme(theme);
  setAttributes(document.documentElement, { "data-ground": ground, "data-hide": hide.join(" ") || null });
}

// Uncaught, it is heard and told by opening.js.
start().catch((error) => setTimeout(() => { throw error; }));
