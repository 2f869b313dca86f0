//! How likely a model found a text, token by token.

use burn::tensor::{Int, Tensor};
use serde::Serialize;

use super::text_window::TextWindow;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::ops;
use crate::readback::read_all;
use crate::tokenizer::Tokenizer;

/// The likelihood of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Score {
    /// The text's tokens as the page shows them.
    pub tokens: Vec<String>,
    /// For each token but the first, the log-probability (natural, so at most 0) that the model gave it after
    /// those before it.
    pub log_probs: Vec<f32>,
}

/// How likely the model finds each token of `text`, of its last `block_size` at most, after those before it.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::Diverged`]; [`Error::EngineFailed`].
pub async fn score(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Score> {
    Ok(score_and_next(model, tokenizer, text).await?.0)
}

/// The same, and the scores of every token of the vocabulary after the text.
///
/// # Errors
/// As [`score`].
pub(super) async fn score_and_next(
    model: &Gpt,
    tokenizer: &Tokenizer,
    text: &str,
) -> Result<(Score, Vec<f32>)> {
    let window = TextWindow::read(model, tokenizer, text)?;
    let tokens = window.labels(tokenizer);
    let (log_probs, next) = log_probs_and_next(model, window).await?;
    Ok((Score { tokens, log_probs }, next))
}

/// The same of the whole text, in windows that overlap by half: each token after at least half a window of
/// those before it, where there are so many.
///
/// # Errors
/// As [`score`].
pub async fn score_whole(model: &Gpt, tokenizer: &Tokenizer, text: &str) -> Result<Score> {
    let tokens = tokenizer.encode(text)?;
    if tokens.is_empty() {
        return Err(Error::PromptEmpty);
    }
    let block_size = model.config().block_size;
    let mut all = vec![];
    for start in (0..tokens.len()).step_by((block_size / 2).max(1)) {
        let window = tokens.iter().skip(start).take(block_size).copied().collect();
        let (log_probs, _) = log_probs_and_next(model, TextWindow::of(model, window)).await?;
        // The first of a window is the second token's.
        all.extend(log_probs.into_iter().skip(all.len() - start));
        if start + block_size >= tokens.len() {
            break;
        }
    }
    Ok(Score { tokens: tokens.iter().map(|&id| tokenizer.label(id)).collect(), log_probs: all })
}

/// Of each token of a window but the first; and the scores of every token of the vocabulary after it.
///
/// # Errors
/// [`Error::Diverged`]; [`Error::EngineFailed`].
async fn log_probs_and_next(model: &Gpt, window: TextWindow) -> Result<(Vec<f32>, Vec<f32>)> {
    let predicted = window.tokens.len() - 1;
    // The row of each token is scored by the token after it; what follows the last is padding.
    let mut targets: Vec<i32> = window.tokens.iter().skip(1).map(|&id| id as i32).collect();
    targets.resize(window.forward.hidden_state.dims()[0], 0);
    let targets: Tensor<1, Int> = Tensor::from_ints(&targets[..], &model.device());
    let logits = model.logits(window.forward.hidden_state);
    let next = logits.clone().narrow(0, predicted, 1);
    let log_probs = ops::token_log_probs(logits, targets).unsqueeze::<2>();
    let mut read = read_all([log_probs, next]).await?.into_iter();
    let (mut log_probs, next) = (read.next().unwrap_or_default(), read.next().unwrap_or_default());
    log_probs.truncate(predicted);
    if !log_probs.iter().chain(&next).all(|number| number.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok((log_probs, next))
}
