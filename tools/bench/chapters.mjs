// What the chapters ask of a model, on the CPU engine: how long the reader waits for it; and how the page
// answers while a training goes on (chapters_page.mjs).

import { headsOnView, inThePage, percentile } from "./chapters_page.mjs";
import { SHORTEST_SAMPLE, SIMPLE_TEXT, openEngine } from "./engine.mjs";
import { PRESETS } from "../../www/api/presets.js";
import { median, report, rounded } from "./report.mjs";

/** Each question is asked so often; the median counts. */
const TIMES = 3;

/**
 * @param {keyof typeof PRESETS} preset
 * @returns {Promise<{one: number, pairs: number}>} milliseconds until the causes of a token are known whose
 *   context is full: without each part, and without every two
 */
async function causes(preset) {
  const { model } = PRESETS[preset].pieces;
  const engine = await openEngine();
  await engine.create({
    engine: "cpu",
    source: { kind: "text", documents: [SIMPLE_TEXT] },
    tokenizer: { kind: "chars" },
    model: { ...model, position: "rotary" },
    train: { batch_size: 1, steps: 100 },
    sample: SHORTEST_SAMPLE,
    workers: 1,
  });
  let id = 0;
  const ask = async (/** @type {boolean} */ pairs) => {
    const times = [];
    for (let time = 0; time < TIMES; time++) {
      const asked = id += 1;
      const answered = engine.wait((event) => event.type === "answer" && event.id === asked);
      const started = performance.now();
      const args = [SIMPLE_TEXT.slice(0, model.block_size), model.block_size - 1, pairs];
      await engine.send({ type: "ask", run: 1, id: asked, method: "causes", args });
      await answered;
      times.push(performance.now() - started);
    }
    return rounded(median(times));
  };
  const answer = { one: await ask(false), pairs: await ask(true) };
  await engine.close();
  return answer;
}

const heads = rounded(await headsOnView());
const petit = await causes("petit");
const grand = await causes("grand");
const { slow, all, sizes } = await inThePage();
const largest = Math.max(...Object.values(sizes));
report("The chapters, on the CPU engine", [
  ["all heads of 64 tokens, petit, to paint", heads, "ms (100 allowed)"],
  ["causes of a token, petit, context full", petit.one, "ms (1,000 allowed)"],
  ["  with all pairs", petit.pairs, "ms"],
  ["causes of a token, grand, context full", grand.one, "ms (8,000 allowed)"],
  ["interactions while petit trains, 95 of 100 within", percentile(all, 0.95), "ms (100 allowed)"],
  ...Object.entries(slow).map(([chapter, ms]) => (
    /** @type {[string, number, string]} */ ([`  ${chapter}`, ms, "ms"]))),
  ["the largest chapter", largest, "bytes gzip, file by file (15,000 allowed)"],
  ...Object.entries(sizes).map(([chapter, bytes]) => (
    /** @type {[string, number, string]} */ ([`  ${chapter}`, bytes, "bytes gzip"]))),
], {
  interaction_p95_ms: percentile(all, 0.95),
  heads_64_ms: heads,
  causes_petit_ms: petit.one,
  causes_petit_pairs_ms: petit.pairs,
  causes_grand_ms: grand.one,
  largest_chapter_gzip: largest,
});
