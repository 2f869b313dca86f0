//! How far the weights of one model are from those of another.

use serde::Serialize;

use super::reader::Checkpoint;
use crate::error::{Error, Result};

/// What differs between two models of the same sizes and the same tokenizer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Comparison {
    /// Bytes of the weights.
    pub bytes: u64,
    /// Those of them that differ.
    pub different_bytes: u64,
    /// From the embedding to the last norm.
    pub layers: Vec<LayerChange>,
}

/// How far the weights of one layer are from those of the other model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct LayerChange {
    /// `embed_tokens`, `embed_positions`, `layers.0` … or `norm`: as in the names of its weights.
    pub name: String,
    /// Its numbers.
    pub numbers: u64,
    /// Those of them that differ.
    pub different: u64,
    /// Root mean square of its weights in the first model.
    pub size: f64,
    /// Root mean square of the differences.
    pub change: f64,
}

/// Compares the weights of the models in use.
///
/// # Errors
/// [`Error::CheckpointMismatch`] with what the two do not have in common: `model` or `tokenizer`; as
/// [`Checkpoint::weights`].
pub fn compare(one: &Checkpoint<'_>, other: &Checkpoint<'_>) -> Result<Comparison> {
    let mismatch = |what: &str| Err(Error::CheckpointMismatch { what: what.into() });
    if one.header().model != other.header().model {
        return mismatch("model");
    }
    if one.header().tokenizer != other.header().tokenizer {
        return mismatch("tokenizer");
    }
    let mut comparison = Comparison { bytes: 0, different_bytes: 0, layers: vec![] };
    for ((info, ours), (_, theirs)) in one.weights()?.parameters.iter().zip(&other.weights()?.parameters) {
        let name = layer_of(&info.name);
        if comparison.layers.last().is_none_or(|layer| layer.name != name) {
            let (name, numbers) = (name.to_owned(), 0);
            comparison.layers.push(LayerChange { name, numbers, different: 0, size: 0.0, change: 0.0 });
        }
        comparison.bytes += size_of_val(&**ours) as u64;
        let bytes = ours.as_flattened().iter().zip(theirs.as_flattened());
        comparison.different_bytes += bytes.filter(|(ours, theirs)| ours != theirs).count() as u64;
        if let Some(layer) = comparison.layers.last_mut() {
            layer.add(ours, theirs);
        }
    }
    comparison.layers.iter_mut().for_each(LayerChange::finish);
    Ok(comparison)
}

impl LayerChange {
    /// Adds squares: [`Self::finish`] makes means of them.
    fn add(&mut self, ours: &[[u8; 4]], theirs: &[[u8; 4]]) {
        self.numbers += ours.len() as u64;
        for (ours, theirs) in ours.iter().zip(theirs) {
            self.different += u64::from(ours != theirs);
            let [ours, theirs] = [ours, theirs].map(|number| f64::from(f32::from_le_bytes(*number)));
            self.size += ours * ours;
            self.change += (theirs - ours) * (theirs - ours);
        }
    }

    fn finish(&mut self) {
        let numbers = (self.numbers as f64).max(1.0);
        self.size = (self.size / numbers).sqrt();
        self.change = (self.change / numbers).sqrt();
    }
}

/// The layer that a parameter belongs to: `model.layers.0.mlp.down_proj.weight` to `layers.0`.
fn layer_of(name: &str) -> &str {
    let name = name.strip_prefix("model.").unwrap_or(name);
    let parts = if name.starts_with("layers.") { 2 } else { 1 };
    match name.match_indices('.').nth(parts - 1) {
        Some((end, _)) => &name[..end],
        None => name,
    }
}
