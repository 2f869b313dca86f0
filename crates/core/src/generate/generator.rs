//! Continuing a prompt, one token at a time.

use burn::tensor::Tensor;

use super::sampler::Sampler;
use crate::config::SamplingConfig;
use crate::data::last_window;
use crate::error::{Error, Result};
use crate::model::{Gpt, KvCache};
use crate::readback::read;
use crate::tokenizer::{StreamDecoder, Tokenizer};

/// A text being written. It holds no weights: each token may come from a model that has learnt more meanwhile.
pub struct Generator {
    /// The prompt's tokens and those written since.
    tokens: Vec<u32>,
    sampler: Sampler,
    decoder: StreamDecoder,
    /// Of the window's tokens, all but the last one written.
    cache: Option<KvCache>,
}

impl Generator {
    /// Starts from `prompt`.
    ///
    /// # Errors
    /// [`Error::PromptEmpty`]; what the sampling settings or the tokenizer refuse.
    pub fn new(tokenizer: &Tokenizer, prompt: &str, config: SamplingConfig) -> Result<Self> {
        if prompt.is_empty() {
            return Err(Error::PromptEmpty);
        }
        Ok(Self {
            tokens: tokenizer.encode(prompt)?,
            sampler: Sampler::new(config)?,
            decoder: StreamDecoder::default(),
            cache: None,
        })
    }

    /// Writes one token and returns the text that can be shown now: empty while a character is incomplete.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn next(&mut self, model: &Gpt, block_size: usize, tokenizer: &Tokenizer) -> Result<String> {
        let hidden = self.read_on(model, block_size);
        let logits = read(model.logits(hidden)).await?; // [vocab_size]
        let Some(token) = self.sampler.draw(&logits) else { return Ok(String::new()) };
        self.tokens.push(token);
        Ok(self.decoder.push(tokenizer, token))
    }

    /// What is left when writing ends within a character.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.decoder).finish()
    }

    /// The model's hidden state `[1, n_embd]` after all tokens so far: the newest is read after those in the cache, or the
    /// whole window where the cache is of another one or of an earlier model.
    fn read_on(&mut self, model: &Gpt, block_size: usize) -> Tensor<2> {
        let window = &self.tokens[window_start(self.tokens.len(), block_size)..];
        let known = self.cache.take().filter(|cache| model.knows(cache) && cache.len + 1 == window.len());
        let (hidden, cache) = match (known, window.last()) {
            (Some(cache), Some(&newest)) => model.forward_one(newest, cache),
            _ => model.prefill(last_window(window, block_size, &model.device()).1, window.len()),
        };
        self.cache = Some(cache);
        hidden
    }
}

/// Where the window begins that the model sees of so many tokens: at the text's beginning at first. Whenever it is full it loses
/// its first half and grows again, so that what was read is remembered for half a window.
fn window_start(tokens: usize, block_size: usize) -> usize {
    let half = block_size / 2;
    tokens.saturating_sub(block_size).div_ceil(half) * half
}
