//! What a prediction depends on: each head and each MLP is switched off in turn, and every two of them.

use burn::tensor::{Int, Tensor};
use serde::Serialize;

use super::text_window::{labels, read_window};
use crate::config::{ModelConfig, in_range};
use crate::error::{Error, Result};
use crate::model::{Gpt, Part};
use crate::ops;
use crate::readback::read;
use crate::tokenizer::Tokenizer;

/// Pairs are tried of so many parts at most: their number grows with the square.
const PAIRED_PARTS: usize = 24;

/// What the prediction of one token depends on. All log-probabilities are natural ones of this token.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Causes {
    /// The text's tokens as the page shows them: the last `block_size` at most.
    pub tokens: Vec<String>,
    /// Which of them is predicted, from those before it.
    pub position: usize,
    /// Of the whole model.
    pub log_prob: f32,
    /// Without one part: every head and every MLP.
    pub parts: Vec<Cause>,
    /// Without two parts: every two of them; none of a model of more than 24 parts, or where they were not
    /// asked for.
    pub pairs: Vec<PairCause>,
}

/// A prediction without one part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Cause {
    /// What is off.
    #[serde(flatten)]
    pub part: Part,
    /// Of the token, without it.
    pub log_prob: f32,
}

/// A prediction without two parts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct PairCause {
    /// What is off, by its place among [`Causes::parts`].
    pub parts: [usize; 2],
    /// Of the token, without both.
    pub log_prob: f32,
}

/// What the prediction of the token at `position` of `text` depends on; positions are those of the tokens
/// that are shown.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::SettingOutOfRange`] where no token is
/// predicted at `position`: the first one is not; [`Error::Diverged`]; [`Error::EngineFailed`].
pub async fn causes(
    model: &Gpt,
    tokenizer: &Tokenizer,
    text: &str,
    position: usize,
    pairs: bool,
) -> Result<Causes> {
    let (tokens, row) = read_window(model, tokenizer, text)?;
    in_range("position", position, 1, tokens.len() - 1)?;
    let ModelConfig { n_layer, n_head, .. } = *model.config();
    let most = if pairs && n_layer * (n_head + 1) <= PAIRED_PARTS { 2 } else { 1 };
    // What follows the token is not seen from there; on a GPU a row is always that of a whole window.
    let read_tokens = if row.dims()[1] == tokens.len() { row.narrow(1, 0, position) } else { row };
    let ablated = model.ablate_in_turn(read_tokens, position - 1, most);
    let target = tokens.get(position).copied().unwrap_or_default() as i32;
    let targets: Tensor<1, Int> = Tensor::from_ints(&vec![target; ablated.off.len()][..], &model.device());
    let log_probs = read(ops::token_log_probs(model.logits(ablated.hidden_state), targets)).await?;
    if !log_probs.iter().all(|log_prob| log_prob.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    let mut causes =
        Causes { tokens: labels(&tokens, tokenizer), position, log_prob: 0.0, parts: vec![], pairs: vec![] };
    let passes = || ablated.off.iter().zip(log_probs.iter().copied());
    for (off, log_prob) in passes() {
        match off[..] {
            [] => causes.log_prob = log_prob,
            [part] => causes.parts.push(Cause { part, log_prob }),
            _ => {}
        }
    }
    // Layer by layer, the heads and then the MLP.
    causes.parts.sort_by_key(|cause| (cause.part.layer, cause.part.head.unwrap_or(usize::MAX)));
    let place = |part: Part| causes.parts.iter().position(|cause| cause.part == part);
    causes.pairs = passes()
        .filter_map(|(off, log_prob)| match off[..] {
            [one, other] => Some(PairCause { parts: [place(one)?, place(other)?], log_prob }),
            _ => None,
        })
        .collect();
    Ok(causes)
}
