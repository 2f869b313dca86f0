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
    /// The text's tokens as the page shows them: the last `block_size` at most.
    pub tokens: Vec<String>,
    /// For each token but the first, the log-probability (natural, so at most 0) that the model gave it after
    /// those before it.
    pub log_probs: Vec<f32>,
}

/// How likely the model finds each token of `text` after those before it.
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
    // The row of each token is scored by the token after it; what follows the last is padding.
    let mut targets: Vec<i32> = window.tokens.iter().skip(1).map(|&id| id as i32).collect();
    targets.resize(window.forward.hidden_state.dims()[0], 0);
    let targets: Tensor<1, Int> = Tensor::from_ints(&targets[..], &model.device());
    let logits = model.logits(window.forward.hidden_state);
    let next = logits.clone().narrow(0, tokens.len() - 1, 1);
    let log_probs = ops::token_log_probs(logits, targets).unsqueeze::<2>();
    let mut read = read_all([log_probs, next]).await?.into_iter();
    let (mut log_probs, next) = (read.next().unwrap_or_default(), read.next().unwrap_or_default());
    log_probs.truncate(tokens.len() - 1);
    if !log_probs.iter().chain(&next).all(|number| number.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok((Score { tokens, log_probs }, next))
}
