//! Causal self-attention.

use burn::tensor::{Device, Tensor, TensorData, activation::softmax};
use rand_chacha::ChaCha8Rng;

use super::norm::RmsNorm;
use super::parameter::{INIT_STD, ParameterKind, normal};
use super::position::Rotary;
use crate::config::ModelConfig;

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
    /// Added to the scores, `[1, 1, block_size, block_size]`: 0 up to the diagonal, hugely negative above it.
    mask: Tensor<4>,
    rotary: Option<Rotary>,
}

impl Context {
    pub(super) fn new(config: &ModelConfig, rotary: Option<Rotary>, device: &Device) -> Self {
        let time = config.block_size;
        // Finite: an infinity would make NaN of a row's maximum less itself on some GPUs. exp of it is exactly 0.
        let values: Vec<f32> = (0..time)
            .flat_map(|query| (0..time).map(move |key| if key <= query { 0.0 } else { -1e9 }))
            .collect();
        let mask = Tensor::from_data(TensorData::new(values, [1, 1, time, time]), device);
        Self { mask, rotary }
    }
}

impl Attention {
    pub(super) fn init(config: &ModelConfig, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let d = config.n_embd;
        Self {
            n_head: config.n_head,
            q_proj: normal([d, d], INIT_STD, rng, device),
            k_proj: normal([d, d], INIT_STD, rng, device),
            v_proj: normal([d, d], INIT_STD, rng, device),
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
        let [tokens, d] = x.dims();
        let head_dim = d / self.n_head;
        let split = |x: Tensor<2>| x.reshape([batch, time, self.n_head, head_dim]);
        let normed = |x: Tensor<2>, norm: &RmsNorm| {
            split(norm.forward(x.reshape([tokens * self.n_head, head_dim])).reshape([tokens, d]))
        };
        let place = |x: Tensor<4>| match &context.rotary {
            Some(rotary) => rotary.forward(x),
            None => x,
        };

        let q = place(normed(x.clone().matmul(self.q_proj.clone()), &self.q_norm)).swap_dims(1, 2); // [batch, head, time, head_dim]
        let k = place(normed(x.clone().matmul(self.k_proj.clone()), &self.k_norm)).swap_dims(1, 2);
        let v = split(x.matmul(self.v_proj.clone())).swap_dims(1, 2);

        let scores = q.matmul(k.swap_dims(2, 3)) / (head_dim as f64).sqrt(); // [batch, head, query, key]
        let mask = context.mask.clone().narrow(2, 0, time).narrow(3, 0, time);
        let weights = softmax(scores + mask, 3);
        let mixed = weights.clone().matmul(v); // [batch, head, time, head_dim]
        let y = mixed.swap_dims(1, 2).reshape([tokens, d]).matmul(self.o_proj.clone());
        (y, weights)
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
