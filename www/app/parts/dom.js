// Makes elements. Text only ever goes in as text, so that no words, file or model can become markup.

/**
 * @typedef {Record<string, string|number|boolean|null|undefined|EventListener>} Attributes
 * Names as in HTML; `false`, `null` and `undefined` leave the attribute out; a function listens to the event
 * named.
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node|string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, String(value));
  }
}

/**
 * Sets the text of an element only where it differs: a screen reader announces every change of a live region.
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A button that can be out of use without losing the keyboard's focus, as the `disabled` attribute would make
 * it.
 * @param {Attributes} attributes
 * @param {() => void} press
 * @param {...(Node|string)} children
 */
export function button(attributes, press, ...children) {
  const element = h("button", {
    type: "button", ...attributes,
    click: () => element.getAttribute("aria-disabled") !== "true" && press(),
  }, ...children);
  return element;
}

/**
 * @param {HTMLButtonElement} element
 * @param {boolean} inUse
 */
export function setInUse(element, inUse) {
  setAttributes(element, { "aria-disabled": inUse ? null : "true" });
}

/**
 * @param {string} selector
 * @returns {HTMLElement} what the page is known to have
 */
export function find(selector) {
  const element = /** @type {HTMLElement|null} */ (document.querySelector(selector));
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}
