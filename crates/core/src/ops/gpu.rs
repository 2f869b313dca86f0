//! The operations on the WebGPU engine: burn's tensors given to the kernels of `petit-train-gpu-kernels`.

use burn::backend::tensor::IntTensor;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use petit_train_gpu_kernels as kernels;
use petit_train_gpu_kernels::tensor::contiguous;

use super::gradients::Gradients;
use super::tensor_list::TensorList;
use super::{AdamWStep, DifferentiableOps, Heads, NewtonSchulz, PackedLayout, PlainOps};

type Float = CubeTensor;

impl DifferentiableOps for CubeBackend {
    fn embedding(table: Float, tokens: IntTensor<Self>) -> Float {
        kernels::embedding::embedding(&contiguous(table), &contiguous(tokens))
    }

    fn linear(x: Float, weight: Float, transposed: bool) -> Float {
        Self::product([x, weight], [false, transposed])
    }

    fn linear_added(x: Float, weight: Float, to: Float) -> Float {
        kernels::linear::linear(&contiguous(x), &contiguous(weight), [false, false], Some(&contiguous(to)))
    }

    fn stacked_linear(x: Float, weights: Float, count: usize) -> Float {
        kernels::linear::stacked_linear(&contiguous(x), &contiguous(weights), count)
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        kernels::norm::rms_norm(&contiguous(x), &contiguous(gain), epsilon)
    }

    fn qk_norm_rope(qkv: Float, gains: Float, epsilon: f32, cos: Float, sin: Float, heads: Heads) -> Float {
        kernels::rotary::qk_norm_rope(&contiguous(qkv), &contiguous(gains), epsilon, [&cos, &sin], heads)
    }

    fn attention(qkv: Float, heads: Heads) -> (Float, Float) {
        kernels::attention::attention(&contiguous(qkv), heads)
    }

    fn swiglu(gate_up: Float) -> Float {
        kernels::elementwise::swiglu(&contiguous(gate_up))
    }

    fn dropout(x: Float, rate: f32, seed: u32, first: u32) -> Float {
        kernels::elementwise::dropout(&contiguous(x), rate, seed, first)
    }

    fn token_log_probs(logits: Float, targets: IntTensor<Self>) -> Float {
        Self::token_log_probs_forward(logits, targets).0
    }

    fn weighted_nll(logits: Float, targets: IntTensor<Self>, weights: Float) -> Float {
        Self::negative_dot(Self::token_log_probs(logits, targets), weights)
    }
}

impl Gradients for CubeBackend {
    fn embedding_gradient(tokens: IntTensor<Self>, vocab_size: usize, gradient: Float) -> Float {
        kernels::embedding::embedding_backward(&contiguous(gradient), &contiguous(tokens), vocab_size)
    }

    fn product([a, b]: [Float; 2], transposed: [bool; 2]) -> Float {
        kernels::linear::linear(&contiguous(a), &contiguous(b), transposed, None)
    }

    fn stacked_linear_to_x(weights: Float, count: usize, gradient: Float) -> Float {
        kernels::linear::stacked_linear_to_x(&contiguous(weights), count, &contiguous(gradient))
    }

    fn stacked_linear_to_weights(x: Float, count: usize, gradient: Float) -> Float {
        kernels::linear::stacked_linear_to_weights(&contiguous(x), count, &contiguous(gradient))
    }

    fn rms_norm_gradients([x, gain]: [Float; 2], epsilon: f32, gradient: Float) -> [Float; 2] {
        kernels::norm::rms_norm_backward(&contiguous(x), &contiguous(gain), epsilon, &contiguous(gradient))
    }

    fn qk_norm_rope_gradients(
        [qkv, gains]: [Float; 2],
        epsilon: f32,
        [cos, sin]: [Float; 2],
        heads: Heads,
        gradient: Float,
    ) -> [Float; 2] {
        let [qkv, gains, gradient] = [qkv, gains, gradient].map(contiguous);
        kernels::rotary::qk_norm_rope_backward(&qkv, &gains, epsilon, [&cos, &sin], heads, &gradient)
    }

    fn attention_gradient(qkv: Float, weights: Float, heads: Heads, gradient: Float) -> Float {
        kernels::attention::attention_backward(&contiguous(qkv), &weights, &contiguous(gradient), heads)
    }

    fn swiglu_gradient(gate_up: Float, gradient: Float) -> Float {
        kernels::elementwise::swiglu_backward(&contiguous(gate_up), &contiguous(gradient))
    }

    fn token_log_probs_forward(logits: Float, targets: IntTensor<Self>) -> (Float, [Float; 2]) {
        let logits = contiguous(logits);
        let [log_probs, log_sums] = kernels::log_probs::token_log_probs(&logits, &contiguous(targets));
        (log_probs, [logits, log_sums])
    }

    fn negative_dot(a: Float, b: Float) -> Float {
        kernels::reduce::dot(&contiguous(a), &contiguous(b), -1.0)
    }

    fn token_log_probs_gradient(
        [logits, log_sums]: [Float; 2],
        targets: IntTensor<Self>,
        weights: Option<Float>,
        gradient: Float,
    ) -> Float {
        let (targets, gradient) = (contiguous(targets), contiguous(gradient));
        let weights = weights.map(contiguous);
        let weights = weights.as_ref();
        kernels::log_probs::token_log_probs_backward(&logits, &log_sums, &targets, weights, &gradient)
    }
}

impl PlainOps for CubeBackend {
    /// The kernels read weights as they are.
    fn pack(weights: Float, _layout: PackedLayout) -> Float {
        weights
    }

    fn packed_linear(x: Float, packed: Float, layout: PackedLayout) -> Float {
        if layout.transposed {
            return Self::linear(x, packed, true);
        }
        Self::stacked_linear(x, packed, layout.count)
    }

    fn packed_linear_added(x: Float, packed: Float, to: Float, _layout: PackedLayout) -> Float {
        Self::linear_added(x, packed, to)
    }

    fn cached_attention(
        qkv: Float,
        cache: Float,
        positions: IntTensor<Self>,
        heads: Heads,
    ) -> (Float, Float) {
        let cache = contiguous(cache);
        let y = kernels::attention::cached_attention(&contiguous(qkv), &cache, &contiguous(positions), heads);
        (y, cache)
    }

    fn momentum(momentum: Float, gradient: Float, decay: f32) -> (Float, Float) {
        kernels::muon::momentum(&contiguous(momentum), &contiguous(gradient), decay).into()
    }

    fn orthogonalized_updates(
        nesterov_momentum: Float,
        shapes: Vec<[usize; 2]>,
        method: NewtonSchulz,
    ) -> Float {
        kernels::muon::orthogonalized_updates(&contiguous(nesterov_momentum), &shapes, method)
    }

    fn apply_update(weights: Float, decay_factor: f32, updates: Float, learning_rate: f32) -> Float {
        kernels::muon::apply_update(&contiguous(weights), decay_factor, &contiguous(updates), learning_rate)
    }

    fn flatten(TensorList(matrices): TensorList<Self>) -> Float {
        let matrices: Vec<_> = matrices.into_iter().map(contiguous).collect();
        kernels::flatten::flatten(&matrices)
    }

    fn adamw(
        weights: Float,
        first: Float,
        second: Float,
        gradient: Float,
        decays: Float,
        step: AdamWStep,
    ) -> (Float, Float, Float) {
        let [first, second] = [first, second].map(contiguous);
        let weights =
            kernels::adamw::adamw(&contiguous(weights), [&first, &second], &gradient, &decays, step);
        (weights, first, second)
    }
}
