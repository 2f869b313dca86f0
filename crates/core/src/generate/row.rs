//! One of the texts that are written side by side.

use super::generator::{Piece, WritingConfig};
use super::sampler::Sampler;
use crate::config::SamplingConfig;
use crate::error::{Error, Result};
use crate::tokenizer::{SpecialToken, StreamDecoder, Tokenizer};

/// A text: what it consists of, and how its next token is drawn.
pub(super) struct Row {
    /// The prompt's tokens and those written since.
    tokens: Vec<u32>,
    sampler: Sampler,
    decoder: StreamDecoder,
    stop_at_end: bool,
    ended: bool,
}

impl Row {
    /// The `index`-th text.
    pub fn new(tokenizer: &Tokenizer, prompt: &str, index: u64, config: &WritingConfig) -> Result<Self> {
        let &WritingConfig { ref sampling, begins_document, stop_at_end } = config;
        if prompt.is_empty() && !begins_document {
            return Err(Error::PromptEmpty);
        }
        let mut tokens = vec![];
        tokens.extend(begins_document.then_some(SpecialToken::EndOfText.id()));
        tokens.extend(tokenizer.encode(prompt)?);
        let sampling = SamplingConfig { seed: sampling.seed.wrapping_add(index), ..sampling.clone() };
        let sampler = Sampler::new(sampling)?;
        Ok(Self { tokens, sampler, decoder: StreamDecoder::default(), stop_at_end, ended: false })
    }

    /// Whether nothing more comes.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// The tokens that the model sees, the newest included: none where there are none.
    pub fn window(&self, block_size: usize) -> &[u32] {
        &self.tokens[window_start(self.tokens.len(), block_size)..]
    }

    /// Draws the next token from its `logits`; after the end nothing is written.
    ///
    /// # Errors
    /// [`Error::Diverged`] where the logits are not finite.
    pub fn write(&mut self, logits: &[f32], tokenizer: &Tokenizer) -> Result<Piece> {
        if self.ended {
            return Ok(Piece { id: SpecialToken::EndOfText.id(), text: String::new(), ended: true });
        }
        let id = self.sampler.draw(logits)?;
        self.ended = self.stop_at_end && id == SpecialToken::EndOfText.id();
        let text = if self.ended {
            self.finish()
        } else {
            self.tokens.push(id);
            self.decoder.push(tokenizer, id)
        };
        Ok(Piece { id, text, ended: self.ended })
    }

    /// What is held back when writing ends within a character: U+FFFD, or nothing.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.decoder).finish()
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
