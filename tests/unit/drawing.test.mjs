// What a model's scores say of the candidates, and what the settings make of them: as
// crates/core/tests/sampling.rs has it, on the same scores.

import assert from "node:assert/strict";
import { test } from "node:test";
import { placeOf, rank, standing, withSettings } from "../../www/api/drawing.js";

const SCORES = Float32Array.of(1, 3, 2, -1, 0, 2.5);
const near = (/** @type {number} */ a, /** @type {number} */ b) => (
  assert(Math.abs(a - b) < 1e-12, `${a}, ${b}`));
const sum = (/** @type {Float64Array} */ all) => all.reduce((total, share) => total + share, 0);

test("candidates come likeliest first, ties by their ids, and their probabilities add up", () => {
  const { ids, probabilities } = rank(SCORES);
  assert.deepEqual([...ids], [1, 5, 2, 0, 4, 3]);
  near(sum(probabilities), 1);
  near(probabilities[0] / probabilities[2], Math.E);
  assert.deepEqual([...rank(Float32Array.of(1, 2, 2, 0, 2)).ids], [1, 2, 4, 0, 3]);
  for (const [place, id] of ids.entries()) {
    const { probability, rank } = standing(SCORES, id);
    assert.equal(rank, place + 1);
    near(probability, probabilities[place]);
  }
  assert.equal(standing(Float32Array.of(1, 2, 2, 0, 2), 4).rank, 3);
});

test("temperature, top-k and top-p leave out what core leaves out, and the rest adds up", () => {
  const ranked = rank(SCORES);
  const kept = (/** @type {import("../../www/api/options.js").Drawing} */ drawing) => {
    const after = withSettings(ranked, drawing);
    near(sum(after), 1);
    return after.filter((share) => share > 0).length;
  };
  const p = ranked.probabilities;
  assert.equal(kept({ temperature: 0 }), 1);
  assert.equal(kept({ topK: 3 }), 3);
  const edges = [[1e-6, 1], [p[0] - 1e-6, 1], [p[0] + 1e-6, 2], [p[0] + p[1] + 1e-6, 3], [1, 6]];
  for (const [topP, count] of edges) assert.equal(kept({ topP }), count, `top-p ${topP}`);
  const firstTwo = (p[0] + p[1]) / (p[0] + p[1] + p[2]);
  assert.equal(kept({ topK: 3, topP: firstTwo - 1e-6 }), 2);
  assert.equal(kept({ topK: 3, topP: firstTwo + 1e-6 }), 3);
  const warm = withSettings(ranked, { temperature: 2 });
  near(warm[0] / warm[2], Math.sqrt(Math.E));
});

test("a number falls into one part, the last one too", () => {
  const shares = Float64Array.of(0.5, 0.25, 0.25, 0);
  const places = [0, 0.499, 0.5, 0.749, 0.75, 1 - 2 ** -53, 1].map((number) => placeOf(shares, number));
  assert.deepEqual(places, [0, 0, 1, 1, 2, 2, 2]);
});
