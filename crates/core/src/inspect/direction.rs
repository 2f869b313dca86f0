//! A direction of the residual stream: what tells some sentences from others.

use super::text_window::read_window;
use crate::config::in_range;
use crate::error::{Error, Result};
use crate::model::{Gpt, Interventions};
use crate::readback::read_all;
use crate::tokenizer::Tokenizer;

/// The mean of the residual stream after `layer` over the sentences of `toward`, less that over those of
/// `away`, `n_embd` numbers: a sentence's own mean is over its tokens, of its last `block_size` at most.
///
/// # Errors
/// [`Error::PromptEmpty`] where a sentence is empty, or there is none; what the tokenizer refuses;
/// [`Error::SettingOutOfRange`] for a layer that is not there; [`Error::Diverged`]; [`Error::EngineFailed`].
pub async fn direction(
    model: &Gpt,
    tokenizer: &Tokenizer,
    [toward, away]: [&[String]; 2],
    layer: usize,
) -> Result<Vec<f32>> {
    in_range("layer", layer, 0, model.config().n_layer - 1)?;
    let toward = mean(model, tokenizer, toward, layer).await?;
    let away = mean(model, tokenizer, away, layer).await?;
    let direction: Vec<f32> = toward.iter().zip(&away).map(|(to, from)| (to - from) as f32).collect();
    if !direction.iter().all(|number| number.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok(direction)
}

/// Over the sentences, `n_embd` numbers.
async fn mean(model: &Gpt, tokenizer: &Tokenizer, sentences: &[String], layer: usize) -> Result<Vec<f64>> {
    if sentences.is_empty() {
        return Err(Error::PromptEmpty);
    }
    let mut residuals = vec![];
    for sentence in sentences {
        let (tokens, row) = read_window(model, tokenizer, sentence)?;
        let trace = model.forward_traced(row, &Interventions::default())?;
        let residual = trace.residuals.into_iter().nth(layer + 1);
        residuals.extend(residual.map(|residual| residual.narrow(0, 0, tokens.len())));
    }
    let mut mean = vec![0.0; model.config().n_embd];
    for residual in read_all(residuals).await? {
        let tokens = residual.len() / mean.len();
        let share = 1.0 / (tokens * sentences.len()) as f64;
        for row in residual.chunks_exact(mean.len()) {
            mean.iter_mut().zip(row).for_each(|(sum, &number)| *sum += share * f64::from(number));
        }
    }
    Ok(mean)
}
