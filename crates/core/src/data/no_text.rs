//! Nothing to learn from: a model that was opened without a text still writes, and can be looked at.

use super::dataset::{Dataset, DatasetSize, Part, Rows};
use crate::error::{Error, Result};
use crate::tokenizer::Tokenizer;

/// The dataset without examples. A step on it is refused with [`Error::TextEmpty`].
#[derive(Clone, Copy, Debug)]
pub struct NoText {
    /// As [`Dataset::is_of_documents`], of the text that the model was trained on.
    pub is_of_documents: bool,
}

impl Dataset for NoText {
    fn draw(&self, _: u64, _: usize, _: usize) -> Vec<usize> {
        vec![]
    }

    fn validation(&self, _: usize) -> Vec<usize> {
        vec![]
    }

    fn rows(&self, _: Part, _: &[usize]) -> Rows {
        Rows::default()
    }

    fn window(&self) -> usize {
        1
    }

    fn size(&self) -> DatasetSize {
        DatasetSize { training_tokens: 0, validation_tokens: 0, characters_per_token: 1.0 }
    }

    fn replace_training(&mut self, _: &[&str], _: &Tokenizer, _: &str) -> Result<()> {
        Err(Error::TextEmpty)
    }

    fn is_of_documents(&self) -> bool {
        self.is_of_documents
    }

    fn position(&self) -> &str {
        ""
    }
}
