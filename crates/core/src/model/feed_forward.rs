//! The feed-forward layer: SwiGLU (arXiv 2002.05202).

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::parameter::{ParameterKind, fresh};
use crate::config::ModelConfig;
use crate::ops;

/// `down(silu(gate(x)) · up(x))`
#[derive(Clone, Debug)]
pub(super) struct FeedForward {
    /// What a Qwen3 calls `gate_proj` and `up_proj`, stacked: `[2 * n_embd, hidden]`.
    gate_up_proj: Tensor<2>,
    /// `[hidden, n_embd]`
    down_proj: Tensor<2>,
}

impl FeedForward {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let (d, hidden) = (config.n_embd, config.hidden());
        Self {
            gate_up_proj: fresh(2, [d, hidden], rng, device),
            down_proj: Tensor::zeros([hidden, d], device),
        }
    }

    /// The gated layer of `x`, `[tokens, n_embd]` to `[tokens, hidden]`; `down_proj` makes of it what is added to the residual
    /// stream.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        ops::swiglu(ops::linears(x, self.gate_up_proj.clone(), 2)) // of [tokens, 2 * hidden]
    }

    pub(super) fn down_proj(&self) -> Tensor<2> {
        self.down_proj.clone()
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        f(
            format!("{name}.gate_up_proj.weight"),
            ParameterKind::Matrix { stacked: 2 },
            &mut self.gate_up_proj,
        );
        f(format!("{name}.down_proj.weight"), ParameterKind::Matrix { stacked: 1 }, &mut self.down_proj);
    }
}
