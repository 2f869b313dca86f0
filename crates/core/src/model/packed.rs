//! A model's matrices laid out for products of a few rows: what writing token by token reads.

use crate::ops::PackedWeights;

/// Of all that is multiplied while texts are written.
#[derive(Clone, Debug)]
pub(super) struct PackedModel {
    pub blocks: Vec<PackedBlock>,
    /// The embedding as the output layer.
    pub output: PackedWeights,
}

/// Of a block.
#[derive(Clone, Debug)]
pub(super) struct PackedBlock {
    pub qkv_proj: PackedWeights,
    pub o_proj: PackedWeights,
    pub gate_up_proj: PackedWeights,
    pub down_proj: PackedWeights,
}
