//! Which tokens a model has put near each other: those whose rows of the embedding point the same way.

use serde::Serialize;

use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::readback::read;
use crate::tokenizer::Tokenizer;

/// A token near another.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Neighbour {
    /// Its number.
    pub id: u32,
    /// As the page shows it.
    pub token: String,
    /// The cosine of the angle between the two rows of the embedding, between -1 and 1: 1 where they point
    /// the same way, 0 where they have nothing to do with each other.
    pub cosine: f32,
}

/// The `count` tokens nearest to `token` in the model's embedding, the nearest first; of equally near ones
/// the lowest id.
///
/// # Errors
/// [`Error::SettingOutOfRange`] where the model has no such token; [`Error::Diverged`] where its weights are
/// not finite; [`Error::EngineFailed`].
pub async fn neighbours(
    model: &Gpt,
    tokenizer: &Tokenizer,
    token: u32,
    count: usize,
) -> Result<Vec<Neighbour>> {
    let max = model.vocab_size() as f64 - 1.0;
    let unknown = || Error::SettingOutOfRange { name: "token", value: token.into(), min: 0.0, max };
    let embedding = read(model.embedding().clone()).await?; // [vocab_size, n_embd]
    let rows: Vec<&[f32]> = embedding.chunks_exact(model.config().n_embd).collect();
    let row = *rows.get(token as usize).ok_or_else(unknown)?;
    let mut near: Vec<(u32, f32)> =
        (0..).zip(&rows).filter(|&(id, _)| id != token).map(|(id, other)| (id, cosine(row, other))).collect();
    if !near.iter().all(|(_, cosine)| cosine.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    near.sort_by(|a, b| b.1.total_cmp(&a.1));
    near.truncate(count);
    let neighbour = |(id, cosine)| Neighbour { id, token: tokenizer.label(id), cosine };
    Ok(near.into_iter().map(neighbour).collect())
}

/// Of the angle between two vectors; 0 where one has no direction.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths == 0.0 { 0.0 } else { (dot(a, b) / lengths) as f32 }
}
