// The steps at which a run does more than train.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSampleStep, sampleLength, stepsToMilestone } from "../../www/engine/milestones.js";

const SAMPLED = [0, 10, 30, 100, 200, 300, 500, 700, 1000, 1500, 2000, 2500];

test("samples come close together first, then every five hundred steps", () => {
  const steps = Array.from({ length: 2501 }, (_, step) => step);
  assert.deepEqual(steps.filter(isSampleStep), SAMPLED);
});

test("no turn of training goes beyond a sample or an evaluation", () => {
  const reached = [0];
  while ((reached.at(-1) ?? 0) < 2500) {
    const step = /** @type {number} */ (reached.at(-1));
    reached.push(step + stepsToMilestone(step, 1000, 2500));
  }
  assert.deepEqual(reached, SAMPLED);
  assert.equal(stepsToMilestone(100, 30, 2500), 20);
  assert.equal(stepsToMilestone(100, 30, 110), 10);
});

test("what has learned nothing yet is told by a few tokens", () => {
  assert.deepEqual([0, 10, 30, 2500].map((step) => sampleLength(step, 256)), [60, 60, 256, 256]);
  assert.equal(sampleLength(0, 5), 5);
});
