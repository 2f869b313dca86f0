// What the chapter "Take the robot apart" remembers of its parts, and what it makes of the engine's causes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { effectOf, interactionOf, partOf, strongestPairs } from "../../www/app/chapters/dismantle/effects.js";
import { PartsOff, interventionsOf } from "../../www/app/chapters/dismantle/parts_off.js";

const MODEL = { n_layer: 2, n_head: 2 };
const NOTHING = { heads: [], mlps: [], layers: [], without_positions: false };

test("every change of the parts can be taken back, one after the other", () => {
  const parts = new PartsOff();
  assert(!parts.canUndo);
  parts.reset();
  assert(!parts.canUndo, "nothing was off");
  for (const part of ["head 0 1", "mlp 1", "head 0 1", "positions"]) parts.toggle(part);
  assert.deepEqual([...parts.now], ["mlp 1", "positions"]);
  parts.reset();
  assert.equal(parts.now.size, 0);
  const sizes = [];
  while (parts.canUndo) {
    parts.undo();
    sizes.push(parts.now.size);
  }
  assert.deepEqual(sizes, [2, 1, 2, 1, 0]);
  parts.undo();
  assert.equal(parts.now.size, 0);
});

test("the engine is told what is off, but for what this model does not have", () => {
  assert.deepEqual(interventionsOf(new Set(), MODEL), NOTHING);
  const off = ["positions", "layer 0", "mlp 1", "head 1 0"];
  const missing = ["head 1 2", "mlp 2", "layer 5", "head 3 0"];
  assert.deepEqual(interventionsOf(new Set([...off, ...missing]), MODEL), {
    heads: [{ layer: 1, head: 0 }], mlps: [1], layers: [0], without_positions: true,
  });
});

test("two parts replace each other where losing both costs more than each alone", () => {
  const bits = (/** @type {number} */ count) => -count * Math.LN2;
  const causes = {
    tokens: ["a", "b"], position: 1, log_prob: bits(1),
    parts: [
      { layer: 0, head: 0, log_prob: bits(2) },
      { layer: 0, head: 1, log_prob: bits(1.5) },
      { layer: 0, head: null, log_prob: bits(3) },
    ],
    pairs: [
      { parts: /** @type {[number, number]} */ ([0, 1]), log_prob: bits(6) },
      { parts: /** @type {[number, number]} */ ([0, 2]), log_prob: bits(3) },
      { parts: /** @type {[number, number]} */ ([1, 2]), log_prob: bits(3.55) },
    ],
  };
  assert.deepEqual(causes.parts.map(partOf), ["head 0 0", "head 0 1", "mlp 0"]);
  assert.deepEqual(causes.parts.map((part) => Number(effectOf(causes, part).toFixed(6))), [1, 0.5, 2]);
  const [replace, chain, neither] = causes.pairs.map((pair) => interactionOf(causes, pair));
  assert(Math.abs(replace - 3.5) < 1e-9 && Math.abs(chain + 1) < 1e-9 && Math.abs(neither) < 0.1);
  assert.deepEqual(strongestPairs(causes, 5), causes.pairs.slice(0, 2));
  assert.deepEqual(strongestPairs(causes, 1), causes.pairs.slice(0, 1));
});
