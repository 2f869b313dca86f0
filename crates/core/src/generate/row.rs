//! One of the texts that are written side by side.

use super::generator::{Piece, WritingConfig};
use super::sampler::Sampler;
use super::written_token::WrittenToken;
use crate::config::{SamplingConfig, in_range};
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
    /// The token that comes next without being drawn.
    given: Option<u32>,
    explained: bool,
}

impl Row {
    /// The `index`-th text.
    pub fn new(tokenizer: &Tokenizer, prompt: &str, index: u64, config: &WritingConfig) -> Result<Self> {
        let &WritingConfig { ref sampling, begins_document, stop_at_end, ref after, first, explained } =
            config;
        if prompt.is_empty() && !begins_document {
            return Err(Error::PromptEmpty);
        }
        let mut tokens = vec![];
        tokens.extend(begins_document.then_some(SpecialToken::EndOfText.id()));
        tokens.extend(tokenizer.encode(prompt)?);
        let mut decoder = StreamDecoder::default();
        for &id in after {
            check_id(tokenizer, id)?;
            decoder.push(tokenizer, id);
            tokens.push(id);
        }
        first.map(|id| check_id(tokenizer, id)).transpose()?;
        let sampling = SamplingConfig { seed: sampling.seed.wrapping_add(index), ..sampling.clone() };
        let sampler = Sampler::new(sampling)?;
        Ok(Self { tokens, sampler, decoder, stop_at_end, ended: false, given: first, explained })
    }

    /// Whether nothing more comes.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// The tokens that the model sees, the newest included: none where there are none.
    pub fn window(&self, block_size: usize) -> &[u32] {
        &self.tokens[window_start(self.tokens.len(), block_size)..]
    }

    /// Writes the next token, drawn from its `logits` unless it was given; after the end nothing is written.
    ///
    /// # Errors
    /// [`Error::Diverged`] where the logits are not finite.
    pub fn write(&mut self, logits: &[f32], tokenizer: &Tokenizer) -> Result<Piece> {
        if self.ended {
            let id = SpecialToken::EndOfText.id();
            return Ok(Piece { id, text: String::new(), ended: true, written: None });
        }
        // Also where a token was given, since the scores of a model that has diverged explain nothing.
        let draw = self.sampler.draw(logits)?;
        let (id, number) = match self.given.take() {
            Some(id) => (id, None),
            None => (draw.id, Some(draw.number)),
        };
        self.ended = self.stop_at_end && id == SpecialToken::EndOfText.id();
        let text = if self.ended {
            self.finish()
        } else {
            self.tokens.push(id);
            self.decoder.push(tokenizer, id)
        };
        let written =
            self.explained.then(|| WrittenToken { id, text: text.clone(), number, logits: logits.to_vec() });
        Ok(Piece { id, text, ended: self.ended, written })
    }

    /// What is held back when writing ends within a character: U+FFFD, or nothing.
    pub fn finish(&mut self) -> String {
        core::mem::take(&mut self.decoder).finish()
    }
}

/// # Errors
/// [`Error::SettingOutOfRange`] for a token that the tokenizer does not know.
fn check_id(tokenizer: &Tokenizer, id: u32) -> Result<()> {
    in_range("token", id as usize, 0, tokenizer.vocab_size() - 1)
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
