// The attention of the largest model is drawn from small pictures, fast, in colours whose order anyone can
// tell.

import assert from "node:assert/strict";
import { test } from "node:test";
import { colourOfLevel, inkFor, levelOf, luminance, pixelTable } from "../../www/app/parts/colour_table.js";
import { cellPixels, stampPixels } from "../../www/app/chapters/attention/head_pixels.js";

/** Of the preset "grand": layers times heads, tokens. */
const HEADS = 48;
const TOKENS = 256;
const COLOURS = pixelTable(false);

/** A head that gives the same to all that it sees. @param {number} count */
function evenHead(count) {
  return Float32Array.from({ length: count * count }, (_, index) => {
    const query = Math.floor(index / count);
    return index % count <= query ? 1 / (query + 1) : 0;
  });
}

test("all heads of the largest model are drawn within 100 ms and 16 MB", () => {
  const weights = evenHead(TOKENS);
  stampPixels(weights, TOKENS, COLOURS); // The first call is compiled while it runs.
  const started = performance.now();
  let bytes = cellPixels(weights, TOKENS, COLOURS).byteLength;
  for (let head = 0; head < HEADS; head++) bytes += stampPixels(weights, TOKENS, COLOURS).pixels.byteLength;
  const took = performance.now() - started;
  assert(took < 100, `${took} ms`);
  assert(bytes <= 16e6, `${bytes} bytes`);
});

test("each cell has the colour of its share, and the future none", () => {
  const weights = Float32Array.from([1, 0, 0, 0.25, 0.75, 0, 0, 0.5, 0.5]);
  const pixels = cellPixels(weights, 3, COLOURS);
  assert.deepEqual([...pixels], [1, null, null, 0.25, 0.75, null, 0, 0.5, 0.5]
    .map((share) => (share === null ? 0 : COLOURS[levelOf(share)])));
});

test("a stamp loses no line: one pixel shows the largest share of its cells", () => {
  const count = 256;
  const weights = new Float32Array(count * count);
  for (let query = 0; query < count; query++) weights[query * count + Math.max(0, query - 1)] = 1;
  const { side, pixels } = stampPixels(weights, count, COLOURS);
  assert.equal(side, 128);
  for (let row = 0; row < side; row++) assert.equal(pixels[row * side + row], COLOURS[255], `row ${row}`);
  assert.equal(stampPixels(evenHead(30), 30, COLOURS).side, 30);
});

test("lightness alone tells the order, and every colour bears a readable ink", () => {
  for (const dark of [false, true]) {
    let before = luminance(colourOfLevel(0, dark));
    for (let level = 0; level <= 255; level++) {
      const light = luminance(colourOfLevel(level, dark));
      assert(dark ? light >= before : light <= before, `level ${level}`);
      before = light;
      const ink = inkFor(colourOfLevel(level, dark)) === "#ffffff" ? 1 : 0;
      const contrast = (Math.max(light, ink) + 0.05) / (Math.min(light, ink) + 0.05);
      assert(contrast >= 4.5, `level ${level}: ${contrast}`);
    }
  }
});
