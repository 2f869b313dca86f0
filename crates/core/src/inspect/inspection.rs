//! One look at a text: the attention of every head, and what could come next after every token.

use serde::Serialize;

use super::text_window::TextWindow;
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::generate::likeliest;
use crate::model::Gpt;
use crate::readback::{read, read_all};
use crate::tokenizer::Tokenizer;

/// Candidates listed for each token.
const CANDIDATES: usize = 10;

/// What the model does with a text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Inspection {
    /// The text's tokens as the page shows them: the last `block_size` at most.
    pub tokens: Vec<String>,
    /// How many blocks the model has.
    pub n_layer: usize,
    /// How many heads each block has.
    pub n_head: usize,
    /// `[n_layer, n_head, query, key]`, row-major: rows sum to 1 and are 0 above the diagonal.
    #[serde(skip)]
    pub attention: Vec<f32>,
    /// Where each token begins in the text, in bytes, and where the last one ends.
    #[serde(skip)]
    pub bounds: Vec<usize>,
    /// For each token the likeliest next tokens, likeliest first.
    pub candidates: Vec<Vec<Candidate>>,
}

/// A token that could come next.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Candidate {
    /// As the page shows it.
    pub token: String,
    /// Between 0 and 1.
    pub probability: f32,
}

/// The scores of every token of the vocabulary after each token of `text`, of its last `block_size` at most:
/// `[tokens, vocab_size]`, row-major.
///
/// # Errors
/// As [`inspect`].
pub async fn logits(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Vec<f32>> {
    let TextWindow { tokens, forward } = TextWindow::read(model, tokenizer, text)?;
    read(model.logits(forward.hidden_state).narrow(0, 0, tokens.len())).await
}

/// Runs `text` through the model and reads what every head attends to.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::Diverged`] where the model's scores are not
/// finite; [`Error::EngineFailed`].
pub async fn inspect(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Inspection> {
    let window = TextWindow::read(model, tokenizer, text)?;
    let (labels, time) = (window.labels(tokenizer), window.tokens.len());
    let TextWindow { tokens, forward } = window;
    let logits = model.logits(forward.hidden_state).narrow(0, 0, time); // [time, vocab_size]
    // Narrowed before it is read back: a window's attention is 12 MB for the largest preset.
    let attention =
        forward.attention.into_iter().map(|weights| weights.narrow(2, 0, time).narrow(3, 0, time));
    let mut read = read_all::<4>(attention.chain([logits.unsqueeze()])).await?;
    let logits = read.pop().unwrap_or_default();
    if !logits.iter().all(|logit| logit.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    let ModelConfig { n_layer, n_head, .. } = *model.config();
    Ok(Inspection {
        bounds: bounds(&tokens, text.len(), tokenizer),
        tokens: labels,
        n_layer,
        n_head,
        attention: read.concat(),
        candidates: logits.chunks_exact(model.vocab_size()).map(|row| candidates(row, tokenizer)).collect(),
    })
}

/// The byte at which each token of `window` begins, and `end`, at which the last one ends.
fn bounds(window: &[u32], end: usize, tokenizer: &Tokenizer) -> Vec<usize> {
    let lengths = window.iter().map(|&id| tokenizer.token_bytes(id).len());
    let mut offset = end - lengths.clone().sum::<usize>();
    let mut bounds = vec![offset];
    bounds.extend(lengths.map(|length| {
        offset += length;
        offset
    }));
    bounds
}

/// The likeliest tokens of one row of logits with their probabilities.
pub(super) fn candidates(logits: &[f32], tokenizer: &Tokenizer) -> Vec<Candidate> {
    let ranked = likeliest(logits, CANDIDATES);
    let highest = ranked.first().map_or(0.0, |best| best.1);
    let total: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    let candidate = |(id, logit): (u32, f32)| Candidate {
        token: tokenizer.label(id),
        probability: (logit - highest).exp() / total,
    };
    ranked.into_iter().map(candidate).collect()
}
