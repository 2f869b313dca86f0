//! Passages of the text that a model is judged by, for a reader to look at.

use crate::data::{Dataset, Part};
use crate::tokenizer::{SpecialToken, Tokenizer};

/// Characters of a passage, about: some lines, with every kind of token in them.
const CHARACTERS: f64 = 240.0;

/// From one number to the next lie so many passages: two that follow each other would tell the same story.
const APART: usize = 7_919;

/// A passage of the validation part, which no step has learned from: another for each number, none where
/// there is no such part. It holds no special token; where it does not begin a document, it begins with a
/// word.
pub fn validation_passage(dataset: &dyn Dataset, tokenizer: &Tokenizer, number: usize) -> Option<String> {
    let length = (CHARACTERS / dataset.size().characters_per_token.max(1.0)).ceil() as usize;
    let stretches = dataset.stretches(Part::Validation);
    let documents = stretches.iter().flat_map(|tokens| tokens.split(|&id| SpecialToken::of(id).is_some()));
    let passages = documents.flat_map(|tokens| {
        let begins = [true].into_iter().chain(core::iter::repeat(false));
        tokens.chunks(length).zip(begins)
    });
    let passages: Vec<(&[u32], bool)> = passages.collect();
    let longest = passages.iter().map(|(tokens, _)| tokens.len()).max()?;
    let long = passages.into_iter().filter(|(tokens, _)| 2 * tokens.len() >= longest).collect::<Vec<_>>();
    let (tokens, begins) = long.get(number.wrapping_mul(APART) % long.len())?;
    let text = tokenizer.decode(tokens);
    // A token may be a part of a character.
    let text = text.trim_matches(char::REPLACEMENT_CHARACTER);
    let text = match text.split_once(char::is_whitespace) {
        Some((_, rest)) if !begins => rest.trim_start(),
        _ => text,
    };
    (!text.is_empty()).then(|| text.to_owned())
}
