// The loss chart survives any number: few ticks, few points, and every coordinate a number, in a moment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesFigure, choicesOf, lossFigure } from "../../www/app/parts/loss_figures.js";
import { MAX_POINTS, MAX_TICKS, chartScale, shownPoints, ticks } from "../../www/app/chapters/train/scale.js";
import { smooth } from "../../www/app/state/smooth.js";

const FRAME = { left: 46, top: 16, width: 600, height: 200 };
const BAD = [40, 1_000, 20_000, 100_000, 1e18, 1e308, Infinity, -Infinity, -3, NaN];

/** @param {object} [numbers] */
const scale = (numbers = {}) => chartScale({
  lastStep: 3, total: 1500, chance: Math.log(81), validation: [], smoothed: [4.4, 4.3, 4.2], ...numbers,
}, FRAME);

test("an ordinary training ends its axis a little above chance", () => {
  const { xEnd, yEnd } = scale();
  assert.equal(xEnd, 20);
  assert(yEnd > Math.log(81) && yEnd < 6, `${yEnd}`);
  assert.deepEqual(ticks(yEnd), [0, 1, 2, 3, 4]);
});

test("any loss leaves a scale that can be read", () => {
  for (const loss of BAD) {
    for (const numbers of [
      { validation: [{ step: 2, loss }] },
      { smoothed: [loss, 4.3] },
      { chance: loss },
    ]) {
      const { y, yEnd } = scale(numbers);
      assert(Number.isFinite(yEnd) && yEnd > 0, `${loss}: the axis ends at ${yEnd}`);
      assert(ticks(yEnd).length <= MAX_TICKS + 1, `${loss}: ${ticks(yEnd).length} ticks`);
      for (const other of BAD) {
        if (Number.isNaN(other)) continue;
        assert(
          y(other) >= FRAME.top && y(other) <= FRAME.top + FRAME.height,
          `${loss}, ${other}: ${y(other)}`,
        );
      }
    }
  }
  const derailed = scale({ validation: [{ step: 2, loss: 1e18 }] });
  assert(derailed.y(4) - derailed.y(4.4) > 4, "what came before a derailment is flat");
});

test("ticks are few, round and inside the axis, whatever its end", () => {
  for (let end = 0.1; end < 1e19; end *= 1.37) {
    const all = ticks(end);
    assert(
      all.length >= 1 && all.length <= MAX_TICKS + 1 && all[0] === 0 && (all.at(-1) ?? 0) <= end,
      `${end}: ${all}`,
    );
  }
  for (const end of BAD) assert(ticks(end).length <= MAX_TICKS + 1, `${end}`);
});

test("the points drawn are few, in order, with the first and the last", () => {
  for (const count of [0, 1, 2, 20, MAX_POINTS - 1, MAX_POINTS, MAX_POINTS + 1, 100_000]) {
    const shown = shownPoints(count);
    assert(shown.length <= MAX_POINTS);
    assert.equal(new Set(shown).size, shown.length, `${count}: a point twice`);
    if (count > 0) assert.deepEqual([shown[0], shown.at(-1)], [0, count - 1]);
  }
});

test("a hundred thousand steps take a moment", () => {
  const steps = Array.from({ length: 100_000 }, (_, step) => ({ step, loss: 2 + Math.sin(step) }));
  const started = performance.now();
  const { x, y } = scale({ lastStep: 100_000, total: 100_000, smoothed: smooth(steps), validation: steps });
  shownPoints(steps.length).forEach((index) => [x(steps[index].step), y(steps[index].loss)]);
  const took = performance.now() - started;
  assert(took < 200, `${took} ms`);
});

test("a loss that is no number does not spoil the mean of those that follow", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const losses of [[bad, 4, 3, 2], [4, bad, 3, 2]]) {
      const means = smooth(losses.map((loss) => ({ loss })));
      assert.equal(means.length, 4);
      assert(means.slice(1).every(Number.isFinite), `${losses}: ${means}`);
    }
  }
});

test("choices are told to two digits, and not at all beyond a million", () => {
  assert.equal(choicesOf(0), 1);
  assert.equal(choicesOf(Math.log(81)), 81);
  assert.equal(choicesOf(2), 7.4);
  for (const loss of [40, 1e18, Infinity, NaN]) assert.equal(choicesOf(loss), null);
});

test("a loss is told in few characters, whatever it is", () => {
  const words = /** @type {any} */ ({
    number: (/** @type {number} */ value, /** @type {object} */ options) =>
      new Intl.NumberFormat("fr", options).format(value),
    say: () => "plus d’un million",
  });
  assert.equal(lossFigure(1.2345, words), "1,23");
  for (const loss of BAD) {
    assert(lossFigure(loss, words).length <= 9, lossFigure(loss, words));
    assert(!lossFigure(loss, words).includes("NaN") && !/NaN|∞/.test(choicesFigure(loss, words)), `${loss}`);
  }
});
