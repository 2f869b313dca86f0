// What *petit* has learned of La Fontaine after 1,000 steps in the browser: its losses and a piece of its
// writing.

import { PETIT, openEngine } from "./engine.mjs";
import { report, rounded, sharedText } from "./report.mjs";

const STEPS = 1_000;
const PROMPT = "Le Loup";
const SAMPLING = { temperature: 0.8, top_k: 0, top_p: 1, seed: 1 };
/** Steps whose losses are averaged: one batch's is noisy. */
const AVERAGED = 50;

const text = await sharedText("lafontaine.txt");
const engine = await openEngine();
await engine.create({
  engine: "cpu",
  source: { kind: "text", documents: [text] },
  tokenizer: { kind: "chars" },
  model: PETIT.model,
  train: {
    batch_size: PETIT.batch_size,
    steps: STEPS,
    learning_rate: 3e-3,
    warmup_steps: 50,
    seed: 42,
    optimizer: "adamw",
  },
  sample: { prompt: PROMPT, length: 1, sampling: SAMPLING },
});
const validation = engine.wait((event) => event.type === "evaluation" && event.step === STEPS);
const started = performance.now();
const steps = await engine.train(STEPS, ({ step, loss }) => {
  if (step % 100 === 0) console.error(`» step ${step} of ${STEPS}: loss ${loss.toFixed(3)}`);
});
const seconds = (performance.now() - started) / 1000;
const evaluated = await validation;
const written = await engine.write({ prompt: PROMPT, length: 500, sampling: SAMPLING });
await engine.close();

const loss = rounded(steps.slice(-AVERAGED).reduce((sum, step) => sum + step.loss, 0) / AVERAGED, 3);
const validationLoss = evaluated.type === "evaluation" ? rounded(evaluated.validation_loss, 3) : null;
console.log(`\n${PROMPT}${written}`);
report(
  `petit on La Fontaine, characters, ${STEPS.toLocaleString("en")} steps on the CPU engine`,
  [
    ["training loss", loss, `nats a character (mean of the last ${AVERAGED} steps)`],
    ["validation loss", validationLoss ?? "–", "nats a character"],
    ["time", rounded(seconds), "s"],
  ],
  {
    training_loss: loss,
    validation_loss: validationLoss,
    seconds: rounded(seconds),
    sample: PROMPT + written,
  },
);
