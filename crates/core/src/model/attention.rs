//! Causal self-attention.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::norm::RmsNorm;
use super::parameter::{ParameterKind, fresh};
use crate::config::ModelConfig;
use crate::ops::{self, Angles, Heads};

/// Multi-head causal attention without biases; the names are Qwen3's.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    n_head: usize,
    /// `[n_embd, n_embd]` each.
    q_proj: Tensor<2>,
    k_proj: Tensor<2>,
    v_proj: Tensor<2>,
    o_proj: Tensor<2>,
    /// Over the dimensions of a head (arXiv 2010.04245; Qwen3's names): scores stay of one size however the
    /// projections grow, so larger steps are safe.
    q_norm: RmsNorm,
    k_norm: RmsNorm,
}

impl Attention {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let d = config.n_embd;
        Self {
            n_head: config.n_head,
            q_proj: fresh([d, d], rng, device),
            k_proj: fresh([d, d], rng, device),
            v_proj: fresh([d, d], rng, device),
            // Nothing is added to the residual stream at first: the gradient then passes straight through.
            o_proj: Tensor::zeros([d, d], device),
            q_norm: RmsNorm::init(config.head_dim(), device),
            k_norm: RmsNorm::init(config.head_dim(), device),
        }
    }

    /// Takes `[batch * time, n_embd]`; returns the same and the weights `[batch, n_head, query, key]`, whose rows
    /// sum to 1 and are 0 above the diagonal.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        [batch, time]: [usize; 2],
        angles: Option<&Angles>,
    ) -> (Tensor<2>, Tensor<4>) {
        let [_, d] = x.dims();
        let heads = Heads { batch, time, n_head: self.n_head, head_dim: d / self.n_head };
        let placed = |x: Tensor<2>, norm: &RmsNorm| match angles {
            Some(angles) => norm.forward_and_rotate(x, angles, heads),
            None => {
                let vectors = x.reshape([batch * time * self.n_head, heads.head_dim]);
                norm.forward(vectors).reshape([batch * time, d])
            }
        };

        let q = placed(ops::linear(x.clone(), self.q_proj.clone()), &self.q_norm); // [batch * time, n_embd]
        let k = placed(ops::linear(x.clone(), self.k_proj.clone()), &self.k_norm);
        let v = ops::linear(x, self.v_proj.clone());
        let (mixed, weights) = ops::attention([q, k, v], heads);
        (ops::linear(mixed, self.o_proj.clone()), weights)
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        for (part, tensor) in [
            ("q_proj", &mut self.q_proj),
            ("k_proj", &mut self.k_proj),
            ("v_proj", &mut self.v_proj),
            ("o_proj", &mut self.o_proj),
        ] {
            f(format!("{name}.{part}.weight"), ParameterKind::Matrix, tensor);
        }
        self.q_norm.for_each_parameter(&format!("{name}.q_norm"), f);
        self.k_norm.for_each_parameter(&format!("{name}.k_norm"), f);
    }
}
