// nanoGPT's model and AdamW in jax-js: layer norm, learned positions, GELU, an output layer of its own; one
// compiled step.

import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { batchesOf, timeSteps } from "./batches.js";

const LEARNING_RATE = 1e-3;
const BETA1 = 0.9;
const BETA2 = 0.99;
const WEIGHT_DECAY = 0.1;
const EPSILON = 1e-8;

/**
 * @param {{text: string, steps: number, backend: string, n_layer: number, n_head: number, n_embd: number,
 *   block_size: number, batch_size: number}} options
 */
globalThis.bench = async ({ text, steps, backend, ...shape }) => {
  await init(backend);
  defaultDevice(backend);
  const { vocabSize, next } = batchesOf(text, shape);
  let weights = freshWeights(shape, vocabSize);
  const names = Object.keys(weights);
  const zeros = () => Object.fromEntries(names.map((name) => [name, np.zerosLike(weights[name].ref)]));
  let [first, second] = [zeros(), zeros()];
  const take = jit((weights, first, second, inputs, targets, correction1, correction2) => {
    const lossOf = (weights) => loss(weights, inputs, targets, shape, vocabSize);
    const [value, gradients] = valueAndGrad(lossOf)(tree.ref(weights));
    const next = { weights: {}, first: {}, second: {} };
    for (const name of names) {
      const m = first[name].mul(BETA1).add(gradients[name].ref.mul(1 - BETA1));
      const v = second[name].mul(BETA2).add(np.square(gradients[name]).mul(1 - BETA2));
      const update = m.ref.mul(correction1.ref).div(np.sqrt(v.ref.mul(correction2.ref)).add(EPSILON));
      const kept = weights[name].shape.length > 1 ? 1 - LEARNING_RATE * WEIGHT_DECAY : 1;
      next.weights[name] = weights[name].mul(kept).sub(update.mul(LEARNING_RATE));
      next.first[name] = m;
      next.second[name] = v;
    }
    correction1.dispose();
    correction2.dispose();
    return [value, next.weights, next.first, next.second];
  });
  let step = 0;
  return timeSteps(steps, async () => {
    step++;
    const { inputs, targets } = next();
    const ints = (values) => np.array(values, { dtype: np.int32 });
    const corrections = [BETA1, BETA2].map((beta) => np.array(1 / (1 - beta ** step)));
    const [value, ...state] = take(weights, first, second, ints(inputs), ints(targets), ...corrections);
    [weights, first, second] = state;
    await blockUntilReady(weights);
    return value.jsAsync();
  });
};

function freshWeights({ n_layer, n_embd, block_size }, vocabSize) {
  const filled = (shape, value) =>
    np.array(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, value)).reshape(shape);
  const normal = (...shape) =>
    filled(
      shape,
      () => 0.02 * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()),
    );
  const vector = (value) => filled([n_embd], () => value);
  const weights = {
    tokens: normal(vocabSize, n_embd),
    places: normal(block_size, n_embd),
    gain: vector(1),
    bias: vector(0),
    head: normal(n_embd, vocabSize),
  };
  for (let layer = 0; layer < n_layer; layer++) {
    for (const name of ["q", "k", "v", "o"]) weights[name + layer] = normal(n_embd, n_embd);
    weights[`up${layer}`] = normal(n_embd, 4 * n_embd);
    weights[`down${layer}`] = normal(4 * n_embd, n_embd);
    for (const part of ["attention", "feed"]) {
      weights[`${part}_gain${layer}`] = vector(1);
      weights[`${part}_bias${layer}`] = vector(0);
    }
  }
  return weights;
}

function loss(weights, inputs, targets, shape, vocabSize) {
  const { n_layer, n_head, n_embd, block_size, batch_size } = shape;
  const tokens = batch_size * block_size;
  const norm = (x, gain, bias) => nn.standardize(x, -1).mul(gain).add(bias);
  let x = np
    .matmul(nn.oneHot(inputs, vocabSize), weights.tokens)
    .reshape([batch_size, block_size, n_embd])
    .add(weights.places)
    .reshape([tokens, n_embd]);
  for (let layer = 0; layer < n_layer; layer++) {
    const of = (name) => weights[name + layer];
    const a = norm(x.ref, of("attention_gain"), of("attention_bias"));
    const split = (name, a) =>
      np.matmul(a, of(name)).reshape([batch_size, block_size, n_head, n_embd / n_head]);
    const mixed = nn
      .dotProductAttention(split("q", a.ref), split("k", a.ref), split("v", a), { isCausal: true })
      .reshape([tokens, n_embd]);
    x = x.add(np.matmul(mixed, of("o")));
    const b = norm(x.ref, of("feed_gain"), of("feed_bias"));
    x = x.add(np.matmul(nn.gelu(np.matmul(b, of("up"))), of("down")));
  }
  const logits = np.matmul(norm(x, weights.gain, weights.bias), weights.head);
  return nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, vocabSize)).sum().mul(-1 / tokens);
}
