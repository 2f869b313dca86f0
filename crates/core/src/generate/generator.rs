//! Continuing a prompt, one token at a time.

use burn::tensor::Tensor;
use serde::Serialize;

use super::sampler::Sampler;
use crate::config::SamplingConfig;
use crate::data::last_window;
use crate::error::{Error, Result};
use crate::model::{Gpt, KvCache};
use crate::readback::read;
use crate::tokenizer::{SpecialToken, StreamDecoder, Tokenizer};

/// A text being written. It holds no weights: each token may come from a model that has learnt more
/// meanwhile.
pub struct Generator {
    /// The prompt's tokens and those written since.
    tokens: Vec<u32>,
    sampler: Sampler,
    decoder: StreamDecoder,
    /// Of the window's tokens, all but the last one written.
    cache: Option<KvCache>,
    stop_at_end: bool,
}

/// One token written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The token.
    pub id: u32,
    /// The text that can be shown now: empty while a character is incomplete, and of special tokens.
    pub text: String,
    /// Whether it is `<|endoftext|>` and the generator was to stop at it: nothing more should be asked for.
    pub ended: bool,
}

impl Generator {
    /// Starts from `prompt`. `stop_at_end` asks for a text that ends where the model ends it, with
    /// `<|endoftext|>`; without it, the model begins another text after it.
    ///
    /// # Errors
    /// [`Error::PromptEmpty`]; what the sampling settings or the tokenizer refuse.
    pub fn new(
        tokenizer: &Tokenizer,
        prompt: &str,
        config: SamplingConfig,
        stop_at_end: bool,
    ) -> Result<Self> {
        if prompt.is_empty() {
            return Err(Error::PromptEmpty);
        }
        Ok(Self {
            tokens: tokenizer.encode(prompt)?,
            sampler: Sampler::new(config)?,
            decoder: StreamDecoder::default(),
            cache: None,
            stop_at_end,
        })
    }

    /// Writes one token.
    ///
    /// # Errors
    /// [`Error::Diverged`] where the model's scores are not finite; [`Error::EngineFailed`].
    pub async fn next(&mut self, model: &Gpt, tokenizer: &Tokenizer) -> Result<Piece> {
        let hidden_state = self.read_on(model);
        let logits = read(model.logits(hidden_state)).await?; // [vocab_size]
        let id = self.sampler.draw(&logits)?;
        self.tokens.push(id);
        let ended = self.stop_at_end && id == SpecialToken::EndOfText.id();
        let text = if ended { self.finish() } else { self.decoder.push(tokenizer, id) };
        Ok(Piece { id, text, ended })
    }

    /// What is held back when writing ends within a character: U+FFFD, or nothing.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.decoder).finish()
    }

    /// The model's hidden state `[1, n_embd]` after all tokens so far: the newest is read after those in the
    /// cache, or the whole window where the cache is of another one or of an earlier model.
    fn read_on(&mut self, model: &Gpt) -> Tensor<2> {
        let block_size = model.config().block_size;
        let window = &self.tokens[window_start(self.tokens.len(), block_size)..];
        let cache =
            self.cache.take().filter(|cache| cache.is_valid_for(model) && cache.len + 1 == window.len());
        let (hidden_state, cache) = match (cache, window.last()) {
            (Some(cache), Some(&newest)) => model.forward_one(newest, cache),
            _ => model.prefill(last_window(window, block_size, &model.device()).1, window.len()),
        };
        self.cache = Some(cache);
        hidden_state
    }
}

/// Where the window begins that the model sees of so many tokens: at the text's beginning at first. Whenever
/// it is full it loses its first half and grows again, so that what was read is remembered for half a window.
fn window_start(tokens: usize, block_size: usize) -> usize {
    let half = (block_size / 2).max(1);
    tokens.saturating_sub(block_size).div_ceil(half) * half
}

#[cfg(test)]
mod tests {
    use super::window_start;

    #[test]
    fn a_window_is_never_longer_than_the_context_and_holds_the_newest_token() {
        for block_size in 1..10 {
            for tokens in 1..50 {
                let start = window_start(tokens, block_size);
                assert!(start < tokens && tokens - start <= block_size, "{tokens} of {block_size}: {start}");
                // It begins elsewhere once in half a window at most.
                let half = (block_size / 2).max(1);
                assert!(start.is_multiple_of(half) && tokens - start > (block_size - half).min(tokens - 1));
            }
        }
    }
}
