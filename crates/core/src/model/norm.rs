//! Root-mean-square norm (arXiv 1910.07467).

use burn::tensor::Tensor;

use super::parameter::Builder;
use crate::ops;

/// Keeps the division finite on a zero vector; Llama's value.
pub(crate) const EPSILON: f64 = 1e-5;

/// Scales each vector to a root mean square of 1, then by a learned gain.
#[derive(Clone, Debug)]
pub(super) struct RmsNorm<T = Tensor<2>> {
    /// `[1, n_embd]`
    gain: T,
}

impl<T> RmsNorm<T> {
    pub(super) fn build<E>(name: &str, n_embd: usize, builder: &mut Builder<'_, T, E>) -> Result<Self, E> {
        Ok(Self { gain: builder.gain(format!("{name}.weight"), n_embd)? })
    }
}

impl RmsNorm {
    /// `[tokens, n_embd]` to the same.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        ops::rms_norm(x, self.gain.clone(), EPSILON)
    }

    pub(super) fn parameters(&self) -> [&Tensor<2>; 1] {
        [&self.gain]
    }

    pub(super) fn parameters_mut(&mut self) -> [&mut Tensor<2>; 1] {
        [&mut self.gain]
    }
}
