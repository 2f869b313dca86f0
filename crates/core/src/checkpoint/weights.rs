//! The weights of a model as they lie in a file: no model is made of them, so no engine is needed.

use super::header::Header;
use super::tensors::{Numbers, Source};
use crate::config::ModelConfig;
use crate::error::Result;
use crate::model::{ParameterInfo, parameter_table};
use crate::tokenizer::Tokenizer;

/// The weights of a model, and what belongs to it.
#[derive(Clone, Debug)]
pub struct Weights<'c> {
    /// Sizes of the model.
    pub config: &'c ModelConfig,
    /// Its tokenizer.
    pub tokenizer: &'c Tokenizer,
    /// Whether it was trained on several documents, so that a text begins with
    /// [`SpecialToken::EndOfText`](crate::tokenizer::SpecialToken::EndOfText).
    pub is_of_documents: bool,
    /// Every parameter, in order, with its numbers: `f32`, little-endian, all finite.
    pub parameters: Vec<(ParameterInfo, Numbers<'c>)>,
}

impl<'c> Weights<'c> {
    /// Those whose names begin with `prefix`.
    ///
    /// # Errors
    /// As [`Source::numbers`].
    pub(super) fn read(
        source: &mut Source<'_, 'c>,
        prefix: &str,
        header: &'c Header,
        tokenizer: &'c Tokenizer,
    ) -> Result<Self> {
        let table = parameter_table(&header.model, tokenizer.vocab_size()).into_iter();
        let parameters = table.map(|info| {
            let numbers = source.numbers(&format!("{prefix}{}", info.name), &info.shape)?;
            Ok((info, numbers))
        });
        let parameters = parameters.collect::<Result<_>>()?;
        Ok(Self { config: &header.model, tokenizer, is_of_documents: header.is_of_documents, parameters })
    }
}
