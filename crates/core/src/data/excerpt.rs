//! Something to read of a text: what an evaluation's model is given, in words.

use serde::Serialize;

use super::dataset::{Dataset, Part};
use crate::tokenizer::{SpecialToken, Tokenizer};

/// A stretch of one document that a model can see at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Excerpt {
    /// Its words; a character that is cut in two is left out.
    pub text: String,
    /// Where it is from: the training part only where there is no other.
    #[cfg_attr(feature = "typescript", tsify(type = "\"training\" | \"validation\""))]
    pub part: Part,
    /// Whether its document begins with it; else it may begin within a word.
    pub is_beginning: bool,
}

/// The longest stretch of one document in a window of the validation part, or, where there is none, of the
/// training part. The same number, the same window. `None` where the dataset has no text.
pub fn excerpt(dataset: &dyn Dataset, tokenizer: &Tokenizer, number: usize) -> Option<Excerpt> {
    let validation = dataset.validation(usize::MAX);
    let (part, example) = match validation.len() {
        0 => (Part::Training, dataset.draw(0, number, 1).pop()?),
        count => (Part::Validation, *validation.get(number % count)?),
    };
    let rows = dataset.rows(part, &[example]);
    let documents = rows.inputs.split(|&token| token == SpecialToken::EndOfText.id());
    let (index, tokens) = documents.enumerate().max_by_key(|(_, tokens)| tokens.len())?;
    let text = tokenizer.decode(tokens);
    let text = text.trim_matches(char::REPLACEMENT_CHARACTER).to_owned();
    Some(Excerpt { text, part, is_beginning: index > 0 })
}
