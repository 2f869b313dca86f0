// Which parts of the machine are off, as the page remembers them, and what the engine is told of it.

/** @typedef {import("../../../api/messages.js").Interventions} Interventions */

/**
 * A part by its name: `positions`, `layer 0`, `mlp 0`, or `head 0 3`, counted from 0.
 * @typedef {string} PartName
 */

export class PartsOff {
  /** Those of before, the last one last. @type {ReadonlySet<PartName>[]} */
  #past = [];
  /** @type {ReadonlySet<PartName>} */
  now = new Set();

  get canUndo() {
    return this.#past.length > 0;
  }

  /** @param {PartName} part */
  toggle(part) {
    const next = new Set(this.now);
    if (!next.delete(part)) next.add(part);
    this.#become(next);
  }

  /** All parts are on again. */
  reset() {
    if (this.now.size > 0) this.#become(new Set());
  }

  /** Takes the last change back. */
  undo() {
    this.now = this.#past.pop() ?? this.now;
  }

  /** @param {ReadonlySet<PartName>} next */
  #become(next) {
    this.#past.push(this.now);
    this.now = next;
  }
}

/**
 * @param {ReadonlySet<PartName>} parts
 * @param {{n_layer: number, n_head: number}} model  without what it does not have: another may have come
 * @returns {Interventions}
 */
export function interventionsOf(parts, { n_layer, n_head }) {
  /** @type {Required<Pick<Interventions, "heads"|"mlps"|"layers"|"without_positions">>} */
  const off = { heads: [], mlps: [], layers: [], without_positions: false };
  for (const part of parts) {
    const [kind, layer, head] = part.split(" ").map((word, index) => (index === 0 ? word : Number(word)));
    const at = Number(layer);
    if (kind === "positions") off.without_positions = true;
    else if (at >= n_layer) continue;
    else if (kind === "layer") off.layers.push(at);
    else if (kind === "mlp") off.mlps.push(at);
    else if (Number(head) < n_head) off.heads.push({ layer: at, head: Number(head) });
  }
  return off;
}

/**
 * @param {PartName} part
 * @param {import("../../state/words.js").Words} words
 * @returns {string} what the reader calls it
 */
export function nameOfPart(part, words) {
  const [kind, layer, head] = part.split(" ");
  return words.say(`dismantle.part.${kind}`, { layer: Number(layer) + 1, head: Number(head) + 1 });
}
