//! What a training learns from, as the trainer sees it: numbered examples, handed out as rows of tokens.

use core::fmt;

use serde::Serialize;

use crate::error::Result;
use crate::tokenizer::Tokenizer;

/// The two halves of what is learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What is trained on.
    Training,
    /// What is never trained on, and judges the model.
    Validation,
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Training => "training",
            Self::Validation => "validation",
        })
    }
}

/// Examples to learn from. Windows of a text are one kind ([`super::Corpus`]).
pub trait Dataset {
    /// The training examples of the batch that is learned after `step` steps of `count` examples: the same
    /// seed and step, the same examples. An example may be drawn again.
    fn draw(&self, seed: u64, step: usize, count: usize) -> Vec<usize>;

    /// At most `count` different examples that are spread evenly over the validation part, always the same
    /// ones; none where there is no validation part. No two of them predict the same token, so there may be
    /// fewer.
    fn validation(&self, count: usize) -> Vec<usize>;

    /// The tokens of examples that [`Self::draw`] or [`Self::validation`] named, one row each.
    ///
    /// # Panics
    /// Where an example is not one of `part`.
    fn rows(&self, part: Part, examples: &[usize]) -> Rows;

    /// The tokens of a part in the stretches of the text that it consists of; none where there is no text.
    fn stretches(&self, _part: Part) -> Vec<&[u32]> {
        vec![]
    }

    /// Tokens a row, in both parts: at most the context length that was asked for.
    fn window(&self) -> usize;

    /// How much there is.
    fn size(&self) -> DatasetSize;

    /// Trains on other documents from now on; the validation part, its ratio of characters to tokens, and the
    /// length of the rows stay. `position` is kept as it is: see [`Self::position`].
    ///
    /// # Errors
    /// What the documents are refused for; then nothing has changed.
    fn replace_training(&mut self, documents: &[&str], tokenizer: &Tokenizer, position: &str) -> Result<()>;

    /// Whether it is made of several documents, with `<|endoftext|>` after each: what begins then begins
    /// after that token.
    fn is_of_documents(&self) -> bool {
        false
    }

    /// Where the training documents begin in the endless source that they are taken from, in that source's
    /// own words: empty where they are all that there is. A checkpoint keeps it, so that a training that is
    /// resumed takes the documents from there and need not go through all that came before.
    fn position(&self) -> &str;
}

/// How much there is to learn from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DatasetSize {
    /// Tokens that are trained on.
    pub training_tokens: usize,
    /// Tokens that are never trained on; 0 where there is no validation part.
    pub validation_tokens: usize,
    /// Characters a token, of the validation part where there is one: turns its nats a token into bits a
    /// character. The end of a document is a token and no character.
    pub characters_per_token: f64,
}

/// Tokens of a piece of a window at least: with fewer there is hardly a context to learn from.
const SHORTEST: usize = 16;

/// Examples as tokens, on the host: one row after the other, all of `time` tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What the model reads.
    pub inputs: Vec<u32>,
    /// What it should predict after each of them.
    pub targets: Vec<u32>,
    /// How much each prediction counts; 0: not at all.
    pub weights: Vec<f32>,
    /// Tokens a row.
    pub time: usize,
}

impl Rows {
    /// The same tokens with each row in so many pieces of at least [`SHORTEST`] tokens, or in fewer where
    /// they would not be of one length.
    pub fn in_pieces(self, pieces: usize) -> Self {
        let fits = |pieces: &usize| self.time.is_multiple_of(*pieces) && self.time / pieces >= SHORTEST;
        let pieces = (2..=pieces).rev().find(fits).unwrap_or(1);
        Self { time: self.time / pieces, ..self }
    }

    /// What the predictions count together: what their mean is divided by.
    pub fn total_weight(&self) -> f64 {
        self.weights.iter().map(|&weight| f64::from(weight)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_the_same_tokens_and_are_neither_short_nor_unequal() {
        let rows = |time: u32| Rows {
            inputs: (0..2 * time).collect(),
            targets: (1..=2 * time).collect(),
            weights: vec![1.0; 2 * time as usize],
            time: time as usize,
        };
        for (window, wanted, time) in
            [(64, 4, 16), (64, 2, 32), (64, 1, 64), (48, 4, 16), (32, 4, 16), (31, 4, 31)]
        {
            let pieces = rows(window).in_pieces(wanted);
            assert_eq!(pieces, Rows { time, ..rows(window) }, "{window} in {wanted}");
        }
    }
}
