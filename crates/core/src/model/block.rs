//! One block: attention, then the feed-forward layer, each after a norm and added to the residual stream.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::attention::Attention;
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

    /// `[batch * time, n_embd]` to the same, and the attention weights `[batch, n_head, query, key]`. `dropout` leaves out
    /// some of what the first part, 0, and the second, 1, add to the residual stream.
    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        shape: [usize; 2],
        angles: Option<&Angles>,
        dropout: impl Fn(Tensor<2>, usize) -> Tensor<2>,
    ) -> (Tensor<2>, Tensor<4>) {
        let (y, weights) = self.attention.forward(self.attention_norm.forward(x.clone()), shape, angles);
        let x = x + dropout(y, 0);
        let y = self.feed_forward.forward(self.feed_forward_norm.forward(x.clone()));
        (x + dropout(y, 1), weights)
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
