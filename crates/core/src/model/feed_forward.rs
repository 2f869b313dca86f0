//! The feed-forward layer: SwiGLU (arXiv 2002.05202).

use burn::tensor::Tensor;

use super::parameter::Builder;
use crate::config::ModelConfig;
use crate::ops;

/// `down(silu(gate(x)) · up(x))`
#[derive(Clone, Debug)]
pub(super) struct FeedForward<T = Tensor<2>> {
    /// What a Qwen3 calls `gate_proj` and `up_proj`, stacked: `[2 * n_embd, intermediate_size]`.
    gate_up_proj: T,
    /// `[intermediate_size, n_embd]`
    down_proj: T,
}

impl<T> FeedForward<T> {
    pub(super) fn build<E>(
        name: &str,
        config: &ModelConfig,
        builder: &mut Builder<'_, T, E>,
    ) -> Result<Self, E> {
        let (d, intermediate_size) = (config.n_embd, config.intermediate_size());
        Ok(Self {
            gate_up_proj: builder.matrices(
                format!("{name}.gate_up_proj.weight"),
                2,
                [d, intermediate_size],
            )?,
            down_proj: builder.residual_matrix(format!("{name}.down_proj.weight"), [intermediate_size, d])?,
        })
    }
}

impl FeedForward {
    /// The gated layer of `x`, `[tokens, n_embd]` to `[tokens, intermediate_size]`; `down_proj` makes of it
    /// what is added to the residual stream.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let gate_up = ops::stacked_linear(x, self.gate_up_proj.clone(), 2); // [tokens, 2 * intermediate_size]
        ops::swiglu(gate_up)
    }

    pub(super) fn gate_up_proj(&self) -> Tensor<2> {
        self.gate_up_proj.clone()
    }

    pub(super) fn down_proj(&self) -> Tensor<2> {
        self.down_proj.clone()
    }

    pub(super) fn set_down_proj(&mut self, down_proj: Tensor<2>) {
        self.down_proj = down_proj;
    }

    pub(super) fn parameters(&self) -> [&Tensor<2>; 2] {
        [&self.gate_up_proj, &self.down_proj]
    }

    pub(super) fn parameters_mut(&mut self) -> [&mut Tensor<2>; 2] {
        [&mut self.gate_up_proj, &mut self.down_proj]
    }
}
