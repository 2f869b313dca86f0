//! From token ids on the host to tensors on a device: the only place where that happens.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::dataset::Rows;
use crate::engine::compiles;

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

/// Tokens of a window as one row. Where the engine compiles programs for shapes it is the row of a full
/// window, always of one shape: what follows the last token is never attended to, the mask sees to that.
pub(crate) fn window_row(tokens: &[u32], block_size: usize, device: &Device) -> Tensor<2, Int> {
    let width = if compiles(device) { block_size } else { tokens.len() };
    let mut row = tokens.to_vec();
    row.resize(width, 0);
    int_tensor(&row, width, device)
}

/// Token ids as a tensor of rows of `width`.
pub(crate) fn int_tensor(ids: &[u32], width: usize, device: &Device) -> Tensor<2, Int> {
    let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
    let rows = ids.len() / width.max(1);
    Tensor::from_data(TensorData::new(ids, [rows, width]), device)
}
