// Says which settings in the page's address could not be taken, and what holds instead.

import { h } from "./dom.js";
import { describeRange } from "./fields.js";
import { View } from "./view.js";

export class AddressNotice extends View {
  #list = h("ul", { id: "address-notice", class: "notice", role: "status" });
  #drawn = "";

  build() {
    return [this.#list];
  }

  /** @param {import("./view.js").AppState} state */
  update({ refused, settings }) {
    const sentences = refused.map(({ setting, raw }) => this.words.say("settings.refused_in_address", {
      name: setting.name, raw, range: describeRange(setting, this.words), value: settings[setting.name],
    }));
    this.#list.hidden = sentences.length === 0;
    if (this.#drawn === sentences.join()) return;
    this.#drawn = sentences.join();
    this.#list.replaceChildren(...sentences.map((sentence) => h("li", {}, sentence)));
  }
}
