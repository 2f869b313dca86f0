//! The operations on the WebGPU engine: burn's tensors given to the kernels of `petit-train-gpu-kernels`.

use burn::backend::tensor::IntTensor;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use petit_train_gpu_kernels as kernels;
use petit_train_gpu_kernels::tensor::contiguous;

use super::gradients::Gradients;
use super::many::Many;
use super::{AdamWStep, Direct, Heads, NewtonSchulz, Recorded};

type Float = CubeTensor;

impl Recorded for CubeBackend {
    fn embedding(table: Float, tokens: IntTensor<Self>) -> Float {
        kernels::embedding::embedding(&contiguous(table), &contiguous(tokens))
    }

    fn linear(x: Float, weight: Float, transposed: bool) -> Float {
        Self::product([x, weight], [false, transposed])
    }

    fn linear_added(x: Float, weight: Float, to: Float) -> Float {
        kernels::linear::linear(&contiguous(x), &contiguous(weight), [false, false], Some(&contiguous(to)))
    }

    fn linears(x: Float, weights: Float, count: usize) -> Float {
        kernels::linear::linears(&contiguous(x), &contiguous(weights), count)
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        kernels::norm::rms_norm(&contiguous(x), &contiguous(gain), epsilon)
    }

    fn norm_and_rotate(
        qkv: Float,
        gains: Float,
        epsilon: f32,
        cos: Float,
        sin: Float,
        heads: Heads,
    ) -> Float {
        kernels::rotary::norm_and_rotate(&contiguous(qkv), &contiguous(gains), epsilon, [&cos, &sin], heads)
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

    fn cross_entropy(logits: Float, targets: IntTensor<Self>) -> Float {
        Self::cross_entropy_with_gradient(logits, targets).0
    }
}

impl Gradients for CubeBackend {
    fn embedding_gradient(tokens: IntTensor<Self>, vocab_size: usize, gradient: Float) -> Float {
        kernels::embedding::embedding_backward(&contiguous(gradient), &contiguous(tokens), vocab_size)
    }

    fn product([a, b]: [Float; 2], transposed: [bool; 2]) -> Float {
        kernels::linear::linear(&contiguous(a), &contiguous(b), transposed, None)
    }

    fn linears_gradients([x, weights]: [Float; 2], count: usize, gradient: Float) -> [Float; 2] {
        let [x, weights, gradient] = [x, weights, gradient].map(contiguous);
        kernels::linear::linears_backward(&x, &weights, count, &gradient)
    }

    fn rms_norm_gradients([x, gain]: [Float; 2], epsilon: f32, gradient: Float) -> [Float; 2] {
        kernels::norm::rms_norm_backward(&contiguous(x), &contiguous(gain), epsilon, &contiguous(gradient))
    }

    fn norm_and_rotate_gradients(
        [qkv, gains]: [Float; 2],
        epsilon: f32,
        [cos, sin]: [Float; 2],
        heads: Heads,
        gradient: Float,
    ) -> [Float; 2] {
        let [qkv, gains, gradient] = [qkv, gains, gradient].map(contiguous);
        kernels::rotary::norm_and_rotate_backward(&qkv, &gains, epsilon, [&cos, &sin], heads, &gradient)
    }

    fn attention_gradient(qkv: Float, weights: Float, heads: Heads, gradient: Float) -> Float {
        kernels::attention::attention_backward(&contiguous(qkv), &weights, &contiguous(gradient), heads)
    }

    fn swiglu_gradient(gate_up: Float, gradient: Float) -> Float {
        kernels::elementwise::swiglu_backward(&contiguous(gate_up), &contiguous(gradient))
    }

    fn cross_entropy_with_gradient(logits: Float, targets: IntTensor<Self>) -> (Float, Float) {
        kernels::cross_entropy::cross_entropy(&contiguous(logits), &contiguous(targets))
    }
}

impl Direct for CubeBackend {
    fn attention_of_last(qkv: Float, heads: Heads) -> Float {
        kernels::attention::attention_of_last(&contiguous(qkv), heads)
    }

    fn momentum(momentum: Float, gradient: Float, decay: f32) -> (Float, Float) {
        kernels::muon::momentum(&contiguous(momentum), &contiguous(gradient), decay).into()
    }

    fn directions(ahead: Float, shapes: Vec<[usize; 2]>, method: NewtonSchulz) -> Float {
        kernels::muon::directions(&contiguous(ahead), &shapes, method)
    }

    fn descend(weights: Float, kept: f32, directions: Float, learning_rate: f32) -> Float {
        kernels::muon::descend(&contiguous(weights), kept, &contiguous(directions), learning_rate)
    }

    fn flatten(Many(matrices): Many<Self>) -> Float {
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
