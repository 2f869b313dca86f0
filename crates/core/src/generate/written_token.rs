//! How a token came to be written: what else could have come, and which random number decided.

use serde::Serialize;

use super::sampler::likeliest;
use crate::tokenizer::Tokenizer;

/// Candidates listed for each token.
const CANDIDATES: usize = 10;

/// A token of a text that was written with [`super::WritingConfig::explained`], as it was when the model
/// wrote it: the model may have learned more since.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct WrittenToken {
    /// The token.
    pub id: u32,
    /// As the page shows it.
    pub token: String,
    /// The text that could be shown once it had come: see [`super::Piece::text`].
    pub text: String,
    /// The random number that chose it, at least 0 and below 1: where the probabilities of all candidates, as
    /// the sampling settings make them, stand one after the other, likeliest first, it falls into this
    /// token's part ([`super::Sampler::choose`]). None where the token was given.
    pub number: Option<f64>,
    /// What the model gave it: its probability at temperature 1, with no candidate left out.
    pub probability: f64,
    /// Its probability once the sampling settings had been applied. None where the token was given.
    pub drawn_probability: Option<f64>,
    /// How many candidates were at least as likely, itself included: 1 is the likeliest.
    pub rank: usize,
    /// The likeliest, likeliest first: ten, or as many as there are.
    pub candidates: Vec<RankedToken>,
    /// The model's scores `[vocab_size]` that it was drawn from.
    #[serde(skip)]
    pub logits: Vec<f32>,
}

/// A token that could have come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct RankedToken {
    /// The token.
    pub id: u32,
    /// As the page shows it.
    pub token: String,
    /// Its probability at temperature 1, with no candidate left out.
    pub probability: f64,
}

impl WrittenToken {
    /// What there is to say of the token `id` after these finite `logits`; its text is not known yet.
    pub(super) fn new(
        tokenizer: &Tokenizer,
        logits: &[f32],
        id: u32,
        number: Option<f64>,
        drawn_probability: Option<f64>,
    ) -> Self {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weight = |logit: f32| f64::from((logit - highest).exp());
        let total: f64 = logits.iter().map(|&logit| weight(logit)).sum();
        let own = logits.get(id as usize).copied().unwrap_or(f32::NEG_INFINITY);
        // Ties go to the smaller id, as where it was drawn.
        let is_before = |(other, &logit): (u32, &f32)| logit > own || (logit == own && other < id);
        let candidate = |(id, logit): (u32, f32)| RankedToken {
            id,
            token: tokenizer.label(id),
            probability: weight(logit) / total,
        };
        Self {
            id,
            token: tokenizer.label(id),
            text: String::new(),
            number,
            probability: weight(own) / total,
            drawn_probability,
            rank: 1 + (0..).zip(logits).filter(|&other| is_before(other)).count(),
            candidates: likeliest(logits, CANDIDATES).into_iter().map(candidate).collect(),
            logits: logits.to_vec(),
        }
    }
}
