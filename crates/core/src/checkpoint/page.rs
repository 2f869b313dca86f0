//! What the page keeps in a file beside the training: the history, its settings, the reader's own text.
//!
//! It may be long, so it is no part of the header but a tensor of bytes, at the end. No engine looks at it.

use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::header::unreadable;
use super::reader::MAX_HEADER;
use super::tensors;
use super::writer::head_bytes;
use crate::error::{Error, Result};

/// The tensor's name.
pub(super) const PAGE: &str = "page";

/// A checkpoint with this text of the page's, in place of what it had before.
///
/// # Errors
/// [`Error::CheckpointUnreadable`]; [`Error::CheckpointMismatch`] where there is such a tensor elsewhere.
pub fn with_page(checkpoint: &[u8], page: &str) -> Result<Vec<u8>> {
    tensors::open(checkpoint, MAX_HEADER).map_err(unreadable)?;
    let (length, metadata) = safetensors::SafeTensors::read_metadata(checkpoint).map_err(unreadable)?;
    let mut infos: Vec<(String, TensorInfo)> =
        metadata.tensors().into_iter().map(|(name, info)| (name, info.clone())).collect();
    infos.sort_by_key(|(_, info)| info.data_offsets);
    if infos.last().is_some_and(|(name, _)| name == PAGE) {
        infos.pop();
    }
    if infos.iter().any(|(name, _)| name == PAGE) {
        return Err(Error::CheckpointMismatch { what: PAGE.into() });
    }
    let end = infos.last().map_or(0, |(_, info)| info.data_offsets.1);
    let info =
        TensorInfo { dtype: Dtype::U8, shape: vec![page.len()], data_offsets: (end, end + page.len()) };
    infos.push((PAGE.into(), info));
    let metadata = Metadata::new(metadata.metadata().clone(), infos).map_err(unreadable)?;
    let head = head_bytes(&metadata)?;
    let start = size_of::<u64>() + length;
    let data = checkpoint.get(start..start + end).ok_or_else(|| unreadable("it is cut off"))?;
    Ok([&head, data, page.as_bytes()].concat())
}
