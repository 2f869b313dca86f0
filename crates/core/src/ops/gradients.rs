//! The gradients of the operations: written down by each backend, not derived, and put into burn's graph here.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Found;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};
use burn::tensor::Shape;

use super::{Heads, Recorded};

/// The gradients of what a backend computes: from that with respect to the result those with respect to the inputs.
pub(super) trait Gradients: Recorded {
    fn embedding_gradient(
        tokens: IntTensor<Self>,
        vocab_size: usize,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    /// The product of two matrices, each transposed or not.
    fn product(factors: [FloatTensor<Self>; 2], transposed: [bool; 2]) -> FloatTensor<Self>;
    fn linears_gradients(
        inputs: [FloatTensor<Self>; 2],
        count: usize,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];
    fn rms_norm_gradients(
        inputs: [FloatTensor<Self>; 2],
        epsilon: f32,
        gradient: FloatTensor<Self>,
    ) -> [FloatTensor<Self>; 2];
    fn norm_and_rotate_gradients(
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
    /// The loss and its gradient with respect to the logits.
    fn cross_entropy_with_gradient(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
}

impl<B: Gradients, C: CheckpointStrategy> Recorded for Autodiff<B, C> {
    fn embedding(table: FloatTensor<Self>, tokens: IntTensor<Self>) -> FloatTensor<Self> {
        let vocab_size = table.primitive().shape()[0];
        let y = <B as Recorded>::embedding(table.primitive().clone(), tokens.clone());
        record::<1, B, C, _>(Embedding, [table], (tokens, vocab_size), y)
    }

    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weight.primitive().clone()];
        let [in_x, in_weight] = inputs.clone();
        let y = <B as Recorded>::linear(in_x, in_weight, transposed);
        record::<2, B, C, _>(Linear, [x, weight], (inputs, transposed), y)
    }

    fn linear_added(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        to: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weight.primitive().clone()];
        let [in_x, in_weight] = inputs.clone();
        let y = <B as Recorded>::linear_added(in_x, in_weight, to.primitive().clone());
        record::<3, B, C, _>(LinearAdded, [x, weight, to], inputs, y)
    }

    fn linears(x: FloatTensor<Self>, weights: FloatTensor<Self>, count: usize) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), weights.primitive().clone()];
        let [in_x, in_weights] = inputs.clone();
        let y = <B as Recorded>::linears(in_x, in_weights, count);
        record::<2, B, C, _>(Linears, [x, weights], (inputs, count), y)
    }

    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self> {
        let inputs = [x.primitive().clone(), gain.primitive().clone()];
        let [in_x, in_gain] = inputs.clone();
        let y = <B as Recorded>::rms_norm(in_x, in_gain, epsilon);
        record::<2, B, C, _>(RmsNorm, [x, gain], (inputs, epsilon), y)
    }

    fn norm_and_rotate(
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
        let y = <B as Recorded>::norm_and_rotate(in_qkv, in_gains, epsilon, in_cos, in_sin, heads);
        record::<2, B, C, _>(NormAndRotate, [qkv, gains], (inputs, epsilon, tables, heads), y)
    }

    fn attention(qkv: FloatTensor<Self>, heads: Heads) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let input = qkv.primitive().clone();
        let (y, weights) = <B as Recorded>::attention(input.clone(), heads);
        let y = record::<1, B, C, _>(Attention, [qkv], (input, weights.clone(), heads), y);
        // The weights are there to be looked at: nothing is learned through them but through the mixed values.
        (y, Self::from_inner(weights))
    }

    fn swiglu(gate_up: FloatTensor<Self>) -> FloatTensor<Self> {
        let input = gate_up.primitive().clone();
        let y = <B as Recorded>::swiglu(input.clone());
        record::<1, B, C, _>(Swiglu, [gate_up], input, y)
    }

    fn dropout(x: FloatTensor<Self>, rate: f32, seed: u32, first: u32) -> FloatTensor<Self> {
        let y = <B as Recorded>::dropout(x.primitive().clone(), rate, seed, first);
        record::<1, B, C, _>(Dropout, [x], (rate, seed, first), y)
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self> {
        let (loss, gradient) = B::cross_entropy_with_gradient(logits.primitive().clone(), targets);
        record::<1, B, C, _>(CrossEntropy, [logits], gradient, loss)
    }
}

/// The gradients of an operation with N inputs.
trait Derivative<B: Gradients, const N: usize>: Debug + Send + 'static {
    /// What they are computed from.
    type State: Clone + Debug + Send + 'static;

    /// With respect to each input, from the gradient with respect to the result.
    fn gradients(state: Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; N];
}

/// An operation's place in the graph.
#[derive(Debug)]
struct Step<B, D>(D, PhantomData<B>);

impl<const N: usize, B: Gradients, D: Derivative<B, N>> Backward<B, N> for Step<B, D> {
    type State = D::State;

    fn backward(self, ops: Ops<D::State, N>, found: &mut Found, _: &mut Checkpointer) {
        let gradients = D::gradients(ops.state, found.consume::<B>(&ops.node));
        for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(parent) = parent {
                found.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// Puts an operation that gave `y` into the graph of its inputs.
fn record<const N: usize, B: Gradients, C: CheckpointStrategy, D: Derivative<B, N>>(
    derivative: D,
    inputs: [FloatTensor<Autodiff<B, C>>; N],
    state: D::State,
    y: FloatTensor<B>,
) -> FloatTensor<Autodiff<B, C>> {
    match Step(derivative, PhantomData::<B>)
        .prepare::<C>(inputs.each_ref().map(|input| input.node()))
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => step.finish(state, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}

#[derive(Debug)]
struct Embedding;

impl<B: Gradients> Derivative<B, 1> for Embedding {
    type State = (IntTensor<B>, usize);

    fn gradients((tokens, vocab_size): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 1] {
        [B::embedding_gradient(tokens, vocab_size, gradient)]
    }
}

#[derive(Debug)]
struct Linear;

impl<B: Gradients> Derivative<B, 2> for Linear {
    type State = ([FloatTensor<B>; 2], bool);

    fn gradients(([x, weight], transposed): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        let to_x = B::product([gradient.clone(), weight], [false, !transposed]);
        let to_weight = if transposed { [gradient, x] } else { [x, gradient] };
        [to_x, B::product(to_weight, [true, false])]
    }
}

#[derive(Debug)]
struct LinearAdded;

impl<B: Gradients> Derivative<B, 3> for LinearAdded {
    type State = [FloatTensor<B>; 2];

    fn gradients(inputs: Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 3] {
        let [to_x, to_weight] = <Linear as Derivative<B, 2>>::gradients((inputs, false), gradient.clone());
        [to_x, to_weight, gradient]
    }
}

#[derive(Debug)]
struct Linears;

impl<B: Gradients> Derivative<B, 2> for Linears {
    type State = ([FloatTensor<B>; 2], usize);

    fn gradients((inputs, count): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        B::linears_gradients(inputs, count, gradient)
    }
}

#[derive(Debug)]
struct RmsNorm;

impl<B: Gradients> Derivative<B, 2> for RmsNorm {
    type State = ([FloatTensor<B>; 2], f32);

    fn gradients((inputs, epsilon): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        B::rms_norm_gradients(inputs, epsilon, gradient)
    }
}

#[derive(Debug)]
struct NormAndRotate;

impl<B: Gradients> Derivative<B, 2> for NormAndRotate {
    type State = ([FloatTensor<B>; 2], f32, [FloatTensor<B>; 2], Heads);

    fn gradients(state: Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 2] {
        let (inputs, epsilon, tables, heads) = state;
        B::norm_and_rotate_gradients(inputs, epsilon, tables, heads, gradient)
    }
}

#[derive(Debug)]
struct Attention;

impl<B: Gradients> Derivative<B, 1> for Attention {
    type State = (FloatTensor<B>, FloatTensor<B>, Heads);

    fn gradients((qkv, weights, heads): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 1] {
        [B::attention_gradient(qkv, weights, heads, gradient)]
    }
}

#[derive(Debug)]
struct Swiglu;

impl<B: Gradients> Derivative<B, 1> for Swiglu {
    type State = FloatTensor<B>;

    fn gradients(gate_up: Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 1] {
        [B::swiglu_gradient(gate_up, gradient)]
    }
}

#[derive(Debug)]
struct Dropout;

impl<B: Gradients> Derivative<B, 1> for Dropout {
    type State = (f32, u32, u32);

    fn gradients((rate, seed, first): Self::State, gradient: FloatTensor<B>) -> [FloatTensor<B>; 1] {
        [<B as Recorded>::dropout(gradient, rate, seed, first)]
    }
}

#[derive(Debug)]
struct CrossEntropy;

impl<B: Gradients> Derivative<B, 1> for CrossEntropy {
    type State = FloatTensor<B>;

    fn gradients(to_logits: FloatTensor<B>, gradient: FloatTensor<B>) -> [FloatTensor<B>; 1] {
        [B::float_mul(to_logits, B::float_reshape(gradient, Shape::new([1, 1])))]
    }
}
