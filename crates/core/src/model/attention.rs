//! Causal self-attention.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::norm::{EPSILON, gain};
use super::parameter::{ParameterKind, fresh};
use crate::config::ModelConfig;
use crate::ops::{self, Angles, Heads};

/// Multi-head causal attention without biases. The matrices that read the same input are stacked, so that a GPU multiplies by
/// all of them in one launch; each is a matrix of its own for all that it means.
#[derive(Clone, Debug)]
pub(super) struct Attention {
    n_head: usize,
    /// What a Qwen3 calls `q_proj`, `k_proj` and `v_proj`: `[3 * n_embd, n_embd]`.
    qkv_proj: Tensor<2>,
    /// Gains of norms over the dimensions of a head (arXiv 2010.04245), Qwen3's `q_norm` and `k_norm`: `[1, 2 * head_dim]`.
    /// Scores stay of one size however the projections grow, so larger steps are safe.
    qk_norm: Tensor<2>,
    /// `[n_embd, n_embd]`
    o_proj: Tensor<2>,
}

/// What an attention has computed besides its result.
#[derive(Clone, Debug)]
pub(super) struct Attended {
    /// `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
    pub weights: Tensor<4>,
    /// Queries, keys and values side by side, normed and placed: `[batch * time, 3 * n_embd]`.
    pub qkv: Tensor<2>,
}

impl Attention {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let d = config.n_embd;
        Self {
            n_head: config.n_head,
            qkv_proj: fresh(3, [d, d], rng, device),
            qk_norm: gain(2 * config.head_dim(), device),
            // Nothing is added to the residual stream at first: the gradient then passes straight through.
            o_proj: Tensor::zeros([d, d], device),
        }
    }

    /// The mixed values of `x`, `[batch * time, n_embd]` both; `o_proj` makes of them what is added to the residual stream.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        [batch, time]: [usize; 2],
        angles: &Angles,
    ) -> (Tensor<2>, Attended) {
        let heads = self.heads(&x, [batch, time]);
        let qkv = self.project(x, heads, angles);
        let (mixed, weights) = ops::attention(qkv.clone(), heads);
        (mixed, Attended { weights, qkv })
    }

    /// The same of one token, `[1, n_embd]`, that comes after `place` others, whose queries, keys and values are known; `angles` are
    /// those of its place.
    pub(super) fn forward_one(
        &self,
        x: Tensor<2>,
        place: usize,
        angles: &Angles,
        known: Tensor<2>,
    ) -> (Tensor<2>, Tensor<2>) {
        let heads = self.heads(&x, [1, 1]);
        let qkv = self.project(x, heads, angles);
        let known = known.slice_assign([place..place + 1, 0..heads.row()], qkv);
        let mixed = ops::attention_of_last(known.clone(), Heads { time: place + 1, ..heads });
        (mixed, known)
    }

    pub(super) fn o_proj(&self) -> Tensor<2> {
        self.o_proj.clone()
    }

    fn heads(&self, x: &Tensor<2>, [batch, time]: [usize; 2]) -> Heads {
        Heads { batch, time, n_head: self.n_head, head_dim: x.dims()[1] / self.n_head }
    }

    /// Queries, keys and values side by side, normed and placed.
    fn project(&self, x: Tensor<2>, heads: Heads, angles: &Angles) -> Tensor<2> {
        let qkv = ops::linears(x, self.qkv_proj.clone(), 3); // [batch * time, 3 * n_embd]
        ops::norm_and_rotate(qkv, self.qk_norm.clone(), EPSILON, angles, heads)
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        f(format!("{name}.qkv_proj.weight"), ParameterKind::Matrix { stacked: 3 }, &mut self.qkv_proj);
        f(format!("{name}.qk_norm.weight"), ParameterKind::Gain, &mut self.qk_norm);
        f(format!("{name}.o_proj.weight"), ParameterKind::Matrix { stacked: 1 }, &mut self.o_proj);
    }
}
