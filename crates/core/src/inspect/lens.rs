//! The logit lens: what each layer would say if it were the last.

use serde::Serialize;

use super::inspection::{Candidate, candidates};
use super::text_window::{labels, read_window};
use crate::config::in_range;
use crate::error::{Error, Result};
use crate::model::{Gpt, Interventions};
use crate::readback::read_all;
use crate::tokenizer::Tokenizer;

/// What each layer would say after one token of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Lens {
    /// The text's tokens as the page shows them: the last `block_size` at most.
    pub tokens: Vec<String>,
    /// Which of them is predicted; after the last one, their number.
    pub position: usize,
    /// First the embedding alone, then each layer; the last one is what the model says.
    pub layers: Vec<LensLayer>,
}

/// What one layer would say.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LensLayer {
    /// Likeliest first.
    pub candidates: Vec<Candidate>,
    /// Of the token that stands there; none after the last one.
    pub probability: Option<f32>,
}

/// What each layer would say about the token at `position` of `text`, if the last norm and the output layer
/// followed it; positions are those of the tokens that are shown.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::SettingOutOfRange`] where no token is
/// predicted at `position`; [`Error::Diverged`]; [`Error::EngineFailed`].
pub async fn lens(model: &Gpt, tokenizer: &Tokenizer, text: &str, position: usize) -> Result<Lens> {
    let (tokens, row) = read_window(model, tokenizer, text)?;
    in_range("position", position, 1, tokens.len())?;
    let trace = model.forward_traced(row, &Interventions::default())?;
    let rows = trace.residuals.into_iter().map(|residual| {
        let row = residual.narrow(0, position - 1, 1);
        model.logits(model.final_norm(row))
    });
    let logits = read_all(rows).await?;
    if !logits.iter().flatten().all(|logit| logit.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    let target = tokens.get(position).copied();
    let layers = logits.iter().map(|logits| LensLayer {
        candidates: candidates(logits, tokenizer),
        probability: target.and_then(|id| probability(logits, id)),
    });
    Ok(Lens { tokens: labels(&tokens, tokenizer), position, layers: layers.collect() })
}

/// Of one token, by the scores of all.
fn probability(logits: &[f32], id: u32) -> Option<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    logits.get(id as usize).map(|logit| (logit - highest).exp() / total)
}
