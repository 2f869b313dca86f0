//! One look at a text: the attention of every head, and what could come next after every token.

use serde::Serialize;

use crate::data::last_window;
use crate::error::{Error, Result};
use crate::generate::ranked;
use crate::model::{Forward, Gpt};
use crate::readback::{read, read_all};
use crate::tokenizer::Tokenizer;

/// Candidates kept for each place.
const CANDIDATES: usize = 10;

/// What the model does with a text.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// The text's tokens as the page shows them: the last `block_size` at most.
    pub tokens: Vec<String>,
    /// Blocks.
    pub n_layer: usize,
    /// Heads a block.
    pub n_head: usize,
    /// `[n_layer, n_head, query, key]`, row-major: rows sum to 1 and are 0 above the diagonal.
    #[serde(skip)]
    pub attention: Vec<f32>,
    /// Where each token begins in the text, in bytes, and where the last one ends.
    #[serde(skip)]
    pub bounds: Vec<usize>,
    /// For each place the likeliest next tokens, likeliest first.
    pub candidates: Vec<Vec<Candidate>>,
}

/// A token that could come next.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// As the page shows it.
    pub token: String,
    /// Between 0 and 1.
    pub probability: f32,
}

/// The last `block_size` tokens of `text`, at most, and what the model makes of them.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses.
fn read_text(
    model: &Gpt,
    tokenizer: &Tokenizer,
    block_size: usize,
    text: &str,
) -> Result<(Vec<u32>, Forward)> {
    let tokens = tokenizer.encode(text)?;
    let (window, inputs) = last_window(&tokens, block_size, &model.device());
    if window.is_empty() {
        return Err(Error::PromptEmpty);
    }
    Ok((window.to_vec(), model.forward(inputs)))
}

/// The scores of every token of the vocabulary after each token of `text`, of its last `block_size` at most:
/// `[tokens, vocab_size]`, row-major.
///
/// # Errors
/// As [`inspect`].
pub async fn logits(model: &Gpt, tokenizer: &Tokenizer, block_size: usize, text: &str) -> Result<Vec<f32>> {
    let (window, forward) = read_text(model, tokenizer, block_size, text)?;
    let mut logits = read(model.logits(forward.hidden)).await?;
    logits.truncate(window.len() * tokenizer.vocab_size());
    Ok(logits)
}

/// Runs `text` through the model and reads what every head attends to.
///
/// # Errors
/// [`Error::PromptEmpty`]; what the tokenizer refuses; [`Error::EngineFailed`].
pub async fn inspect(
    model: &Gpt,
    tokenizer: &Tokenizer,
    block_size: usize,
    text: &str,
) -> Result<Inspection> {
    let (window, forward) = read_text(model, tokenizer, block_size, text)?;
    let time = window.len();
    let n_layer = forward.attention.len();
    let n_head = forward.attention.first().map_or(0, |weights| weights.dims()[1]);
    let logits = model.logits(forward.hidden); // [block_size, vocab_size]
    let reads = forward.attention.into_iter().chain([logits.unsqueeze()]);
    let mut read = read_all::<4>(reads).await?;
    let logits = read.pop().unwrap_or_default();

    let mut attention = Vec::with_capacity(n_layer * n_head * time * time);
    for row in read.iter().flat_map(|layer| {
        let heads = layer.chunks_exact(block_size * block_size);
        heads.flat_map(|head| head.chunks_exact(block_size).take(time))
    }) {
        attention.extend_from_slice(&row[..time]);
    }
    let vocab_size = tokenizer.vocab_size();
    let candidates = logits.chunks_exact(vocab_size).take(time);
    Ok(Inspection {
        tokens: window.iter().map(|&id| tokenizer.label(id)).collect(),
        bounds: bounds(&window, text.len(), tokenizer),
        n_layer,
        n_head,
        attention,
        candidates: candidates.map(|logits| likeliest(logits, tokenizer)).collect(),
    })
}

/// The byte at which each token of `window` begins, and `end`, at which the last one ends.
fn bounds(window: &[u32], end: usize, tokenizer: &Tokenizer) -> Vec<usize> {
    let lengths = window.iter().map(|&id| tokenizer.token_bytes(id).len());
    let mut place = end - lengths.clone().sum::<usize>();
    let mut bounds = vec![place];
    bounds.extend(lengths.map(|length| {
        place += length;
        place
    }));
    bounds
}

/// The likeliest tokens of one row of logits with their probabilities.
fn likeliest(logits: &[f32], tokenizer: &Tokenizer) -> Vec<Candidate> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f32 = logits.iter().map(|logit| (logit - highest).exp()).sum();
    ranked(logits)
        .into_iter()
        .take(CANDIDATES)
        .map(|(id, logit)| Candidate {
            token: tokenizer.label(id),
            probability: (logit - highest).exp() / total,
        })
        .collect()
}
