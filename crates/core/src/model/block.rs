//! One block: attention, then the feed-forward layer, each after a norm and added to the residual stream.

use burn::tensor::Tensor;

use super::attention::{Attention, AttentionOutput, Newest};
use super::dropout::Dropout;
use super::feed_forward::FeedForward;
use super::norm::RmsNorm;
use super::packed::PackedBlock;
use super::parameter::Builder;
use crate::config::ModelConfig;
use crate::ops::{self, PackedWeights, RopeTable};

#[derive(Clone, Debug)]
pub(super) struct Block<T = Tensor<2>> {
    attention_norm: RmsNorm<T>,
    attention: Attention<T>,
    feed_forward_norm: RmsNorm<T>,
    feed_forward: FeedForward<T>,
}

/// What a block computes on its way, shown to whoever watches; what nobody keeps is gone at once.
pub(super) enum Activation<'a> {
    /// Of the attention.
    Attention(&'a AttentionOutput),
    /// The feed-forward layer before `down_proj`, `[batch * time, intermediate_size]`.
    MlpHidden(&'a Tensor<2>),
    /// The residual stream after the block, `[batch * time, n_embd]`.
    Residual(&'a Tensor<2>),
}

impl<T> Block<T> {
    pub(super) fn build<E>(
        name: &str,
        config: &ModelConfig,
        builder: &mut Builder<'_, T, E>,
    ) -> Result<Self, E> {
        let d = config.n_embd;
        Ok(Self {
            attention_norm: RmsNorm::build(&format!("{name}.input_layernorm"), d, builder)?,
            attention: Attention::build(&format!("{name}.self_attn"), config, builder)?,
            feed_forward_norm: RmsNorm::build(&format!("{name}.post_attention_layernorm"), d, builder)?,
            feed_forward: FeedForward::build(&format!("{name}.mlp"), config, builder)?,
        })
    }
}

impl Block {
    /// `[batch * time, n_embd]` to the same. `dropout` leaves out some of what the parts add to the residual
    /// stream, which have the sites `site` and the next one.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        shape: [usize; 2],
        rope: &RopeTable,
        dropout: Dropout,
        site: usize,
        mut hook: impl FnMut(Activation<'_>),
    ) -> Tensor<2> {
        let (mixed, output) = self.mix(x.clone(), shape, rope);
        hook(Activation::Attention(&output));
        drop(output);
        let x = dropout.add(x, mixed, self.attention.o_proj(), site);
        let gated = self.gate(x.clone());
        hook(Activation::MlpHidden(&gated));
        dropout.add(x, gated, self.feed_forward.down_proj(), site + 1)
    }

    /// The values that the heads have mixed, side by side: `[batch * time, n_embd]` to the same.
    pub(super) fn mix(
        &self,
        x: Tensor<2>,
        shape: [usize; 2],
        rope: &RopeTable,
    ) -> (Tensor<2>, AttentionOutput) {
        self.attention.forward(self.attention_norm.forward(x), shape, rope)
    }

    /// The feed-forward layer before `down_proj`: `[rows, n_embd]` to `[rows, intermediate_size]`.
    pub(super) fn gate(&self, x: Tensor<2>) -> Tensor<2> {
        self.feed_forward.forward(self.feed_forward_norm.forward(x))
    }

    /// What makes of the mixed values, or of the gated layer, what is added to the residual stream.
    pub(super) fn output_projections(&self) -> [Tensor<2>; 2] {
        [self.attention.o_proj(), self.feed_forward.down_proj()]
    }

    /// Replaces both by what `f` makes of them.
    pub(super) fn map_output_projections(&mut self, f: impl FnOnce([Tensor<2>; 2]) -> [Tensor<2>; 2]) {
        let [o_proj, down_proj] = f(self.output_projections());
        self.attention.set_o_proj(o_proj);
        self.feed_forward.set_down_proj(down_proj);
    }

    /// The same of each text's newest token, as [`Attention::forward_newest`].
    pub(super) fn forward_newest(
        &self,
        x: Tensor<2>,
        newest: &Newest,
        cache: Tensor<2>,
        packed: &PackedBlock,
    ) -> (Tensor<2>, Tensor<2>) {
        let normed = self.attention_norm.forward(x.clone());
        let (mixed, cache) = self.attention.forward_newest(normed, newest, cache, packed);
        let x = packed.o_proj.linear_added(mixed, x);
        let gate_up = packed.gate_up_proj.linear(self.feed_forward_norm.forward(x.clone()));
        (packed.down_proj.linear_added(ops::swiglu(gate_up), x), cache)
    }

    /// Its matrices laid out for [`Block::forward_newest`].
    pub(super) fn packed(&self) -> PackedBlock {
        let (attention, feed_forward) = (&self.attention, &self.feed_forward);
        PackedBlock {
            qkv_proj: PackedWeights::stacked(attention.qkv_proj(), 3),
            o_proj: PackedWeights::stacked(attention.o_proj(), 1),
            gate_up_proj: PackedWeights::stacked(feed_forward.gate_up_proj(), 2),
            down_proj: PackedWeights::stacked(feed_forward.down_proj(), 1),
        }
    }

    pub(super) fn parameters(&self) -> impl Iterator<Item = &Tensor<2>> {
        let (attention, feed_forward) = (self.attention.parameters(), self.feed_forward.parameters());
        let before = self.attention_norm.parameters().into_iter().chain(attention);
        before.chain(self.feed_forward_norm.parameters()).chain(feed_forward)
    }

    pub(super) fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Tensor<2>> {
        let (attention, feed_forward) = (self.attention.parameters_mut(), self.feed_forward.parameters_mut());
        let before = self.attention_norm.parameters_mut().into_iter().chain(attention);
        before.chain(self.feed_forward_norm.parameters_mut()).chain(feed_forward)
    }
}
