// Tokens a second that the built page's CPU engine writes, on one thread: *grand*, one text and ten side by
// side, a token at a call, as the engine worker does (www/engine/writer.js). And what a milestone's ten texts
// cost *petit* with one worker and with two.

import { PRESETS } from "../../www/api/presets.js";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { openEngine } from "./engine.mjs";
import { median, report, rounded, sharedText } from "./report.mjs";

const ROUNDS = 5;
/** Of each text: a context of 256 is read anew three times. */
const TOKENS = 600;
const TEXTS = [1, 10];
const PAGE = "bench.html";
const GRAND = { ...PRESETS.grand.pieces.model, position: /** @type {const} */ ("rotary") };
const PETIT = { ...PRESETS.petit.pieces.model, position: /** @type {const} */ ("rotary") };
/** @type {[name: string, tokenizer: import("../../www/api/messages.js").TokenizerConfig][]} */
const VOCABULARIES = [["letters", { kind: "chars" }], ["pieces", { kind: "bpe", vocab_size: 2048 }]];
/** Without an end, so that each has as many tokens as any other. */
const SAMPLING = { temperature: 0.8, top_k: 0, top_p: 1, seed: 1 };
/** As the page asks for with such a context (www/app/state/run_settings.js). */
const SAMPLE_TOKENS = 256;

const text = (await sharedText("tinyshakespeare.txt")).slice(0, 300_000);
/** @type {[string, number, string][]} */
const rows = [];
/** @type {Record<string, number>} */
const figures = {};
for (const [name, tokenizer] of VOCABULARIES) {
  const speeds = await writingSpeeds(tokenizer);
  TEXTS.forEach((texts, index) => {
    const speed = rounded(median(speeds[index]));
    rows.push([`grand, ${name}, ${texts === 1 ? "one text" : `${texts} texts`}`, speed, "tokens/s"]);
    figures[`write_tokens_per_s_${name}_${texts}`] = speed;
  });
}
for (const workers of [1, 2]) {
  const ms = rounded(await sampleMs(workers));
  rows.push([`petit, pieces, ten texts of ${SAMPLE_TOKENS} tokens, workers: ${workers}`, ms, "ms"]);
  figures[`sample_ms_${workers}`] = ms;
}
report("Writing on the CPU engine, medians", rows, figures);

/**
 * @param {import("../../www/api/messages.js").TokenizerConfig} tokenizer
 * @returns {Promise<number[][]>} for each number of texts, of each round
 */
async function writingSpeeds(tokenizer) {
  const site = await serve("dist", { more: { [PAGE]: '<!doctype html><link rel="icon" href="data:,">' } });
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(site.url + PAGE);
  const options = {
    documents: [text], tokenizer, model: GRAND,
    train: { batch_size: 1, steps: 10, learning_rate: 1e-3, warmup_steps: 1, seed: 1 },
  };
  await page.evaluate(async (options) => {
    const { loadEngine } = await import(new URL("engine/load.js", location.href).href);
    const { engine } = await loadEngine("cpu", (/** @type {string} */ code) => console.error(code));
    Object.assign(globalThis, { model: (await engine.Training.create(options)).model() });
  }, options);
  /** @param {number} texts @param {number} seed */
  const speed = (texts, seed) => page.evaluate(async ({ texts, tokens, sampling }) => {
    const { model } = /** @type {any} */ (globalThis);
    model.beginTexts(Array(texts).fill("The"), sampling, false);
    const start = performance.now();
    for (let token = 0; token < tokens; token++) await model.continueTexts(1, false);
    return (texts * tokens * 1_000) / (performance.now() - start);
  }, { texts, tokens: TOKENS, sampling: { ...SAMPLING, seed } });
  /** @type {number[][]} */
  const speeds = TEXTS.map(() => []);
  // The first round is not counted: the browser compiles better what it has seen run for a while.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, texts] of TEXTS.entries()) {
      const tokensPerSecond = await speed(texts, 100 * round);
      if (round > 0) speeds[index].push(tokensPerSecond);
    }
  }
  await browser.close();
  await site.close();
  return speeds;
}

/**
 * Milliseconds that the sample of step 0 takes, median of as many runs as there are rounds.
 * @param {number} workers
 */
async function sampleMs(workers) {
  const engine = await openEngine();
  /** @type {number[]} */
  const all = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await engine.create({
      engine: "cpu", workers,
      source: { kind: "text", documents: [text] },
      tokenizer: { kind: "bpe", vocab_size: 2048 },
      model: PETIT,
      train: { batch_size: 4, steps: 1_000, learning_rate: 1e-3, warmup_steps: 1, seed: round },
      sample: { prompt: "The", length: SAMPLE_TOKENS, sampling: SAMPLING },
      evaluation: { batches: 1, every: 1_000 },
    });
    const sample = engine.wait((event) => event.type === "sample");
    await engine.train(1);
    const event = await sample;
    if (event.type === "sample") all.push(event.ms);
  }
  await engine.close();
  return median(all);
}
