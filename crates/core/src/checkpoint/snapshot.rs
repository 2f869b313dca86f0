//! The weights of one moment of a training in a byte a number: small enough that a tab keeps some forty of
//! them, near enough to the model for what it is asked. No training goes on from them.
//!
//! Parameters follow each other in the order of
//! [`Gpt::parameter_table`](crate::model::Gpt::parameter_table). Of a matrix each row has its scale (`f32`)
//! and one signed byte a number, which is worth as many scales; a norm's gain has its numbers (`f32`). All is
//! little-endian. There is no header: a snapshot is read beside the training that it was taken of.

use burn::tensor::{Device, Tensor, TensorData};

use super::tensors::decode;
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::model::{Gpt, ParameterInfo, ParameterKind, parameter_table};
use crate::readback::read_data;

/// The largest number of a row is worth so many scales.
const STEPS: f32 = 127.0;

/// Bytes of a row's scale.
const SCALE: usize = size_of::<f32>();

/// A model's weights as a snapshot: each number of a matrix within half a scale, a 254th of the largest of
/// its row.
///
/// # Errors
/// [`Error::Diverged`] where a number is not finite; [`Error::EngineFailed`].
pub async fn snapshot(model: &Gpt) -> Result<Vec<u8>> {
    let table = model.parameter_table();
    let mut bytes = Vec::with_capacity(table.iter().map(length).sum());
    let data = read_data(model.parameters().into_iter().cloned()).await?;
    for (info, data) in table.iter().zip(&data) {
        let numbers = data.as_slice::<f32>().map_err(Error::engine)?;
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(Error::Diverged { step: None });
        }
        match info.kind {
            ParameterKind::Gain => bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes())),
            ParameterKind::Embedding | ParameterKind::Matrix { .. } => {
                numbers.chunks_exact(info.shape[1]).for_each(|row| write_row(row, &mut bytes));
            }
        }
    }
    Ok(bytes)
}

/// The model of a snapshot that was taken of one of these sizes.
///
/// # Errors
/// [`Error::CheckpointMismatch`] where it is too short or too long; [`Error::CheckpointNotFinite`] with the
/// name of a parameter; what `config` refuses.
pub fn snapshot_model(bytes: &[u8], config: &ModelConfig, vocab_size: usize, device: &Device) -> Result<Gpt> {
    config.validate()?;
    let mismatch = || Error::CheckpointMismatch { what: "snapshot".into() };
    if bytes.len() != parameter_table(config, vocab_size).iter().map(length).sum::<usize>() {
        return Err(mismatch());
    }
    let mut rest = bytes;
    Gpt::from_parameters(config, vocab_size, device, |info| {
        let (own, after) = rest.split_at_checked(length(info)).ok_or_else(mismatch)?;
        rest = after;
        let numbers = match info.kind {
            ParameterKind::Gain => decode(own.as_chunks().0),
            ParameterKind::Embedding | ParameterKind::Matrix { .. } => {
                own.chunks_exact(SCALE + info.shape[1]).flat_map(row).collect()
            }
        };
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(Error::CheckpointNotFinite { what: info.name.clone() });
        }
        Ok(Tensor::from_data(TensorData::new(numbers, info.shape), device))
    })
}

/// Bytes of a parameter.
fn length(info: &ParameterInfo) -> usize {
    let [rows, columns] = info.shape;
    match info.kind {
        ParameterKind::Gain => rows * columns * size_of::<f32>(),
        ParameterKind::Embedding | ParameterKind::Matrix { .. } => rows * (SCALE + columns),
    }
}

fn write_row(row: &[f32], bytes: &mut Vec<u8>) {
    let scale = row.iter().fold(0.0, |most: f32, number| most.max(number.abs())) / STEPS;
    bytes.extend(scale.to_le_bytes());
    // Of a row of zeros every quotient is not a number, which becomes 0.
    bytes.extend(row.iter().map(|number| (number / scale).round_ties_even() as i8 as u8));
}

/// The numbers of a row.
fn row(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let (scale, numbers) = bytes
        .split_first_chunk()
        .map_or((0.0, bytes), |(scale, numbers)| (f32::from_le_bytes(*scale), numbers));
    numbers.iter().map(move |&number| f32::from(number as i8) * scale)
}
