//! One block: attention, then the feed-forward layer, each after a norm and added to the residual stream.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::attention::{Attended, Attention};
use super::dropout::Dropout;
use super::feed_forward::FeedForward;
use super::norm::RmsNorm;
use super::parameter::ParameterKind;
use crate::config::ModelConfig;
use crate::ops::Angles;

#[derive(Clone, Debug)]
pub(super) struct Block {
    attention_norm: RmsNorm,
    attention: Attention,
    feed_forward_norm: RmsNorm,
    feed_forward: FeedForward,
}

impl Block {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        Self {
            attention_norm: RmsNorm::init(config.n_embd, device),
            attention: Attention::init(config, rng, device),
            feed_forward_norm: RmsNorm::init(config.n_embd, device),
            feed_forward: FeedForward::init(config, rng, device),
        }
    }

    /// `[batch * time, n_embd]` to the same. `dropout` leaves out some of what the parts add to the residual stream, which have the
    /// places `place` and the next one.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        shape: [usize; 2],
        angles: &Angles,
        dropout: Dropout,
        place: usize,
    ) -> (Tensor<2>, Attended) {
        let (mixed, attended) = self.attention.forward(self.attention_norm.forward(x.clone()), shape, angles);
        (self.add(x, mixed, dropout, place), attended)
    }

    /// The same of one token, as [`Attention::forward_one`].
    pub(super) fn forward_one(
        &self,
        x: Tensor<2>,
        place: usize,
        angles: &Angles,
        known: Tensor<2>,
    ) -> (Tensor<2>, Tensor<2>) {
        let normed = self.attention_norm.forward(x.clone());
        let (mixed, known) = self.attention.forward_one(normed, place, angles, known);
        (self.add(x, mixed, Dropout::NONE, 0), known)
    }

    /// Adds to the residual stream what attention has mixed, then what the feed-forward layer makes of that.
    fn add(&self, x: Tensor<2>, mixed: Tensor<2>, dropout: Dropout, place: usize) -> Tensor<2> {
        let x = dropout.add(x, mixed, self.attention.o_proj(), place);
        let gated = self.feed_forward.forward(self.feed_forward_norm.forward(x.clone()));
        dropout.add(x, gated, self.feed_forward.down_proj(), place + 1)
    }

    pub(super) fn for_each_parameter(
        &mut self,
        name: &str,
        f: &mut impl FnMut(String, ParameterKind, &mut Tensor<2>),
    ) {
        self.attention_norm.for_each_parameter(&format!("{name}.input_layernorm"), f);
        self.attention.for_each_parameter(&format!("{name}.self_attn"), f);
        self.feed_forward_norm.for_each_parameter(&format!("{name}.post_attention_layernorm"), f);
        self.feed_forward.for_each_parameter(&format!("{name}.mlp"), f);
    }
}
