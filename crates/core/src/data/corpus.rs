//! A text as tokens: one part to train on, the other to be judged by.

use burn::tensor::{Device, Int, Tensor, TensorData};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::error::{Error, Result};
use crate::tokenizer::{Tokenizer, TokenizerConfig};

/// Largest text that a tab takes on; ten times tinyshakespeare, and more than an hour's training can read.
pub const MAX_TEXT_MEGABYTES: usize = 10;

/// Share of a text that is trained on, where no other text is given to be judged by.
const TRAIN_SHARE: f64 = 0.9;

/// What a model is to learn, and be judged by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Texts<'a> {
    /// To train on.
    pub training: &'a str,
    /// Never trained on. Without it, the last tenth of the training text is kept for that.
    pub validation: Option<&'a str>,
    /// Characters that the tokenizer must know although neither text may hold them: later texts will.
    pub alphabet: &'a str,
}

/// A tokenised text and its split.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// To train on.
    pub train: Vec<u32>,
    /// Never trained on.
    pub validation: Vec<u32>,
    /// Characters a token over both parts: turns nats a token into bits a character.
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
    /// Learns a tokenizer from the training text and makes tokens of both texts.
    ///
    /// # Errors
    /// [`Error::TextEmpty`], [`Error::TextTooLarge`], and what [`Tokenizer::train`] and [`Tokenizer::encode`] say.
    pub fn tokenize(texts: Texts<'_>, config: &TokenizerConfig) -> Result<(Tokenizer, Self)> {
        let Texts { training, validation, alphabet } = texts;
        if training.is_empty() || validation.is_some_and(str::is_empty) {
            return Err(Error::TextEmpty);
        }
        check_size(training)?;
        check_size(validation.unwrap_or_default())?;
        let tokenizer = Tokenizer::train(&[training, alphabet].concat(), config)?;
        let mut train = tokenizer.encode(training)?;
        let validation_tokens = match validation {
            Some(text) => tokenizer.encode(text)?,
            None => train.split_off((train.len() as f64 * TRAIN_SHARE) as usize),
        };
        let characters = training.chars().count() + validation.map_or(0, |text| text.chars().count());
        let characters_per_token = characters as f64 / (train.len() + validation_tokens.len()) as f64;
        Ok((tokenizer, Self { train, validation: validation_tokens, characters_per_token }))
    }

    /// Trains on another text from now on; the validation part and the tokenizer stay.
    ///
    /// # Errors
    /// [`Error::TextTooLarge`], [`Error::UnknownCharacters`], [`Error::TextTooShort`]; then nothing has changed.
    pub fn replace_training_text(
        &mut self,
        text: &str,
        tokenizer: &Tokenizer,
        block_size: usize,
    ) -> Result<()> {
        check_size(text)?;
        let tokens = tokenizer.encode(text)?;
        if tokens.len() <= block_size {
            return Err(Error::TextTooShort { tokens: tokens.len(), needed: block_size + 1 });
        }
        self.train = tokens;
        Ok(())
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

    /// Random places of the training part at which `batch_size` windows begin.
    pub fn random_starts(&self, batch_size: usize, block_size: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let last = self.train.len() - block_size - 1;
        // Drawn as u32: `usize` is 32 bits wide in wasm and would draw other numbers than natively.
        (0..batch_size).map(|_| rng.random_range(0..=last as u32) as usize).collect()
    }

    /// The windows of the training part that begin at `starts`.
    pub fn batch(&self, starts: &[usize], block_size: usize, device: &Device) -> Batch {
        Batch::of_windows(&self.train, starts.iter().copied(), block_size, device)
    }

    /// Where `count` windows that are spread evenly over the validation part begin: the same always.
    pub fn validation_starts(&self, count: usize, block_size: usize) -> Vec<usize> {
        let last = self.validation.len() - block_size - 1;
        // Through u64: the product passes 32 bits.
        let start = |window: usize| (window as u64 * last as u64 / (count as u64 - 1).max(1)) as usize;
        (0..count).map(start).collect()
    }

    /// The windows of the validation part that begin at `starts`.
    pub fn validation_batch(&self, starts: &[usize], block_size: usize, device: &Device) -> Batch {
        Batch::of_windows(&self.validation, starts.iter().copied(), block_size, device)
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

/// # Errors
/// [`Error::TextTooLarge`].
fn check_size(text: &str) -> Result<()> {
    if text.len() <= MAX_TEXT_MEGABYTES * 1_000_000 {
        return Ok(());
    }
    Err(Error::TextTooLarge { megabytes: text.len() as f64 / 1e6, max: MAX_TEXT_MEGABYTES })
}

/// The last `block_size` tokens, as they are and as the one row of a full window: always the same shape, so that a GPU
/// compiles once. What follows the last token is never attended to: the mask sees to that.
pub(crate) fn last_window<'a>(
    tokens: &'a [u32],
    block_size: usize,
    device: &Device,
) -> (&'a [u32], Tensor<2, Int>) {
    let window = &tokens[tokens.len().saturating_sub(block_size)..];
    let mut padded = window.to_vec();
    padded.resize(block_size, 0);
    (window, int_tensor(&padded, block_size, device))
}

/// Token ids as a tensor of rows of `width`.
pub(crate) fn int_tensor(ids: &[u32], width: usize, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
    let rows = ids.len() / width;
    Tensor::from_data(TensorData::new(ids, [rows, width]), device)
}
