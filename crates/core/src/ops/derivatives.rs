//! The derivative of each operation: which gradients it computes from what the forward pass saved.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients as Found;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};

use super::gradients::Gradients;
use super::{DifferentiableOps, Heads};

/// The gradients of an operation with N inputs.
pub(super) trait Derivative<B: Gradients, const N: usize>: Debug + Send + 'static {
    /// What they are computed from.
    type State: Clone + Debug + Send + 'static;

    /// The gradients with respect to the inputs, from that with respect to the result. At least one input is
    /// tracked; of those that are not (frozen weights, say) a gradient may be left out, and is where it would
    /// cost a product of matrices.
    fn gradients(
        state: Self::State,
        gradient: FloatTensor<B>,
        tracked: [bool; N],
    ) -> [Option<FloatTensor<B>>; N];
}

/// An operation as a node of the graph.
#[derive(Debug)]
struct Node<B, D>(D, PhantomData<B>);

impl<const N: usize, B: Gradients, D: Derivative<B, N>> Backward<B, N> for Node<B, D> {
    type State = D::State;

    fn backward(self, ops: Ops<D::State, N>, found: &mut Found, _: &mut Checkpointer) {
        let tracked = ops.parents.each_ref().map(Option::is_some);
        let gradients = D::gradients(ops.state, found.consume::<B>(&ops.node), tracked);
        for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
            if let (Some(parent), Some(gradient)) = (parent, gradient) {
                found.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// Puts an operation that gave `y` into the graph of its inputs.
pub(super) fn record<const N: usize, B: Gradients, C: CheckpointStrategy, D: Derivative<B, N>>(
    derivative: D,
    inputs: [FloatTensor<Autodiff<B, C>>; N],
    state: D::State,
    y: FloatTensor<B>,
) -> FloatTensor<Autodiff<B, C>> {
    match Node(derivative, PhantomData::<B>)
        .prepare::<C>(inputs.each_ref().map(|input| input.node()))
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => step.finish(state, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}

#[derive(Debug)]
pub(super) struct Embedding;

impl<B: Gradients> Derivative<B, 1> for Embedding {
    type State = (IntTensor<B>, usize);

    fn gradients(
        (tokens, vocab_size): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 1],
    ) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::embedding_gradient(tokens, vocab_size, gradient))]
    }
}

#[derive(Debug)]
pub(super) struct Linear;

impl<B: Gradients> Derivative<B, 2> for Linear {
    type State = ([FloatTensor<B>; 2], bool);

    fn gradients(
        ([x, weight], transposed): Self::State,
        gradient: FloatTensor<B>,
        [x_tracked, weight_tracked]: [bool; 2],
    ) -> [Option<FloatTensor<B>>; 2] {
        let to_x = x_tracked.then(|| B::product([gradient.clone(), weight], [false, !transposed]));
        let to_weight = weight_tracked.then(|| {
            let factors = if transposed { [gradient, x] } else { [x, gradient] };
            B::product(factors, [true, false])
        });
        [to_x, to_weight]
    }
}

#[derive(Debug)]
pub(super) struct LinearAdded;

impl<B: Gradients> Derivative<B, 3> for LinearAdded {
    type State = [FloatTensor<B>; 2];

    fn gradients(
        inputs: Self::State,
        gradient: FloatTensor<B>,
        [x_tracked, weight_tracked, _]: [bool; 3],
    ) -> [Option<FloatTensor<B>>; 3] {
        let tracked = [x_tracked, weight_tracked];
        let [to_x, to_weight] =
            <Linear as Derivative<B, 2>>::gradients((inputs, false), gradient.clone(), tracked);
        [to_x, to_weight, Some(gradient)]
    }
}

#[derive(Debug)]
pub(super) struct StackedLinear;

impl<B: Gradients> Derivative<B, 2> for StackedLinear {
    type State = ([FloatTensor<B>; 2], usize);

    fn gradients(
        ([x, weights], count): Self::State,
        gradient: FloatTensor<B>,
        [x_tracked, weights_tracked]: [bool; 2],
    ) -> [Option<FloatTensor<B>>; 2] {
        let to_x = x_tracked.then(|| B::stacked_linear_to_x(weights, count, gradient.clone()));
        let to_weights = weights_tracked.then(|| B::stacked_linear_to_weights(x, count, gradient));
        [to_x, to_weights]
    }
}

#[derive(Debug)]
pub(super) struct RmsNorm;

impl<B: Gradients> Derivative<B, 2> for RmsNorm {
    type State = ([FloatTensor<B>; 2], f32);

    fn gradients(
        (inputs, epsilon): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 2],
    ) -> [Option<FloatTensor<B>>; 2] {
        B::rms_norm_gradients(inputs, epsilon, gradient).map(Some)
    }
}

#[derive(Debug)]
pub(super) struct QkNormRope;

impl<B: Gradients> Derivative<B, 2> for QkNormRope {
    type State = ([FloatTensor<B>; 2], f32, [FloatTensor<B>; 2], Heads);

    fn gradients(
        (inputs, epsilon, tables, heads): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 2],
    ) -> [Option<FloatTensor<B>>; 2] {
        B::qk_norm_rope_gradients(inputs, epsilon, tables, heads, gradient).map(Some)
    }
}

#[derive(Debug)]
pub(super) struct Attention;

impl<B: Gradients> Derivative<B, 1> for Attention {
    type State = (FloatTensor<B>, FloatTensor<B>, Heads);

    fn gradients(
        (qkv, weights, heads): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 1],
    ) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::attention_gradient(qkv, weights, heads, gradient))]
    }
}

#[derive(Debug)]
pub(super) struct Swiglu;

impl<B: Gradients> Derivative<B, 1> for Swiglu {
    type State = FloatTensor<B>;

    fn gradients(
        gate_up: Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 1],
    ) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::swiglu_gradient(gate_up, gradient))]
    }
}

#[derive(Debug)]
pub(super) struct Dropout;

impl<B: Gradients> Derivative<B, 1> for Dropout {
    type State = (f32, u32, u32);

    fn gradients(
        (rate, seed, first): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 1],
    ) -> [Option<FloatTensor<B>>; 1] {
        [Some(<B as DifferentiableOps>::dropout(gradient, rate, seed, first))]
    }
}

#[derive(Debug)]
pub(super) struct TokenLogProbs;

impl<B: Gradients> Derivative<B, 1> for TokenLogProbs {
    type State = ([FloatTensor<B>; 2], IntTensor<B>, Option<FloatTensor<B>>);

    fn gradients(
        (saved, targets, weights): Self::State,
        gradient: FloatTensor<B>,
        _: [bool; 1],
    ) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::token_log_probs_gradient(saved, targets, weights, gradient))]
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::backend::Flex;
    use burn::tensor::TensorData;

    use super::*;

    fn ones(shape: [usize; 2]) -> FloatTensor<Flex> {
        FloatTensor::<Flex>::from_data(TensorData::new(vec![1.0f32; shape[0] * shape[1]], shape))
    }

    /// Which gradients an operation with a matrix of weights computes.
    fn computed<const N: usize, D: Derivative<Flex, N>>(state: D::State, tracked: [bool; N]) -> [bool; N] {
        D::gradients(state, ones([4, 6]), tracked).map(|gradient| gradient.is_some())
    }

    #[test]
    fn no_product_is_computed_for_a_frozen_input() {
        for tracked in [[true, false], [false, true], [true, true]] {
            let state = ([ones([4, 2]), ones([2, 6])], false);
            assert_eq!(computed::<2, Linear>(state, tracked), tracked);
            let state = ([ones([4, 2]), ones([6, 2])], true);
            assert_eq!(computed::<2, Linear>(state, tracked), tracked);
            let state = ([ones([4, 2]), ones([4, 3])], 2);
            assert_eq!(computed::<2, StackedLinear>(state, tracked), tracked);
            let [x, weight] = tracked;
            let state = [ones([4, 2]), ones([2, 6])];
            assert_eq!(computed::<3, LinearAdded>(state, [x, weight, true]), [x, weight, true]);
        }
    }
}
