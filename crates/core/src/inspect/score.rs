//! How likely a model found a text, token by token.

use burn::tensor::{Int, Tensor};
use serde::Serialize;

use super::text_window::TextWindow;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::ops;
use crate::readback::read;
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
    let window = TextWindow::read(model, tokenizer, text)?;
    let tokens = window.labels(tokenizer);
    // The row of each token is scored by the token after it; what follows the last is padding.
    let mut targets: Vec<i32> = window.tokens.iter().skip(1).map(|&id| id as i32).collect();
    targets.resize(window.forward.hidden_state.dims()[0], 0);
    let targets: Tensor<1, Int> = Tensor::from_ints(&targets[..], &model.device());
    let log_probs = ops::token_log_probs(model.logits(window.forward.hidden_state), targets);
    let mut log_probs = read(log_probs).await?;
    log_probs.truncate(tokens.len() - 1);
    if !log_probs.iter().all(|log_prob| log_prob.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok(Score { tokens, log_probs })
}
