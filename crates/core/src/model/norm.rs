//! Root-mean-square norm (arXiv 1910.07467).

use burn::tensor::{Device, Tensor};

use super::parameter::ParameterKind;
use crate::ops;

/// Keeps the division finite on a zero vector; Llama's value.
pub(super) const EPSILON: f64 = 1e-5;

/// Scales each vector to a root mean square of 1, then by a learned gain.
#[derive(Clone, Debug)]
pub(super) struct RmsNorm {
    /// `[1, n_embd]`
    gain: Tensor<2>,
}

/// A fresh gain.
pub(super) fn gain(width: usize, device: &Device) -> Tensor<2> {
    Tensor::ones([1, width], device)
}

impl RmsNorm {
    pub(super) fn init(n_embd: usize, device: &Device) -> Self {
        Self { gain: gain(n_embd, device) }
    }

    /// `[tokens, n_embd]` to the same.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        ops::rms_norm(x, self.gain.clone(), EPSILON)
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        f(format!("{name}.weight"), ParameterKind::Gain, &mut self.gain);
    }
}
