//! What several tests need.
#![allow(dead_code, reason = "each test file uses a part of it")]

use burn::tensor::{Device, Int, Tensor, TensorData};
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::model::Gpt;
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
    model.for_each_parameter(|name, _, tensor| {
        if !name.contains("norm") {
            let shape = tensor.dims();
            let values =
                (0..shape[0] * shape[1]).map(|_| rng.random_range(-0.35f32..0.35)).collect::<Vec<_>>();
            *tensor = Tensor::from_data(TensorData::new(values, shape), &Device::flex());
        }
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

/// A text with something to learn in it, and its tokenizer.
pub fn corpus() -> (Tokenizer, Corpus) {
    let text = "Le chat noir mange le poisson. Le petit train va loin. ".repeat(40);
    Corpus::tokenize(Texts { training: &text, ..Texts::default() }, &TokenizerConfig::Chars).unwrap()
}

pub fn trainer(model: ModelConfig, train: TrainConfig) -> Trainer {
    let (tokenizer, corpus) = corpus();
    Trainer::new(corpus, tokenizer.vocab_size(), model, train, &Device::flex()).unwrap()
}
