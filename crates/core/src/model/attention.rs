//! Causal self-attention.

use burn::tensor::{Device, Tensor, TensorData};
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

/// What every block shares: the mask and the rotation.
#[derive(Clone, Debug)]
pub(super) struct Context {
    /// Added to the scores, `[block_size, block_size]`: 0 up to the diagonal, hugely negative above it.
    mask: Tensor<2>,
    /// Of rotary positions.
    angles: Option<Angles>,
}

impl Context {
    pub(super) fn new(config: &ModelConfig, angles: Option<Angles>, device: &Device) -> Self {
        let time = config.block_size;
        // Finite: an infinity would make NaN of a row's maximum less itself on some GPUs. exp of it is exactly 0.
        let values: Vec<f32> = (0..time)
            .flat_map(|query| (0..time).map(move |key| if key <= query { 0.0 } else { -1e9 }))
            .collect();
        let mask = Tensor::from_data(TensorData::new(values, [time, time]), device);
        Self { mask, angles }
    }
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
        context: &Context,
    ) -> (Tensor<2>, Tensor<4>) {
        let [_, d] = x.dims();
        let heads = Heads { batch, time, n_head: self.n_head, head_dim: d / self.n_head };
        let normed = |x: Tensor<2>, norm: &RmsNorm| {
            let vectors = [batch * time * self.n_head, heads.head_dim];
            norm.forward(x.reshape(vectors)).reshape([batch * time, d])
        };
        let place = |x: Tensor<2>| match &context.angles {
            Some(angles) => ops::rotate(x, angles, heads),
            None => x,
        };

        let q = place(normed(ops::linear(x.clone(), self.q_proj.clone()), &self.q_norm)); // [batch * time, n_embd]
        let k = place(normed(ops::linear(x.clone(), self.k_proj.clone()), &self.k_norm));
        let v = ops::linear(x, self.v_proj.clone());
        let (mixed, weights) = ops::attention([q, k, v], &context.mask, heads);
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
