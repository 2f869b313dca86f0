//! The gradients of the operations: each backend computes them by kernels of its own, and here they are put
//! into burn's graph. [`super::derivatives`] says which gradient is computed from what.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};

use super::derivatives::{
    Attention, Dropout, Embedding, Linear, LinearAdded, QkNormRope, RmsNorm, StackedLinear, Swiglu,
    TokenLogProbs, record,
};
use super::{DifferentiableOps, Heads};

/// What a backend computes backwards: the gradients with respect to the inputs of an operation, from that
/// with respect to its result.
pub(super) trait Gradients: DifferentiableOps {
    fn embedding_gradient(
        tokens: IntTensor<Self>,
        vocab_size: usize,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    /// The product of two matrices, each transposed or not.
    fn product(factors: [FloatTensor<Self>; 2], transposed: [bool; 2]) -> FloatTensor<Self>;
    /// With respect to the `x` of a stacked linear.
    fn stacked_linear_to_x(
        weights: FloatTensor<Self>,
        count: usize,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    /// With respect to its weights.
    fn stacked_linear_to_weights(
        x: FloatTensor<Self>,
        count: usize,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    fn rms_norm_gradients(
        inputs: [FloatTensor<Self>; 2],
        epsilon: f32,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];
    fn qk_norm_rope_gradients(
        inputs: [FloatTensor<Self>; 2],
        epsilon: f32,
        tables: [FloatTensor<Self>; 2],
        heads: Heads,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];
    fn attention_gradient(
        qkv: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        heads: Heads,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    fn swiglu_gradient(gate_up: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self>;
    /// The log-probabilities `[tokens]`, and what the backend computes their gradient from.
    fn token_log_probs_forward(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
    ) -> (FloatTensor<Self>, [FloatTensor<Self>; 2]);
    /// `-(a · b)` of two vectors: `[1]`.
    fn negative_dot(a: FloatTensor<Self>, b: FloatTensor<Self>) -> FloatTensor<Self>;
    /// With respect to the logits, from that with respect to the log-probabilities `[tokens]`, or where there
    /// are `weights` from that with respect to the weighted loss `[1]`.
    fn token_log_probs_gradient(
        saved: [FloatTensor<Self>; 2],
        targets: IntTensor<Self>,
        weights: Option<FloatTensor<Self>>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

impl<B: Gradients, C: CheckpointStrategy> DifferentiableOps for Autodiff<B, C> {
    fn embedding(table: FloatTensor<Self>, tokens: IntTensor<Self>) -> FloatTensor<Self> {
        let vocab_size = table.primitive().shape()[0];
        let y = <B as DifferentiableOps>::embedding(table.primitive().clone(), tokens.clone());
        record::<1, B, C, _>(Embedding, [table], (tokens, vocab_size), y)
    }

    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weight.primitive().clone()];
        let [in_x, in_weight] = inputs.clone();
        let y = <B as DifferentiableOps>::linear(in_x, in_weight, transposed);
        record::<2, B, C, _>(Linear, [x, weight], (inputs, transposed), y)
    }

    fn linear_added(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        to: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weight.primitive().clone()];
        let [in_x, in_weight] = inputs.clone();
        let y = <B as DifferentiableOps>::linear_added(in_x, in_weight, to.primitive().clone());
        record::<3, B, C, _>(LinearAdded, [x, weight, to], inputs, y)
    }

    fn stacked_linear(x: FloatTensor<Self>, weights: FloatTensor<Self>, count: usize) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weights.primitive().clone()];
        let [in_x, in_weights] = inputs.clone();
        let y = <B as DifferentiableOps>::stacked_linear(in_x, in_weights, count);
        record::<2, B, C, _>(StackedLinear, [x, weights], (inputs, count), y)
    }

    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), gain.primitive().clone()];
        let [in_x, in_gain] = inputs.clone();
        let y = <B as DifferentiableOps>::rms_norm(in_x, in_gain, epsilon);
        record::<2, B, C, _>(RmsNorm, [x, gain], (inputs, epsilon), y)
    }

    fn qk_norm_rope(
        qkv: FloatTensor<Self>,
        gains: FloatTensor<Self>,
        epsilon: f32,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        heads: Heads,
    ) -> FloatTensor<Self> {
        let inputs = [qkv.primitive().clone(), gains.primitive().clone()];
        let tables = [cos.into_primitive(), sin.into_primitive()];
        let ([in_qkv, in_gains], [in_cos, in_sin]) = (inputs.clone(), tables.clone());
        let y = <B as DifferentiableOps>::qk_norm_rope(in_qkv, in_gains, epsilon, in_cos, in_sin, heads);
        record::<2, B, C, _>(QkNormRope, [qkv, gains], (inputs, epsilon, tables, heads), y)
    }

    fn attention(qkv: FloatTensor<Self>, heads: Heads) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let input = qkv.primitive().clone();
        let (y, weights) = <B as DifferentiableOps>::attention(input.clone(), heads);
        let y = record::<1, B, C, _>(Attention, [qkv], (input, weights.clone(), heads), y);
        // The weights are for display: gradients flow through the mixed values alone.
        (y, Self::from_inner(weights))
    }

    fn swiglu(gate_up: FloatTensor<Self>) -> FloatTensor<Self> {
        let input = gate_up.primitive().clone();
        let y = <B as DifferentiableOps>::swiglu(input.clone());
        record::<1, B, C, _>(Swiglu, [gate_up], input, y)
    }

    fn dropout(x: FloatTensor<Self>, rate: f32, seed: u32, first: u32) -> FloatTensor<Self> {
        let y = <B as DifferentiableOps>::dropout(x.primitive().clone(), rate, seed, first);
        record::<1, B, C, _>(Dropout, [x], (rate, seed, first), y)
    }

    fn token_log_probs(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self> {
        let (y, saved) = B::token_log_probs_forward(logits.primitive().clone(), targets.clone());
        record::<1, B, C, _>(TokenLogProbs, [logits], (saved, targets, None), y)
    }

    fn weighted_nll(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let weights = weights.into_primitive();
        let (log_probs, saved) = B::token_log_probs_forward(logits.primitive().clone(), targets.clone());
        let y = B::negative_dot(log_probs, weights.clone());
        record::<1, B, C, _>(TokenLogProbs, [logits], (saved, targets, Some(weights)), y)
    }
}
