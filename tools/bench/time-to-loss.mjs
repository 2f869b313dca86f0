// What a reader has after a minute: seconds from the click to a validation loss, in the built page on the CPU
// engine, against native PyTorch on the same machine with all its cores: (a) nanoGPT's recipe for a
// processor, (b) the page, (c) PyTorch with the page's own model and recipe. They take turns, so that
// whatever else the machine does falls on all. And what a second worker adds: tokens a second of one and of
// two, without the page around them.
//
//   ./dev bench time-to-loss [--json] [--rounds=3]

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { PETIT, SHORTEST_SAMPLE, openEngine } from "./engine.mjs";
import { median, report, rounded, sharedText } from "./report.mjs";

const TEXT = "tinyshakespeare.txt";
const TARGETS = [2.2, 2.0, 1.9, 1.88, 1.75];
/** Where nanoGPT's recipe ends, its README says: over a sample, and here mostly a little short of it. */
const TARGET = 1.88;
/**
 * As many as reach the loss that counts, with a little to spare; `OURS` in torch_nanogpt.py has the same
 * number.
 */
const STEPS = 240;
const EVALUATE_EVERY = 20;
/**
 * Of 12 × 64 characters, spread evenly over the validation part: 46,080 characters. PyTorch evaluates all of
 * it.
 */
const EVALUATION_BATCHES = 60;
/** Steps by which the speed of the engine alone is measured, and those before, untimed. */
const SPEED_STEPS = 60;
const SPEED_WARM_UP = 30;
const ROUNDS = Number(
  process.argv.find((argument) => argument.startsWith("--rounds="))?.slice("--rounds=".length) ?? 3,
);

/** @typedef {{seconds: number, loss: number}[]} Curve  evaluations; their own time does not count */

const text = await sharedText(TEXT);
/** @type {Record<"torch"|"page"|"torch_ours", Curve[]>} */
const curves = { torch: [], page: [], torch_ours: [] };
/** Tokens a second in each round, by optimizer and number of workers. @type {Record<string, number[]>} */
const speeds = { muon_1: [], muon_2: [], adamw_1: [], adamw_2: [] };
for (let round = 1; round <= ROUNDS; round++) {
  console.error(
    `» round ${round} of ${ROUNDS}: PyTorch with nanoGPT's recipe, the page, PyTorch with ours, `
      + "one worker and two",
  );
  curves.torch.push(await trainTorch("nanogpt"));
  curves.page.push(await trainPage());
  curves.torch_ours.push(await trainTorch("ours"));
  for (const [name, measured] of Object.entries(speeds)) {
    const [optimizer, workers] = name.split("_");
    measured.push(await tokensPerSecond(/** @type {"muon"|"adamw"} */ (optimizer), Number(workers)));
  }
}

for (const [name, rounds] of Object.entries(curves)) {
  const last = rounds.at(-1)?.map(({ seconds, loss }) => `${seconds.toFixed(1)} s ${loss.toFixed(3)}`);
  console.log(`\n${name}, last round: ${last?.join(", ")}`);
}
/** @param {keyof typeof curves} name @param {number} target */
const seconds = (name, target) => median(curves[name].map((curve) => secondsTo(curve, target)));
/** @param {number} target @returns {[string, string, string]} */
const row = (target) => [
  String(target),
  shown(seconds("page", target), 1),
  `s in the page; PyTorch ${shown(seconds("torch", target), 1)} s, with ours `
    + `${shown(seconds("torch_ours", target), 1)} s; `
    + `page / PyTorch ${shown(seconds("page", target) / seconds("torch", target), 2)}`,
];
// Where nanoGPT's recipe ends in most rounds, if that is short of its README's loss: a loss it never has
// gives no ratio.
const goal = Math.max(
  TARGET,
  median(curves.torch.map((curve) => Math.min(...curve.map(({ loss }) => loss)))),
);
/** @param {"muon"|"adamw"} optimizer @returns {[string, string, string]} */
const speedRow = (optimizer) => {
  const [one, two] = [1, 2].map((workers) => median(speeds[`${optimizer}_${workers}`]));
  return [
    `${optimizer}, one worker / two`,
    `${rounded(one)} / ${rounded(two)}`,
    `tokens/s; two / one ${shown(two / one, 2)}`,
  ];
};
report(`Seconds to a validation loss (tinyshakespeare, characters), medians of ${ROUNDS}`,
  [...TARGETS.map(row), row(rounded(goal, 3)), speedRow("muon"), speedRow("adamw")], {
    loss: rounded(goal, 3),
    page_s: figure(seconds("page", goal)),
    torch_s: figure(seconds("torch", goal)),
    torch_ours_s: figure(seconds("torch_ours", goal)),
    ratio: figure(seconds("page", goal) / seconds("torch", goal)),
    page_s_to_readme_loss: figure(seconds("page", TARGET)),
    tokens_per_s_1: rounded(median(speeds.muon_1)),
    tokens_per_s_2: rounded(median(speeds.muon_2)),
    adamw_tokens_per_s_1: rounded(median(speeds.adamw_1)),
    adamw_tokens_per_s_2: rounded(median(speeds.adamw_2)),
  });

/** A loss that was not reached has no time, and no ratio. @param {number} value @param {number} digits */
function shown(value, digits) {
  return Number.isFinite(value) && value > 0 ? value.toFixed(digits) : "–";
}

/** @param {number} value */
function figure(value) {
  return Number.isFinite(value) && value > 0 ? rounded(value, 3) : null;
}

/**
 * Between two evaluations the loss is taken to fall evenly.
 * @param {Curve} curve
 * @param {number} target
 */
function secondsTo(curve, target) {
  const index = curve.findIndex(({ loss }) => loss <= target);
  if (index < 0) return Infinity;
  const after = curve[index];
  const before = curve[index - 1];
  if (!before) return after.seconds;
  return (
    before.seconds + ((after.seconds - before.seconds) * (before.loss - target)) / (before.loss - after.loss)
  );
}

/**
 * The engine alone, *petit*.
 * @param {"muon"|"adamw"} optimizer
 * @param {number} workers
 */
async function tokensPerSecond(optimizer, workers) {
  const engine = await openEngine();
  await engine.create({
    engine: "cpu",
    source: { kind: "text", documents: [text] },
    tokenizer: { kind: "chars" },
    model: PETIT.model,
    train: {
      batch_size: PETIT.batch_size,
      steps: 10_000,
      learning_rate: 7e-3,
      warmup_steps: 50,
      seed: 1,
      optimizer,
    },
    workers,
    sample: SHORTEST_SAMPLE,
  });
  await engine.train(SPEED_WARM_UP);
  const steps = await engine.train(SPEED_STEPS);
  await engine.close();
  return PETIT.batch_size * PETIT.model.block_size / median(steps.map(({ ms }) => ms)) * 1000;
}

/** @param {"nanogpt"|"ours"} recipe @returns {Promise<Curve>} */
async function trainTorch(recipe) {
  const python = process.env.TORCH_PYTHON;
  if (!python) throw new Error("TORCH_PYTHON is not set: run `./dev bench time-to-loss`");
  const child = spawn(python, [`${import.meta.dirname}/torch_nanogpt.py`, `../shared/data/${TEXT}`, recipe], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  /** @type {Curve} */
  const curve = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { seconds, validation_loss } = JSON.parse(line);
    curve.push({ seconds, loss: validation_loss });
  }
  if (curve.length === 0) throw new Error("PyTorch ended early");
  return curve;
}

/**
 * Opens the page, gives it the text and clicks "Train": the clock runs from the click, loading and compiling
 * included.
 */
async function trainPage() {
  const site = await serve("dist");
  const browser = await launchChromium();
  const page = await browser.newPage({ locale: "en-GB" });
  await page.addInitScript(({ every, batches }) => {
    /** @type {{type: string, at: number, ms?: number, validation_loss?: number}[]} */
    const heard = [];
    Object.assign(globalThis, { heard });
    const Real = Worker;
    // The worker evaluates often and on everything, and writes no samples; else it is the page's own.
    globalThis.Worker = class extends Real {
      /** @param {any} address @param {any} options */
      constructor(address, options) {
        super(address, options);
        this.addEventListener("message", ({ data }) => heard.push({ ...data, at: performance.now() }));
      }
      /** @param {any} message */
      postMessage(message) {
        if (message.type === "create") {
          heard.push({ type: "click", at: performance.now() });
          const sample = { ...message.settings.sample, length: 1 };
          message = { ...message, settings: { ...message.settings, sample, evaluation: { every, batches } } };
        }
        super.postMessage(message);
      }
    };
  }, { every: EVALUATE_EVERY, batches: EVALUATION_BATCHES });
  const settings = new URLSearchParams({
    preset: "petit",
    engine: "cpu",
    text: "own",
    tokenizer: "chars",
    steps: String(STEPS),
  });
  await page.goto(`${site.url}#${settings}`);
  await page.locator("#own-files").setInputFiles(`../shared/data/${TEXT}`);
  await page.locator("#own-file-names", { hasText: TEXT }).waitFor();
  await page.locator("#train").click();
  await page.locator('#status[data-phase="finished"]').waitFor({ timeout: 30 * 60_000 });
  /** @type {{type: string, at: number, ms?: number, validation_loss?: number, final?: boolean}[]} */
  const heard = await page.evaluate(() => /** @type {any} */ (globalThis).heard);
  await browser.close();
  await site.close();

  const click = heard.find(({ type }) => type === "click")?.at ?? 0;
  let evaluating = 0;
  /** @type {Curve} */
  const curve = [];
  for (const { type, at, ms = 0, validation_loss = NaN, final = false } of heard) {
    // The last one is on other examples.
    if (type !== "evaluation" || final) continue;
    evaluating += ms;
    curve.push({ seconds: (at - click - evaluating) / 1000, loss: validation_loss });
  }
  return curve;
}
