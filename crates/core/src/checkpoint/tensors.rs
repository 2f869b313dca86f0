//! The tensors of a `safetensors` file that may come from anywhere: its header is bounded before it is read.

use std::borrow::Cow;
use std::collections::BTreeSet;

use half::{bf16, f16};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use crate::error::{Error, Result};
use crate::json::check_keys;

/// Quotation marks that a header may have: a tensor has ten, a checkpoint of 24 layers some 6,000. What is
/// read of a header takes more memory than the header itself where it is made of many short strings.
const MAX_QUOTES: usize = 20_000;

/// Commas that it may have: one with 16,000 merges has 50,000. What is read of it takes 65 bytes for each
/// number of a shape.
const MAX_COMMAS: usize = 150_000;

/// The tensors of a file whose header has at most `max_header` bytes and names each of them once. They lie
/// side by side, and nothing else is in the file.
///
/// # Errors
/// Why the file is not read, in English.
pub(crate) fn open(bytes: &[u8], max_header: usize) -> Result<SafeTensors<'_>, String> {
    let Some((length, rest)) = bytes.split_first_chunk() else { return Err("it has no header".into()) };
    let length = u64::from_le_bytes(*length);
    if length > max_header as u64 {
        return Err("its header is too long".into());
    }
    let Some(header) = rest.get(..length as usize) else { return Err("its header is cut off".into()) };
    let commas = header.iter().filter(|byte| **byte == b',').count();
    if quotes(header) > MAX_QUOTES || commas > MAX_COMMAS {
        return Err("its header has too many entries".into());
    }
    // A key that is there twice is dropped by `SafeTensors` without a word.
    check_keys(header).map_err(|error| error.to_string())?;
    SafeTensors::deserialize(bytes).map_err(|error| error.to_string())
}

/// The quotation marks around strings: those within a string are escaped.
fn quotes(header: &[u8]) -> usize {
    let before = [b' '].iter().chain(header);
    before.zip(header).filter(|(before, byte)| **byte == b'"' && **before != b'\\').count()
}

/// The tensors of a file, each to be taken once.
pub(crate) struct Source<'a, 't> {
    tensors: &'t SafeTensors<'a>,
    taken: BTreeSet<String>,
}

impl<'a, 't> Source<'a, 't> {
    pub fn new(tensors: &'t SafeTensors<'a>) -> Self {
        Self { tensors, taken: BTreeSet::new() }
    }

    /// The numbers of a tensor of this shape, as they lie in the file; those of half precision are widened.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] or [`Error::CheckpointNotFinite`] with the tensor's name.
    pub fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Numbers<'t>> {
        let mismatch = || Error::CheckpointMismatch { what: name.to_owned() };
        let view = self.tensors.tensor(name).map_err(|_| mismatch())?;
        if view.shape() != shape {
            return Err(mismatch());
        }
        let numbers: Numbers<'t> = match view.dtype() {
            Dtype::F32 => Cow::Borrowed(view.data().as_chunks().0),
            Dtype::F16 => widened(view.data(), |bytes| f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => widened(view.data(), |bytes| bf16::from_le_bytes(bytes).to_f32()),
            _ => return Err(mismatch()),
        };
        if !numbers.iter().all(|number| f32::from_le_bytes(*number).is_finite()) {
            return Err(Error::CheckpointNotFinite { what: name.to_owned() });
        }
        self.taken.insert(name.to_owned());
        Ok(numbers)
    }

    /// # Errors
    /// [`Error::CheckpointMismatch`] with the name of a tensor that nobody asked for, unless it is `spared`.
    pub fn check_all_taken(&self, spared: &str) -> Result<()> {
        let unknown = |name: &&str| *name != spared && !self.taken.contains(*name);
        match self.tensors.names().into_iter().find(unknown) {
            Some(name) => Err(Error::CheckpointMismatch { what: name.to_owned() }),
            None => Ok(()),
        }
    }
}

/// `f32`, little-endian.
pub(crate) type Numbers<'t> = Cow<'t, [[u8; 4]]>;

/// Numbers of two bytes as such of four.
fn widened<'t>(data: &[u8], widen: impl Fn([u8; 2]) -> f32) -> Numbers<'t> {
    data.as_chunks().0.iter().map(|bytes| widen(*bytes).to_le_bytes()).collect()
}

/// Numbers as they lie in a file.
pub(crate) fn decode(numbers: &[[u8; 4]]) -> Vec<f32> {
    numbers.iter().copied().map(f32::from_le_bytes).collect()
}
