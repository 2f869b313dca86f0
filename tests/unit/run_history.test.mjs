// What the page keeps of what a training tells.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_HISTORY, historyUntil, withEvent } from "../../www/app/state/run_history.js";

/** @param {any[]} events @param {import("../../www/app/state/run_history.js").History} [history] */
const after = (events, history = EMPTY_HISTORY) => events.reduce(withEvent, history);
const steps = (/** @type {number[]} */ ...numbers) => (
  { type: "steps", reports: numbers.map((step) => ({ step })) });
const evaluation = (/** @type {number} */ step, final = false) =>
  ({ type: "evaluation", step, validation_loss: final ? 2.5 : 2, examples: final ? 340 : 48, ms: 5, final });

test("the figure of the end stands beside the curve, and goes with the model that it judged", () => {
  const ended = after([steps(1, 2), evaluation(2), { type: "best", step: 1, loss: 2 }, evaluation(2, true)]);
  assert.deepEqual(ended.final, { step: 2, validation_loss: 2.5, examples: 340 });
  assert.deepEqual(ended.evaluations, [{ step: 2, validation_loss: 2, examples: 48 }]);
  assert.deepEqual(ended.best, { step: 1, loss: 2 });
  assert.equal(after([{ type: "used", which: "best", step: 1 }], ended).final, null);
  assert.equal(after([{ type: "used", which: "last", step: 2 }], ended).final, null);
  assert.equal(after([steps(3)], ended).final, null);
  assert.equal(historyUntil(ended, 1).final, null);
  const again = after([{ type: "used", which: "best", step: 1 }, evaluation(1, true)], ended);
  assert.equal(again.final?.step, 1);
});
