//! Causal self-attention.

use burn::tensor::{Int, Tensor};

use super::norm::EPSILON;
use super::packed::PackedBlock;
use super::parameter::Builder;
use crate::config::ModelConfig;
use crate::ops::{self, Heads, RopeTable};

/// Multi-head causal attention without biases. The matrices that read the same input are stacked, so that a
/// GPU multiplies by all of them in one launch. The optimizer takes each for a matrix of its own.
#[derive(Clone, Debug)]
pub(super) struct Attention<T = Tensor<2>> {
    n_head: usize,
    /// What a Qwen3 calls `q_proj`, `k_proj` and `v_proj`: `[3 * n_embd, n_embd]`.
    qkv_proj: T,
    /// Gains of norms over the dimensions of a head (arXiv 2010.04245), Qwen3's `q_norm` and `k_norm`:
    /// `[1, 2 * head_dim]`. Scores stay of one size however the projections grow, so larger steps are safe.
    qk_norm: T,
    /// `[n_embd, n_embd]`
    o_proj: T,
}

/// What an attention has computed besides its result.
#[derive(Clone, Debug)]
pub(super) struct AttentionOutput {
    /// `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
    pub weights: Tensor<4>,
    /// Queries, keys and values side by side, normed and rotated: `[batch * time, 3 * n_embd]`.
    pub qkv: Tensor<2>,
}

/// Where the newest tokens of several texts stand.
#[derive(Clone, Debug)]
pub(super) struct Newest {
    /// Tokens before each: `[texts]`.
    pub positions: Tensor<1, Int>,
    /// The angles of these positions, one row each.
    pub rope: RopeTable,
}

impl<T> Attention<T> {
    pub(super) fn build<E>(
        name: &str,
        config: &ModelConfig,
        builder: &mut Builder<'_, T, E>,
    ) -> Result<Self, E> {
        let d = config.n_embd;
        Ok(Self {
            n_head: config.n_head,
            qkv_proj: builder.matrices(format!("{name}.qkv_proj.weight"), 3, [d, d])?,
            qk_norm: builder.gain(format!("{name}.qk_norm.weight"), 2 * config.head_dim())?,
            o_proj: builder.residual_matrix(format!("{name}.o_proj.weight"), [d, d])?,
        })
    }
}

impl Attention {
    /// The mixed values of `x`, `[batch * time, n_embd]` both; `o_proj` makes of them what is added to the
    /// residual stream.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        [batch, time]: [usize; 2],
        rope: &RopeTable,
    ) -> (Tensor<2>, AttentionOutput) {
        let heads = self.heads(&x, [batch, time]);
        let qkv = ops::stacked_linear(x, self.qkv_proj.clone(), 3); // [batch * time, 3 * n_embd]
        let qkv = self.norm_rope(qkv, heads, rope);
        let (mixed, weights) = ops::attention(qkv.clone(), heads);
        (mixed, AttentionOutput { weights, qkv })
    }

    /// The same of the newest token of each of several texts, `[texts, n_embd]`, after those in `cache`. Also
    /// returns the cache with their keys and values.
    pub(super) fn forward_newest(
        &self,
        x: Tensor<2>,
        newest: &Newest,
        cache: Tensor<2>,
        packed: &PackedBlock,
    ) -> (Tensor<2>, Tensor<2>) {
        let [texts, _] = x.dims();
        // Each text's token has the angles of its own position.
        let heads = self.heads(&x, [1, texts]);
        let qkv = self.norm_rope(packed.qkv_proj.linear(x), heads, &newest.rope);
        let heads = Heads { batch: texts, time: cache.dims()[0] / (2 * texts).max(1), ..heads };
        ops::cached_attention(qkv, cache, newest.positions.clone(), heads)
    }

    pub(super) fn qkv_proj(&self) -> Tensor<2> {
        self.qkv_proj.clone()
    }

    pub(super) fn o_proj(&self) -> Tensor<2> {
        self.o_proj.clone()
    }

    pub(super) fn set_o_proj(&mut self, o_proj: Tensor<2>) {
        self.o_proj = o_proj;
    }

    fn heads(&self, x: &Tensor<2>, [batch, time]: [usize; 2]) -> Heads {
        Heads { batch, time, n_head: self.n_head, head_dim: x.dims()[1] / self.n_head }
    }

    /// The norm and the rotation of queries and keys.
    fn norm_rope(&self, qkv: Tensor<2>, heads: Heads, rope: &RopeTable) -> Tensor<2> {
        ops::qk_norm_rope(qkv, self.qk_norm.clone(), EPSILON, rope, heads)
    }

    pub(super) fn parameters(&self) -> [&Tensor<2>; 3] {
        [&self.qkv_proj, &self.qk_norm, &self.o_proj]
    }

    pub(super) fn parameters_mut(&mut self) -> [&mut Tensor<2>; 3] {
        [&mut self.qkv_proj, &mut self.qk_norm, &mut self.o_proj]
    }
}
