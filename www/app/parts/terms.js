// Words that name a term of the field, written `[word](term)`: the word becomes a button, and its sentence,
// the words `glossary.<term>`, opens at the end of the paragraph.

import { h, setAttributes } from "./dom.js";

const TERM = /\[([^\]]+)\]\((\w+)\)/g;

/** What elements say, as it was written. @type {WeakMap<Element, string>} */
const written = new WeakMap();
let made = 0;

/**
 * Sets the text of an element, with its terms, where it differs.
 * @param {Element} element
 * @param {string} text
 * @param {import("../state/words.js").Words} words
 */
export function setWords(element, text, words) {
  if (written.get(element) === text && element.hasChildNodes()) return;
  written.set(element, text);
  /** @type {(Node|string)[]} */
  const line = [];
  const definitions = [];
  let end = 0;
  for (const { index, 0: whole, 1: word, 2: term } of text.matchAll(TERM)) {
    const definition = h("span", {
      class: "definition", id: `definition-${made += 1}`, role: "note", hidden: true,
    }, words.say(`glossary.${term}`));
    definitions.push(definition);
    line.push(text.slice(end, index), h("dfn", {}, termButton(word, definition)));
    end = index + whole.length;
  }
  element.replaceChildren(...line, text.slice(end), ...definitions);
}

/**
 * @param {string} word
 * @param {HTMLElement} definition
 */
function termButton(word, definition) {
  const show = (/** @type {boolean} */ shown) => {
    definition.hidden = !shown;
    setAttributes(element, { "aria-expanded": String(shown) });
  };
  const element = h("button", {
    type: "button", class: "term", "aria-expanded": "false", "aria-controls": definition.id,
    click: () => show(definition.hidden === true),
    keydown: (event) => /** @type {KeyboardEvent} */ (event).key === "Escape" && show(false),
  }, word);
  return element;
}
