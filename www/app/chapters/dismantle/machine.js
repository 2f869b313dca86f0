// The model as a train: a wagon for each layer, its heads as round windows and its MLP as a crate. Each is a
// switch. The locomotive carries what comes next.

import { h, setAttributes, setText } from "../../parts/dom.js";
import { nameOfPart } from "./parts_off.js";
import { visible } from "../../parts/characters.js";

/** @typedef {import("./parts_off.js").PartName} PartName */
/** @typedef {import("../../state/words.js").Words} Words */

/** How far each key moves among the switches. @type {Record<string, number>} */
const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

export class Machine {
  #next = h("bdi", { class: "next-token" });
  #loco = h("div", { class: "loco", "aria-hidden": "true" },
    h("span", { class: "smoke" }), h("span", { class: "boiler" }, this.#next), wheels());
  #wagons = h("div", { class: "wagons" });
  element = h("div", {
    class: "machine", role: "group", id: "machine", "data-label": "dismantle.machine",
    keydown: (event) => this.#pressed(/** @type {KeyboardEvent} */ (event)),
  }, this.#wagons, this.#loco);
  /** @type {Map<PartName, HTMLButtonElement>} */
  #switches = new Map();
  #shape = "";
  #toggle;

  /** @param {(part: PartName) => void} toggle */
  constructor(toggle) {
    this.#toggle = toggle;
  }

  /**
   * @param {{n_layer: number, n_head: number}} model
   * @param {ReadonlySet<PartName>} off
   * @param {Words} words
   */
  draw({ n_layer, n_head }, off, words) {
    const shape = `${n_layer} ${n_head} ${words.language}`;
    if (shape !== this.#shape) this.#build(n_layer, n_head, words);
    this.#shape = shape;
    for (const [part, element] of this.#switches) {
      const [kind, layer] = part.split(" ");
      const isWithLayer = kind !== "layer" && off.has(`layer ${layer}`);
      setAttributes(element, { "aria-checked": String(!off.has(part)), "data-with-layer": isWithLayer });
    }
  }

  /** @param {string} token  that comes next, or "" */
  setNext(token) {
    setText(this.#next, visible(token));
  }

  /**
   * @param {number} layers
   * @param {number} heads
   * @param {Words} words
   */
  #build(layers, heads, words) {
    this.#switches.clear();
    const wagons = Array.from({ length: layers }, (_, layer) => h("div", { class: "wagon" },
      this.#switch(`layer ${layer}`, "roof", words.say("dismantle.layer", { n: layer + 1 }), words),
      h("div", { class: "windows" }, ...Array.from({ length: heads }, (_, head) => (
        this.#switch(`head ${layer} ${head}`, "window", String(head + 1), words)))),
      this.#switch(`mlp ${layer}`, "crate", "MLP", words),
      wheels()));
    const van = h("div", { class: "wagon van" },
      this.#switch("positions", "crate", words.say("dismantle.positions"), words), wheels());
    this.#wagons.replaceChildren(van, ...wagons);
    this.#wagons.style.setProperty("--columns", String(Math.min(4, Math.ceil(heads / 2))));
    this.#rove(this.#switches.values().next().value);
  }

  /**
   * @param {PartName} part
   * @param {string} look
   * @param {string} label
   * @param {Words} words
   */
  #switch(part, look, label, words) {
    const name = nameOfPart(part, words);
    const element = h("button", {
      type: "button", role: "switch", class: `switch ${look}`, "data-part": part,
      "aria-label": name, title: name,
      click: () => this.#toggle(part), focus: () => this.#rove(element),
    }, label);
    this.#switches.set(part, element);
    return element;
  }

  /** One switch at a time is reached by Tab; the arrows lead to the others. @param {Element} [to] */
  #rove(to) {
    for (const element of this.#switches.values()) element.tabIndex = element === to ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const move = KEYS[event.key];
    const all = [...this.#switches.values()];
    const at = all.findIndex((element) => element === document.activeElement);
    if (!move || at < 0) return;
    event.preventDefault();
    all[Math.min(all.length - 1, Math.max(0, at + move))].focus();
  }
}

function wheels() {
  return h("span", { class: "wheels", "aria-hidden": "true" });
}
