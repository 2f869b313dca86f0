// Pairs of words that belong together, each with the head that connects it most; one touch shows that head.

import { button, h } from "./dom.js";

/** @typedef {import("../engine/protocol.js").Connection} Connection */

export class ConnectionList {
  #list = h("ul", { class: "connections" });
  element = h("div", { id: "connections" }, h("h3", { "data-words": "attention.links" }),
    h("p", { class: "note", "data-words": "attention.links_intro" }), this.#list);
  #choose;

  /** @param {(connection: Connection) => void} choose */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {NonNullable<import("../state/app_state.js").AppState["seen"]>} seen
   * @param {number} blockSize
   * @param {import("../state/words.js").Words} words
   */
  draw({ text, links, inspection }, blockSize, words) {
    this.element.hidden = links.length === 0;
    this.#list.replaceChildren(...links.map(({ from, to }, index) => {
      const [earlier, later] = from.start < to.start ? [from, to] : [to, from];
      const pair = words.say("attention.link", { from: text.slice(later.start, later.end), to: text.slice(earlier.start, earlier.end) });
      const connection = inspection.connections[index];
      if (!connection) return h("li", {}, h("span", {}, pair), h("span", { class: "note" }, words.say("attention.link_unseen", { block_size: blockSize })));
      const { layer, head, share } = connection;
      return h("li", { "data-share": share }, button({ class: "quiet" }, () => this.#choose(connection),
        h("span", {}, pair), h("span", { class: "note" }, words.say("attention.link_head", { layer: layer + 1, head: head + 1, share: words.percent(share) }))));
    }));
  }
}
