//! Continuing a prompt, one token at a time.

use super::sampler::Sampler;
use crate::config::SamplingConfig;
use crate::data::{int_tensor, last_window};
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::readback::read;
use crate::tokenizer::{StreamDecoder, Tokenizer};

/// A text being written. It holds no weights: each token may come from a model that has learnt more meanwhile.
pub struct Generator {
    /// The prompt's tokens and those written since; the model sees the last `block_size`.
    tokens: Vec<u32>,
    sampler: Sampler,
    decoder: StreamDecoder,
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
        })
    }

    /// Writes one token and returns the text that can be shown now: empty while a character is incomplete.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn next(&mut self, model: &Gpt, block_size: usize, tokenizer: &Tokenizer) -> Result<String> {
        let logits = next_logits(model, &self.tokens, block_size).await?;
        let Some(token) = self.sampler.draw(&logits) else { return Ok(String::new()) };
        self.tokens.push(token);
        Ok(self.decoder.push(tokenizer, token))
    }

    /// What is left when writing ends within a character.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.decoder).finish()
    }
}

/// Scores of the token after `tokens`, `[vocab_size]`.
async fn next_logits(model: &Gpt, tokens: &[u32], block_size: usize) -> Result<Vec<f32>> {
    let device = model.device();
    let (window, inputs) = last_window(tokens, block_size, &device);
    let hidden = model.forward(inputs).hidden; // [block_size, n_embd]
    let last = int_tensor(&[window.len() as u32 - 1], 1, &device).reshape([1]);
    read(model.logits(hidden.select(0, last))).await
}
