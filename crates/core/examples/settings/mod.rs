//! Settings of a training as `key=value`, for the examples that train.

use std::error::Error;

use petit_train_core::config::{MatrixOptimizer, ModelConfig, TrainConfig};
use petit_train_core::tokenizer::TokenizerConfig;

/// What is trained, and how.
#[derive(Clone)]
pub struct Settings {
    pub model: ModelConfig,
    pub train: TrainConfig,
    pub tokenizer: TokenizerConfig,
}

impl Default for Settings {
    fn default() -> Self {
        let (model, train) = (ModelConfig::default(), TrainConfig::default());
        Self { model, train, tokenizer: TokenizerConfig::Chars }
    }
}

impl Settings {
    /// Takes a setting over. The keys are those of [`ModelConfig`] and [`TrainConfig`], and `vocab_size` for
    /// byte-pair encoding.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), Box<dyn Error>> {
        let Self { model, train, tokenizer } = self;
        match key {
            "n_layer" => model.n_layer = value.parse()?,
            "n_head" => model.n_head = value.parse()?,
            "n_embd" => model.n_embd = value.parse()?,
            "block_size" => model.block_size = value.parse()?,
            "batch_size" => train.batch_size = value.parse()?,
            "steps" => train.steps = value.parse()?,
            "learning_rate" => train.learning_rate = value.parse()?,
            "muon_learning_rate" => train.muon_learning_rate = value.parse()?,
            "optimizer" if value == "adamw" => train.optimizer = MatrixOptimizer::Adamw,
            "warmup_steps" => train.warmup_steps = value.parse()?,
            "min_learning_rate_ratio" => train.min_learning_rate_ratio = value.parse()?,
            "beta1" => train.beta1 = value.parse()?,
            "beta2" => train.beta2 = value.parse()?,
            "weight_decay" => train.weight_decay = value.parse()?,
            "dropout" => train.dropout = value.parse()?,
            "growing_context" => train.growing_context = value.parse()?,
            "seed" => train.seed = value.parse()?,
            "vocab_size" => *tokenizer = TokenizerConfig::Bpe { vocab_size: value.parse()? },
            _ => return Err(format!("unknown setting {key}={value}").into()),
        }
        Ok(())
    }
}

/// The two sides of `key=value`.
pub fn key_and_value(argument: &str) -> Result<(&str, &str), Box<dyn Error>> {
    argument.split_once('=').ok_or_else(|| "settings are given as key=value".into())
}
