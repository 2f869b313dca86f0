// The CPU engine against native PyTorch on the same machine: shape S (nanoGPT's "on a laptop"), one thread
// each, taking turns, so that whatever else the machine does falls on both.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PETIT, SHORTEST_SAMPLE, openEngine } from "./engine.mjs";
import { median, report, rounded, sharedText } from "./report.mjs";

const ROUNDS = 5;
const STEPS = 12;
/** Steps before the first round, untimed. */
const WARM_UP = 5;
const TEXT = "tinyshakespeare.txt";

const text = await sharedText(TEXT);
const torch = startTorch();
const engine = await openEngine();
const { parameters } = await engine.create({
  engine: "cpu",
  source: { kind: "text", documents: [text] },
  tokenizer: { kind: "chars" },
  model: PETIT.model,
  train: {
    batch_size: PETIT.batch_size,
    steps: 10_000,
    learning_rate: 1e-3,
    warmup_steps: 100,
    seed: 1,
    optimizer: "adamw",
  },
  workers: 1,
  sample: SHORTEST_SAMPLE,
});

await torch.train(WARM_UP);
await engine.train(WARM_UP);
/** @type {number[]} */
const ours = [];
/** @type {number[]} */
const theirs = [];
for (let round = 1; round <= ROUNDS; round++) {
  console.error(`» round ${round} of ${ROUNDS}`);
  theirs.push(...await torch.train(STEPS));
  ours.push(...(await engine.train(STEPS)).map((step) => step.ms));
}
torch.stop();
await engine.close();

const tokens = PETIT.batch_size * PETIT.model.block_size;
const tokensPerSecond = rounded(tokens / median(ours) * 1000);
const torchTokensPerSecond = rounded(tokens / median(theirs) * 1000);
const ratio = rounded(tokensPerSecond / torchTokensPerSecond, 3);
report(
  "Shape S: 4 layers, 4 heads, d 128, context 64, batch 12, "
    + `${parameters.toLocaleString("en")} parameters, one thread`,
  [
    ["CPU engine in Chromium", tokensPerSecond, "tokens/s"],
    ["  a step", rounded(median(ours), 1), "ms (median)"],
    ["PyTorch, native", torchTokensPerSecond, "tokens/s"],
    ["  a step", rounded(median(theirs), 1), "ms (median)"],
    ["ratio", ratio, "(0.4 asked for)"],
  ],
  {
    tokens_per_s: tokensPerSecond,
    torch_tokens_per_s: torchTokensPerSecond,
    ratio,
    ms_per_step: rounded(median(ours), 1),
    torch_ms_per_step: rounded(median(theirs), 1),
  },
);

/** PyTorch in a process of its own, which trains when told. */
function startTorch() {
  const python = process.env.TORCH_PYTHON;
  if (!python) throw new Error("TORCH_PYTHON is not set: run `./dev bench cpu`");
  const script = `${import.meta.dirname}/torch_train.py`;
  const child = spawn(python, [script, `../shared/data/${TEXT}`], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** @param {number} steps @returns {Promise<number[]>} milliseconds of each */
    async train(steps) {
      child.stdin.write(`${steps}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error("PyTorch ended early");
      return JSON.parse(value);
    },
    stop: () => child.stdin.end(),
  };
}
