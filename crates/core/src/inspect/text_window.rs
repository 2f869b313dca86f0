//! A text as a model reads it.

use crate::data::last_window;
use crate::error::{Error, Result};
use crate::model::{Forward, Gpt};
use crate::tokenizer::Tokenizer;

/// The last tokens of a text, and a forward pass over them. The pass is over a whole window, of which the
/// first `tokens.len()` rows count: always the same shapes, so that a GPU compiles once.
pub(super) struct TextWindow {
    pub tokens: Vec<u32>,
    pub forward: Forward,
}

impl TextWindow {
    /// # Errors
    /// [`Error::PromptEmpty`]; what the tokenizer refuses.
    pub fn read(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Self> {
        let tokens = tokenizer.encode(text)?;
        let (window, inputs) = last_window(&tokens, model.config().block_size, &model.device());
        if window.is_empty() {
            return Err(Error::PromptEmpty);
        }
        Ok(Self { tokens: window.to_vec(), forward: model.forward(inputs) })
    }

    /// The tokens as the page shows them.
    pub fn labels(&self, tokenizer: &Tokenizer) -> Vec<String> {
        self.tokens.iter().map(|&id| tokenizer.label(id)).collect()
    }
}
