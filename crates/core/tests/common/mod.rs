//! What several tests need.
#![allow(dead_code, reason = "each test file uses a part of it")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use petit_train_core::config::{MatrixOptimizer, ModelConfig, Position, TrainConfig};
use petit_train_core::data::{Dataset, DatasetSize, Part, Rows};
use petit_train_core::engine::Engine;
use petit_train_core::error::{Error, Result};
use petit_train_core::model::Gpt;
use petit_train_core::ops;
use petit_train_core::random::{Purpose, rng};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::Trainer;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub const POSITIONS: [Position; 4] =
    [Position::Rotary, Position::Learned, Position::Sinusoidal, Position::None];

/// Small enough that a test takes milliseconds, with more than one of everything.
pub fn tiny(position: Position) -> ModelConfig {
    ModelConfig { n_layer: 2, n_head: 2, n_embd: 16, block_size: 8, position }
}

pub const VOCAB_SIZE: usize = 11;

pub fn tiny_model(config: &ModelConfig) -> Gpt {
    fresh(config, VOCAB_SIZE)
}

fn fresh(config: &ModelConfig, vocab_size: usize) -> Gpt {
    Gpt::init(config, vocab_size, &mut ChaCha8Rng::seed_from_u64(7), &Device::flex())
}

/// A tiny model whose matrices are large, and none of them zero, so that every part of it matters.
pub fn awake_model(config: &ModelConfig) -> Gpt {
    awake(config, VOCAB_SIZE)
}

/// The same for another vocabulary.
pub fn awake(config: &ModelConfig, vocab_size: usize) -> Gpt {
    let mut model = fresh(config, vocab_size);
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    model.map_parameters(|info, tensor| {
        if info.name.contains("norm") {
            return tensor;
        }
        let [rows, columns] = info.shape;
        let values = (0..rows * columns).map(|_| rng.random_range(-0.35f32..0.35)).collect::<Vec<_>>();
        Tensor::from_data(TensorData::new(values, info.shape), &Device::flex())
    });
    model
}

pub fn tokens(rows: &[&[i32]]) -> Tensor<2, Int> {
    let width = rows[0].len();
    let flat: Vec<i32> = rows.iter().flat_map(|row| row.iter().copied()).collect();
    Tensor::<1, Int>::from_ints(flat.as_slice(), &Device::flex()).reshape([rows.len(), width])
}

pub fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// All weights, one parameter after the other.
pub fn weights(model: &Gpt) -> Vec<f32> {
    model.parameters().into_iter().flat_map(|tensor| values(tensor.clone())).collect()
}

/// The same, to be compared exactly.
pub fn bits(model: &Gpt) -> Vec<u32> {
    weights(model).into_iter().map(f32::to_bits).collect()
}

/// The largest difference between two lists of as many numbers.
pub fn furthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Windows of token lists, each starting anywhere; validation windows do not overlap. Some training examples
/// may count less than others.
#[derive(Clone)]
pub struct Windows {
    pub training: Vec<u32>,
    pub validation: Vec<u32>,
    pub window: usize,
    pub position: String,
    /// What each prediction of the window that begins here counts.
    pub weight: fn(usize) -> f32,
}

impl Dataset for Windows {
    fn draw(&self, seed: u64, step: usize, count: usize) -> Vec<usize> {
        let mut rng = rng(seed, Purpose::Pass { number: step as u64 });
        let last = self.training.len() - self.window - 1;
        (0..count).map(|_| rng.random_range(0..=last as u32) as usize).collect()
    }

    fn validation(&self, count: usize) -> Vec<usize> {
        let windows = self.validation.len().saturating_sub(1) / self.window;
        let count = count.min(windows);
        (0..count).map(|index| index * windows / count * self.window).collect()
    }

    fn rows(&self, part: Part, examples: &[usize]) -> Rows {
        let tokens = if part == Part::Training { &self.training } else { &self.validation };
        let mut rows = Rows { time: self.window, ..Rows::default() };
        for &start in examples {
            rows.inputs.extend_from_slice(&tokens[start..start + self.window]);
            rows.targets.extend_from_slice(&tokens[start + 1..start + self.window + 1]);
            rows.weights.extend(vec![(self.weight)(start); self.window]);
        }
        rows
    }

    fn window(&self) -> usize {
        self.window
    }

    fn size(&self) -> DatasetSize {
        DatasetSize {
            training_tokens: self.training.len(),
            validation_tokens: self.validation.len(),
            characters_per_token: 1.0,
        }
    }

    fn replace_training(&mut self, documents: &[&str], tokenizer: &Tokenizer, position: &str) -> Result<()> {
        let tokens = tokenizer.encode(&documents.concat())?;
        if tokens.len() <= self.window {
            return Err(Error::TextEmpty);
        }
        (self.training, self.position) = (tokens, position.into());
        Ok(())
    }

    fn position(&self) -> &str {
        &self.position
    }
}

/// A text with something to learn in it, and its tokenizer.
pub fn dataset() -> (Tokenizer, Windows) {
    let text = "Le chat noir mange le poisson. Le petit train va loin. ".repeat(40);
    let tokenizer = tokenizer(&text);
    let mut training = tokenizer.encode(&text).unwrap();
    let validation = training.split_off(1980);
    let windows = Windows { training, validation, window: 8, position: String::new(), weight: |_| 1.0 };
    (tokenizer, windows)
}

pub fn tokenizer(text: &str) -> Tokenizer {
    Tokenizer::train(&[text], "", &TokenizerConfig::Chars).unwrap()
}

pub fn trainer(model: ModelConfig, train: TrainConfig) -> Trainer {
    trainer_on(Engine::cpu(), dataset().1, model, train)
}

pub fn trainer_on(engine: Engine, windows: Windows, model: ModelConfig, train: TrainConfig) -> Trainer {
    let vocab_size = dataset().0.vocab_size();
    Trainer::new(Box::new(windows), vocab_size, &model, train, engine, 1).unwrap()
}

/// The learning rate stays what it is.
pub fn constant(optimizer: MatrixOptimizer, learning_rate: f64) -> TrainConfig {
    TrainConfig {
        optimizer,
        learning_rate,
        warmup_steps: 0,
        min_learning_rate_ratio: 1.0,
        ..TrainConfig::default()
    }
}

/// The mean loss `[1]`, in nats a token, derived by burn from the log-probabilities.
pub fn mean_nll(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    -ops::token_log_probs(logits, targets).mean()
}
