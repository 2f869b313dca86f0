// @genai-fi/nanogpt: its own model and trainer, on TensorFlow.js.

import { TeachableLLM } from "@genai-fi/nanogpt";
// Its tensors must come from the copy of TensorFlow.js that it carries: a chunk whose name changes with the
// version.
import { I as tensor } from "./node_modules/@genai-fi/nanogpt/dist/dist-Da20xy8E.js";
import PreTrainer from "./node_modules/@genai-fi/nanogpt/dist/training/PreTrainer.js";
import { batchesOf, timeSteps } from "./batches.js";

const LEARNING_RATE = 1e-3;

/**
 * @param {{text: string, steps: number, backend: string, n_layer: number, n_head: number, n_embd: number,
 *   block_size: number, batch_size: number}} options
 */
globalThis.bench = async ({ text, steps, backend, ...shape }) => {
  await TeachableLLM.selectBackend(backend);
  const { vocabSize, next } = batchesOf(text, shape);
  const { n_layer, n_head, n_embd, block_size, batch_size } = shape;
  const llm = TeachableLLM.create("char", {
    modelType: "GenAI_NanoGPT_v1",
    useRope: false,
    vocabSize,
    blockSize: block_size,
    nLayer: n_layer,
    nHead: n_head,
    nEmbed: n_embd,
    mlpFactor: 4,
  });
  const trainer = new PreTrainer(llm._model, llm._tokeniser, {
    learningRate: LEARNING_RATE,
    weightDecay: 0.1,
    warmupSteps: 0,
  });
  trainer.configure({ learningRate: LEARNING_RATE, batchSize: batch_size, method: { type: "pretraining" } });
  trainer.updateOptimizer({ warmupSteps: 0, learningRate: LEARNING_RATE });
  return timeSteps(steps, async () => {
    const { inputs, targets } = next();
    const [xs, ys] = [inputs, targets].map((values) => tensor(values, [batch_size, block_size], "int32"));
    const loss = trainer.trainStep({}, { xs, ys });
    const [value] = await loss.data();
    for (const used of [loss, xs, ys]) used.dispose();
    return value;
  });
};
