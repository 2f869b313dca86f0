//! Dropout of what blocks add to the residual stream, while a model learns.

use burn::tensor::Tensor;

use crate::ops;

/// How much of a forward pass is left out, and what decides about it.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// Probability of each entry to be left out.
    pub rate: f64,
    /// The same seed leaves out the same.
    pub seed: u32,
    /// Where in its batch the first token stands: a part of a batch leaves out what the whole would.
    pub first_token: usize,
}

impl Dropout {
    /// Nothing is left out.
    pub const NONE: Self = Self { rate: 0.0, seed: 0, first_token: 0 };

    /// Adds to `stream` the product of `x` and `weight`, or what is left of it; each `site` of a model draws
    /// its own.
    pub(super) fn add(self, stream: Tensor<2>, x: Tensor<2>, weight: Tensor<2>, site: usize) -> Tensor<2> {
        if self.rate == 0.0 {
            return ops::linear_added(x, weight, stream);
        }
        let seed = self.seed.wrapping_add((site as u32).wrapping_mul(0x9e37_79b9));
        stream + ops::dropout(ops::linear(x, weight), self.rate, seed, self.first_token)
    }
}
