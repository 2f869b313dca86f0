//! From token ids on the host to tensors on a device: the only place where that happens.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::dataset::Rows;

/// Rows of tokens on a device.
#[derive(Clone, Debug)]
pub struct Batch {
    /// What the model reads, `[rows, time]`.
    pub inputs: Tensor<2, Int>,
    /// What it should predict after each of them, `[rows * time]`.
    pub targets: Tensor<1, Int>,
    /// How much each prediction counts, `[rows * time]`.
    pub weights: Tensor<1>,
}

impl Rows {
    /// The rows on `device`.
    pub fn on(&self, device: &Device) -> Batch {
        Batch {
            inputs: int_tensor(&self.inputs, self.time, device),
            targets: int_tensor(&self.targets, 1, device).reshape([self.targets.len()]),
            weights: Tensor::from_data(&self.weights[..], device),
        }
    }
}

/// The last `block_size` tokens, as they are and as the one row of a full window: always the same shape, so
/// that a GPU compiles once. What follows the last token is never attended to: the mask sees to that.
pub(crate) fn last_window<'a>(
    tokens: &'a [u32],
    block_size: usize,
    device: &Device,
) -> (&'a [u32], Tensor<2, Int>) {
    let window = &tokens[tokens.len().saturating_sub(block_size)..];
    (window, padded_row(window, block_size, device))
}

/// Tokens as one row of `width`.
pub(crate) fn padded_row(tokens: &[u32], width: usize, device: &Device) -> Tensor<2, Int> {
    let mut padded = tokens.to_vec();
    padded.resize(width, 0);
    int_tensor(&padded, width, device)
}

/// Token ids as a tensor of rows of `width`.
pub(crate) fn int_tensor(ids: &[u32], width: usize, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
    let rows = ids.len() / width.max(1);
    Tensor::from_data(TensorData::new(ids, [rows, width]), device)
}
