//! A text as tokens: nine tenths to train on, the last tenth to be judged by.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result};
use crate::tokenizer::{Tokenizer, TokenizerConfig};

/// Largest text that a tab takes on; ten times tinyshakespeare, and more than an hour's training can read.
pub const MAX_TEXT_MEGABYTES: usize = 10;

/// Share of the text that is trained on; the rest is never trained on.
const TRAIN_SHARE: f64 = 0.9;

/// A tokenised text and its split.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// The first nine tenths.
    pub train: Vec<u32>,
    /// The last tenth.
    pub validation: Vec<u32>,
    /// Characters a token over the whole text: turns nats a token into bits a character.
    pub characters_per_token: f64,
}

/// Windows of the text: `targets` are `inputs` one token later. Both are `[batch, time]`.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What the model reads.
    pub inputs: Tensor<2, Int>,
    /// What it should predict at each place.
    pub targets: Tensor<2, Int>,
}

impl Corpus {
    /// Learns a tokenizer from `text` and splits the tokens.
    ///
    /// # Errors
    /// [`Error::TextEmpty`], [`Error::TextTooLarge`], and what [`Tokenizer::train`] says.
    pub fn tokenize(text: &str, config: &TokenizerConfig) -> Result<(Tokenizer, Self)> {
        if text.is_empty() {
            return Err(Error::TextEmpty);
        }
        if text.len() > MAX_TEXT_MEGABYTES * 1_000_000 {
            let megabytes = text.len() as f64 / 1e6;
            return Err(Error::TextTooLarge { megabytes, max: MAX_TEXT_MEGABYTES });
        }
        let tokenizer = Tokenizer::train(text, config)?;
        let mut tokens = tokenizer.encode(text)?;
        let characters_per_token = text.chars().count() as f64 / tokens.len() as f64;
        let validation = tokens.split_off((tokens.len() as f64 * TRAIN_SHARE) as usize);
        Ok((tokenizer, Self { train: tokens, validation, characters_per_token }))
    }

    /// Checks that both parts hold at least one window of `block_size` tokens and the token after it.
    ///
    /// # Errors
    /// [`Error::TextTooShort`].
    pub fn validate(&self, block_size: usize) -> Result<()> {
        let shorter = self.train.len().min(self.validation.len());
        if shorter > block_size {
            return Ok(());
        }
        Err(Error::TextTooShort {
            tokens: self.train.len() + self.validation.len(),
            needed: ((block_size + 1) as f64 / (1.0 - TRAIN_SHARE)).ceil() as usize,
        })
    }

    /// `batch_size` windows at random places of the training part.
    pub fn random_batch(
        &self,
        batch_size: usize,
        block_size: usize,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Batch {
        let last = self.train.len() - block_size - 1;
        // Drawn as u32: `usize` is 32 bits wide in wasm and would draw other numbers than natively.
        let starts = (0..batch_size).map(|_| rng.random_range(0..=last as u32) as usize);
        Batch::of_windows(&self.train, starts, block_size, device)
    }

    /// The `index`-th of `count` batches that are spread evenly over the validation part: the same windows always.
    pub fn validation_batch(
        &self,
        index: usize,
        count: usize,
        batch_size: usize,
        block_size: usize,
        device: &Device,
    ) -> Batch {
        let last = self.validation.len() - block_size - 1;
        let windows = count * batch_size;
        let starts = (0..batch_size).map(|row| {
            let window = index * batch_size + row;
            // Through u64: the product passes 32 bits.
            (window as u64 * last as u64 / (windows as u64 - 1).max(1)) as usize
        });
        Batch::of_windows(&self.validation, starts, block_size, device)
    }
}

impl Batch {
    fn of_windows(
        tokens: &[u32],
        starts: impl Iterator<Item = usize>,
        block_size: usize,
        device: &Device,
    ) -> Self {
        let (mut inputs, mut targets) = (Vec::new(), Vec::new());
        for start in starts {
            inputs.extend_from_slice(&tokens[start..start + block_size]);
            targets.extend_from_slice(&tokens[start + 1..start + block_size + 1]);
        }
        Self {
            inputs: int_tensor(&inputs, block_size, device),
            targets: int_tensor(&targets, block_size, device),
        }
    }
}

/// Token ids as a tensor of rows of `width`.
pub(crate) fn int_tensor(ids: &[u32], width: usize, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
    let rows = ids.len() / width;
    Tensor::from_data(TensorData::new(ids, [rows, width]), device)
}
