// Pairs of words that belong together, each with the head that connects it most; one touch shows that head.

import { isolate } from "../../parts/characters.js";
import { button, h, setAttributes, setInUse, setText } from "../../parts/dom.js";

/** @typedef {import("../../../api/messages.js").Connection} Connection */
/** @typedef {NonNullable<import("../../state/app_state.js").AppState["seen"]>} Seen */
/** @typedef {import("../../state/words.js").Words} Words */

export class ConnectionList {
  #list = h("ul", { class: "connections", translate: "no" });
  element = h("div", { id: "connections" }, h("h3", { "data-words": "attention.links" }),
    h("p", { class: "note", "data-words": "attention.links_intro" }), this.#list);
  /** One a pair. @type {PairRow[]} */
  #rows = [];
  #choose;

  /** @param {(connection: Connection) => void} choose */
  constructor(choose) {
    this.#choose = choose;
  }

  /**
   * @param {Seen} seen
   * @param {number} blockSize
   * @param {Words} words
   */
  draw({ text, links, inspection }, blockSize, words) {
    this.element.hidden = links.length === 0;
    // Rows stay from one refresh to the next: one of them may have the focus.
    while (this.#rows.length < links.length) {
      const row = new PairRow(this.#choose);
      this.#rows.push(row);
      this.#list.append(row.element);
    }
    for (const row of this.#rows.splice(links.length)) row.element.remove();
    links.forEach(({ from, to }, index) => {
      const [earlier, later] = from.start < to.start ? [from, to] : [to, from];
      const pair = words.say("attention.link", {
        from: isolate(text.slice(later.start, later.end)),
        to: isolate(text.slice(earlier.start, earlier.end)),
      });
      this.#rows[index].draw(pair, inspection.connections[index] ?? null, blockSize, words);
    });
  }
}

class PairRow {
  #pair = h("span");
  #where = h("span", { class: "note" });
  /** @type {Connection|null} */
  #connection = null;
  #button;

  /** @param {(connection: Connection) => void} choose */
  constructor(choose) {
    const press = () => this.#connection && choose(this.#connection);
    this.#button = button({ class: "quiet" }, press, this.#pair, this.#where);
    this.element = h("li", {}, this.#button);
  }

  /**
   * @param {string} pair
   * @param {Connection|null} connection  none where the model does not see both words
   * @param {number} blockSize
   * @param {Words} words
   */
  draw(pair, connection, blockSize, words) {
    this.#connection = connection;
    setText(this.#pair, pair);
    setText(this.#where, connection
      ? words.say("attention.link_head", {
        layer: connection.layer + 1, head: connection.head + 1, share: words.percent(connection.share),
      })
      : words.say("attention.link_unseen", { block_size: blockSize }));
    setInUse(this.#button, connection !== null);
    setAttributes(this.element, { "data-share": connection?.share });
  }
}
