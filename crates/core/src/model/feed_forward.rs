//! The feed-forward layer: SwiGLU (arXiv 2002.05202).

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::parameter::{ParameterKind, fresh};
use crate::config::ModelConfig;
use crate::ops;

/// `down(silu(gate(x)) · up(x))`; the names are Qwen3's.
#[derive(Clone, Debug)]
pub(super) struct FeedForward {
    /// `[n_embd, hidden]`
    gate_proj: Tensor<2>,
    /// `[n_embd, hidden]`
    up_proj: Tensor<2>,
    /// `[hidden, n_embd]`
    down_proj: Tensor<2>,
}

impl FeedForward {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let (d, hidden) = (config.n_embd, config.hidden());
        Self {
            gate_proj: fresh([d, hidden], rng, device),
            up_proj: fresh([d, hidden], rng, device),
            down_proj: Tensor::zeros([hidden, d], device),
        }
    }

    /// `[tokens, n_embd]` to the same.
    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let gate = ops::linear(x.clone(), self.gate_proj.clone()); // [tokens, hidden]
        let up = ops::linear(x, self.up_proj.clone());
        ops::linear(ops::swiglu(gate, up), self.down_proj.clone())
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        for (part, tensor) in [
            ("gate_proj", &mut self.gate_proj),
            ("up_proj", &mut self.up_proj),
            ("down_proj", &mut self.down_proj),
        ] {
            f(format!("{name}.{part}.weight"), ParameterKind::Matrix, tensor);
        }
    }
}
