//! How a token came to be written: the scores that it was drawn from, and the random number that decided.

use serde::Serialize;

/// A token of a text that was written with [`super::WritingConfig::explained`], as it was when the model
/// wrote it: the model may have learned more since. What follows from the scores, every candidate's
/// probability and rank, is left to whoever asks for it: it would take a fifth of the time of writing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct WrittenToken {
    /// The token.
    pub id: u32,
    /// The text that could be shown once it had come: see [`super::Piece::text`].
    pub text: String,
    /// The random number that chose it, at least 0 and below 1: where the probabilities of all candidates, as
    /// the sampling settings make them, stand one after the other, likeliest first, it falls into this
    /// token's part ([`super::Sampler::choose`]). None where the token was given.
    pub number: Option<f64>,
    /// The model's scores `[vocab_size]` that it was drawn from.
    #[serde(skip)]
    pub logits: Vec<f32>,
}
