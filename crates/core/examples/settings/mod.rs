//! What the examples `train` and `trials` are told: a text, and settings as `key=value`.

use std::error::Error;

use petit_train_core::config::{MatrixOptimizer, ModelConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

/// A model, how it is trained, and what its text is split and tokenized like.
#[derive(Clone)]
pub struct Settings {
    pub model: ModelConfig,
    pub train: TrainConfig,
    tokenizer: TokenizerConfig,
    judged_by_the_end: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: ModelConfig::default(),
            train: TrainConfig::default(),
            tokenizer: TokenizerConfig::Chars,
            judged_by_the_end: false,
        }
    }
}

impl Settings {
    /// Takes in `key=value`. Keys are those of `ModelConfig` and `TrainConfig`, `vocab_size=N` for byte-pair
    /// encoding, and `validation=last` for the split of other projects: trained on the first nine tenths,
    /// judged by the last. Without it, the page's split.
    ///
    /// # Errors
    /// Where there is no such setting, or it has no such value.
    pub fn set(&mut self, argument: &str) -> Result<(), Box<dyn Error>> {
        let (key, value) = argument.split_once('=').ok_or("settings are given as key=value")?;
        let (model, train) = (&mut self.model, &mut self.train);
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
            "beta2" => train.beta2 = value.parse()?,
            "beta1" => train.beta1 = value.parse()?,
            "weight_decay" => train.weight_decay = value.parse()?,
            "dropout" => train.dropout = value.parse()?,
            "seed" => train.seed = value.parse()?,
            "vocab_size" => self.tokenizer = TokenizerConfig::Bpe { vocab_size: value.parse()? },
            "validation" if value == "last" => self.judged_by_the_end = true,
            _ => return Err(format!("unknown setting {argument}").into()),
        }
        Ok(())
    }

    /// The tokenizer and the corpus of a text.
    ///
    /// # Errors
    /// What the text is refused for.
    pub fn corpus(&self, text: &str) -> Result<(Tokenizer, Corpus), Box<dyn Error>> {
        let (training, validation) = text.split_at(nine_tenths(text));
        let texts = match self.judged_by_the_end {
            true => Texts { training: &[training], validation: Some(&[validation]), ..Texts::default() },
            false => Texts { training: &[text], ..Texts::default() },
        };
        Ok(Corpus::tokenize(texts, &self.tokenizer, self.model.block_size)?)
    }
}

/// The byte at which the last tenth of the characters begins.
fn nine_tenths(text: &str) -> usize {
    let characters = text.chars().count();
    text.char_indices().nth(characters - characters.div_ceil(10)).map_or(text.len(), |(byte, _)| byte)
}
