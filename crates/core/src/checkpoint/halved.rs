//! The file of a model alone in half precision: half as large.

use half::f16;
use safetensors::tensor::Dtype;

use super::header::{Header, METADATA_KEY, unreadable};
use super::reader::Checkpoint;
use super::tensors::decode;
use super::writer::safetensors_head;
use crate::error::{Error, Result};

/// The model in use, its weights rounded to the nearest `F16`; `page` is kept for the page. Every reader of
/// checkpoints widens them again.
///
/// # Errors
/// As [`Checkpoint::weights`]; [`Error::CheckpointNotFinite`] where a weight is too large for it.
pub fn halved(checkpoint: &Checkpoint<'_>, page: &str) -> Result<Vec<u8>> {
    let header = Header { train: None, page: page.to_owned(), ..checkpoint.header().clone() };
    let json = serde_json::to_string(&header).map_err(unreadable)?;
    let parameters = checkpoint.weights()?.parameters;
    let named = parameters.iter().map(|(info, _)| (info.name.clone(), info.shape.to_vec()));
    let (mut bytes, following) = safetensors_head(Dtype::F16, (METADATA_KEY, &json), named)?;
    bytes.reserve_exact(following);
    for (info, numbers) in &parameters {
        let halves: Vec<f16> = decode(numbers).into_iter().map(f16::from_f32).collect();
        if !halves.iter().all(|number| number.is_finite()) {
            return Err(Error::CheckpointNotFinite { what: info.name.clone() });
        }
        bytes.extend(halves.into_iter().flat_map(f16::to_le_bytes));
    }
    Ok(bytes)
}
