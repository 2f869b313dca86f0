//! A text as a model reads it.

use burn::tensor::{Int, Tensor};

use crate::data::window_row;
use crate::error::{Error, Result};
use crate::model::{Forward, Gpt};
use crate::tokenizer::Tokenizer;

/// The last tokens of a text, and a forward pass over them, of which the first `tokens.len()` rows count: on
/// a GPU it is over a whole window ([`window_row`]).
pub(super) struct TextWindow {
    pub tokens: Vec<u32>,
    pub forward: Forward,
}

impl TextWindow {
    /// # Errors
    /// [`Error::PromptEmpty`]; what the tokenizer refuses.
    pub fn read(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Self> {
        let (tokens, row) = read_window(model, tokenizer, text)?;
        Ok(Self { tokens, forward: model.forward(row) })
    }

    /// Of at least one token, and at most `block_size`.
    pub fn of(model: &Gpt, tokens: Vec<u32>) -> Self {
        let row = window_row(&tokens, model.config().block_size, &model.device());
        Self { tokens, forward: model.forward(row) }
    }

    /// The tokens as the page shows them.
    pub fn labels(&self, tokenizer: &Tokenizer) -> Vec<String> {
        labels(&self.tokens, tokenizer)
    }
}

/// The last tokens of a text, and the row `[1, ≥ tokens]` of them that a model can read.
///
/// # Errors
/// As [`TextWindow::read`].
pub(super) fn read_window(
    model: &Gpt,
    tokenizer: &Tokenizer,
    text: &str,
) -> Result<(Vec<u32>, Tensor<2, Int>)> {
    let mut tokens = tokenizer.encode(text)?;
    if tokens.is_empty() {
        return Err(Error::PromptEmpty);
    }
    let block_size = model.config().block_size;
    tokens.drain(..tokens.len().saturating_sub(block_size));
    let row = window_row(&tokens, block_size, &model.device());
    Ok((tokens, row))
}

/// Tokens as the page shows them.
pub(super) fn labels(tokens: &[u32], tokenizer: &Tokenizer) -> Vec<String> {
    tokens.iter().map(|&id| tokenizer.label(id)).collect()
}
