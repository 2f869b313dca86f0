// What a reader has after a minute: seconds from the click to a validation loss, in the built page on the CPU engine,
// against native PyTorch on the same machine with all its cores: (a) nanoGPT's recipe for a processor, (b) the page,
// (c) PyTorch with the page's own model and recipe. They take turns, so that whatever else the machine does falls on all.
//
//   ./dev bench time-to-loss [--json] [--rounds=3]

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { launchChromium } from "../chromium.mjs";
import { serve } from "../serve.mjs";
import { median, report, rounded, sharedText } from "./report.mjs";

const TEXT = "tinyshakespeare.txt";
const TARGETS = [2.2, 2.0, 1.88, 1.75];
/** The one that counts: where nanoGPT's recipe ends. */
const TARGET = 1.88;
const STEPS = 330;
const EVALUATE_EVERY = 20;
/** Of 12 × 64 characters, spread evenly over the validation part: 46,080 characters. PyTorch evaluates all of it. */
const EVALUATION_BATCHES = 60;
const ROUNDS = Number(process.argv.find((argument) => argument.startsWith("--rounds="))?.slice("--rounds=".length) ?? 3);

/** @typedef {{seconds: number, loss: number}[]} Curve  evaluations; their own time does not count */

await sharedText(TEXT);
/** @type {Record<"torch"|"page"|"torch_ours", Curve[]>} */
const curves = { torch: [], page: [], torch_ours: [] };
for (let round = 1; round <= ROUNDS; round++) {
  console.error(`» round ${round} of ${ROUNDS}: PyTorch with nanoGPT's recipe, the page, PyTorch with ours`);
  curves.torch.push(await trainTorch("nanogpt"));
  curves.page.push(await trainPage());
  curves.torch_ours.push(await trainTorch("ours"));
}

for (const [name, rounds] of Object.entries(curves)) {
  console.log(`\n${name}, last round: ${rounds.at(-1)?.map(({ seconds, loss }) => `${seconds.toFixed(1)} s ${loss.toFixed(3)}`).join(", ")}`);
}
/** @param {keyof typeof curves} name @param {number} target */
const seconds = (name, target) => median(curves[name].map((curve) => secondsTo(curve, target)));
/** @param {number} target @returns {[string, string, string]} */
const row = (target) => [String(target), shown(seconds("page", target), 1), `s in the page; PyTorch ${shown(seconds("torch", target), 1)} s, with ours `
  + `${shown(seconds("torch_ours", target), 1)} s; page / PyTorch ${shown(seconds("page", target) / seconds("torch", target), 2)}`];
report(`Seconds to a validation loss (tinyshakespeare, characters), medians of ${ROUNDS}`, TARGETS.map(row), {
  page_s: figure(seconds("page", TARGET)),
  torch_s: figure(seconds("torch", TARGET)),
  torch_ours_s: figure(seconds("torch_ours", TARGET)),
  ratio: figure(seconds("page", TARGET) / seconds("torch", TARGET)),
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
  return before.seconds + (after.seconds - before.seconds) * (before.loss - target) / (before.loss - after.loss);
}

/** @param {"nanogpt"|"ours"} recipe @returns {Promise<Curve>} */
async function trainTorch(recipe) {
  const python = process.env.TORCH_PYTHON;
  if (!python) throw new Error("TORCH_PYTHON is not set: run `./dev bench time-to-loss`");
  const child = spawn(python, [`${import.meta.dirname}/torch_nanogpt.py`, `../shared/data/${TEXT}`, recipe], { stdio: ["ignore", "pipe", "inherit"] });
  /** @type {Curve} */
  const curve = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { seconds, validation_loss } = JSON.parse(line);
    curve.push({ seconds, loss: validation_loss });
  }
  if (curve.length === 0) throw new Error("PyTorch ended early");
  return curve;
}

/** Opens the page, gives it the text and clicks "Train": the clock runs from the click, loading and compiling included. */
async function trainPage() {
  const site = await serve("dist");
  const browser = await launchChromium();
  const page = await browser.newPage({ locale: "en-GB" });
  await page.addInitScript(({ every, batches }) => {
    const heard = /** @type {any} */ (globalThis).heard = /** @type {{type: string, at: number, ms?: number, validation_loss?: number}[]} */ ([]);
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
  const settings = new URLSearchParams({ preset: "petit", engine: "cpu", text: "own", tokenizer: "chars", steps: String(STEPS) });
  await page.goto(`${site.url}#${settings}`);
  await page.locator("#own-files").setInputFiles(`../shared/data/${TEXT}`);
  await page.locator("#own-file-names", { hasText: TEXT }).waitFor();
  await page.locator("#train").click();
  await page.locator('#status[data-phase="finished"]').waitFor({ timeout: 30 * 60_000 });
  const heard = await page.evaluate(() => /** @type {{type: string, at: number, ms?: number, validation_loss?: number}[]} */ (/** @type {any} */ (globalThis).heard));
  await browser.close();
  await site.close();

  const click = heard.find(({ type }) => type === "click")?.at ?? 0;
  let evaluating = 0;
  /** @type {Curve} */
  const curve = [];
  for (const { type, at, ms = 0, validation_loss = NaN } of heard) {
    if (type !== "evaluation") continue;
    evaluating += ms;
    curve.push({ seconds: (at - click - evaluating) / 1000, loss: validation_loss });
  }
  return curve;
}
