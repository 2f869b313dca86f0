//! How the pieces of a text are found: it begins as letters, and one merge after the other joins them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Tokenizer;
use super::cut::TextToken;

/// The merges that act on a text. After step `s` the text's tokens are its letters, each joined to the one
/// before it where `joined` says so with a step up to `s`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Merging {
    /// What the text is before any merge: characters, and bytes of those that are no tokens of their own.
    pub letters: Vec<TextToken>,
    /// For each letter the step, by its index, that joins it to the letter before it; none where none does.
    pub joined: Vec<Option<usize>>,
    /// In the order in which the merges were learned.
    pub steps: Vec<MergeStep>,
}

/// One merge, wherever it acts on the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct MergeStep {
    /// Among all merges that were learned, from 1.
    pub number: usize,
    /// The token that the pair becomes.
    pub id: u32,
    /// The pair, as [`Tokenizer::label`] names its tokens.
    pub left: String,
    /// See `left`.
    pub right: String,
    /// How often it acts on the text.
    pub times: usize,
    /// Tokens of the text after it.
    pub tokens: usize,
}

impl Tokenizer {
    /// The merges that make the tokens of `text` from its letters. None for a vocabulary of characters.
    #[must_use]
    pub fn merging(&self, text: &str) -> Merging {
        let Self::Bpe(tokenizer) = self else {
            let letters = self.cut(text);
            return Merging { joined: vec![None; letters.len()], letters, steps: vec![] };
        };
        let (letters, joined_to) = tokenizer.merges_in(text);
        let mut times: BTreeMap<u32, usize> = BTreeMap::new();
        for &id in joined_to.iter().flatten() {
            *times.entry(id).or_default() += 1;
        }
        let mut tokens = letters.len();
        let first = self.vocab_size() - tokenizer.merges().len();
        let step = |(&id, &times): (&u32, &usize)| {
            tokens -= times;
            let index = (id as usize).checked_sub(first)?;
            let &(left, right) = tokenizer.merges().get(index)?;
            let (left, right) = (self.label(left), self.label(right));
            Some(MergeStep { number: index + 1, id, left, right, times, tokens })
        };
        let steps: Vec<MergeStep> = times.iter().filter_map(step).collect();
        let step_of = |id: u32| steps.binary_search_by_key(&id, |step| step.id).ok();
        let joined = joined_to.into_iter().map(|id| id.and_then(step_of)).collect();
        Merging { letters: self.spelled(text, letters), joined, steps }
    }
}
