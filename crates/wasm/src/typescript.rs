//! The plain objects that go in and out, declared for TypeScript.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const DECLARATIONS: &str = r#"
/** Sizes of a model; what is left out takes the default (the *petit* preset). */
export interface ModelConfig {
  /** Blocks, 1 to 24. */
  n_layer: number;
  /** Attention heads a block, 1 to 32. */
  n_head: number;
  /** Width; a multiple of `2 * n_head`, 8 to 1024. */
  n_embd: number;
  /** Context in tokens, 4 to 1024. */
  block_size: number;
  position: "rotary" | "learned" | "sinusoidal" | "none";
}

/** How a model is trained: warm-up, then a straight line down. */
export interface TrainConfig {
  /** Windows of `block_size` tokens a step. */
  batch_size: number;
  /** Length of the learning rate's schedule. */
  steps: number;
  /** What updates the matrices of the blocks; AdamW updates everything else. */
  optimizer: "muon" | "adamw";
  /** The peak of AdamW's. */
  learning_rate: number;
  /** The peak of Muon's. */
  muon_learning_rate: number;
  warmup_steps: number;
  /** Where the decay ends, as a share of the peak. */
  min_learning_rate_ratio: number;
  beta1: number;
  beta2: number;
  /** Decoupled, on matrices only. */
  weight_decay: number;
  /** Probability that an entry of what a block adds is left out of a step. */
  dropout: number;
  /** Largest global norm of the gradients. */
  grad_clip: number;
  /** Of the weights and of the windows' order: a whole number. */
  seed: number;
}

export type TokenizerConfig = { kind: "chars" } | { kind: "bpe"; vocab_size: number };

/** How tokens are drawn. */
export interface SamplingConfig {
  /** Divides the logits; 0 always takes the likeliest token. */
  temperature: number;
  /** Keeps so many tokens; 0 keeps all. */
  top_k: number;
  /** Keeps the likeliest tokens up to this probability; 1 keeps all. */
  top_p: number;
  /** A whole number. */
  seed: number;
}

export interface SessionOptions {
  /** What to learn from. */
  text: string;
  /** What is never trained on; without it, the last tenth of `text` is kept for that. */
  validation_text?: string;
  /** Characters that the tokenizer must know beside those of `text`: later training texts will hold them. */
  alphabet?: string;
  tokenizer: TokenizerConfig;
  model?: Partial<ModelConfig>;
  train?: Partial<TrainConfig>;
}

export interface SessionInfo {
  /** Trainable numbers. */
  parameters: number;
  /** Those of them that Muon updates. */
  muon_parameters: number;
  /** V: a model that knows nothing has a loss of ln V. */
  vocab_size: number;
  train_tokens: number;
  validation_tokens: number;
  /** Over the whole text: bits a character = loss / ln 2 / characters_per_token. */
  characters_per_token: number;
  model: ModelConfig;
  train: TrainConfig;
}

export interface StepReport {
  /** 1 after the first step. */
  step: number;
  /** Mean cross-entropy over the batch, in nats a token. */
  loss: number;
  learning_rate: number;
  /** Tokens seen so far. */
  tokens: number;
}

export interface Inspection {
  /** The text's tokens as shown: the last `block_size` at most. */
  tokens: string[];
  n_layer: number;
  n_head: number;
  /** [n_layer, n_head, query, key], row-major; rows sum to 1 and are 0 above the diagonal. */
  attention: Float32Array;
  /** For each token the likeliest next ones, likeliest first. */
  candidates: { token: string; probability: number }[][];
  /** One for each link asked for; null where one of its words is outside the window. */
  connections: (Connection | null)[];
}

/** Two words of a text, as ranges of its UTF-16 units: the one that looks, and the earlier one. */
export interface Link {
  from: { start: number; end: number };
  to: { start: number; end: number };
}

/** The head (from 0) that connects two words most: token `query` of the one looks at token `key` of the other, all of
 * whose tokens get `share` of its attention. */
export interface Connection {
  layer: number;
  head: number;
  query: number;
  key: number;
  share: number;
}

export interface Gradients {
  /** Of the batch that the next step will take, in nats a token. */
  loss: number;
  /** One for each parameter, named as in a `transformers` Qwen3, row-major. */
  gradients: { name: string; values: Float32Array }[];
}

/** What every function throws or rejects with; `message` holds the whole chain of causes. */
export interface PetitTrainError extends Error {
  /** Stable: `text_too_short`, `busy` … */
  code: string;
  /** The numbers that explain it. */
  params?: Record<string, string | number>;
}
"#;
