//! The model's operations on the CPU engine: burn's tensors around the kernels of `petit-train-kernels`.
//!
//! burn calls this a backend extension: a trait that the CPU backend and its differentiating wrapper implement, from
//! which `backend_extension` makes calls on tensors. Gradients are written down here, not derived.

use std::borrow::Cow;
use std::fmt::Debug;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, AutodiffBackend, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Int, Tensor, TensorData};
use petit_train_kernels::attention::{attention as attend, attention_backward};
use petit_train_kernels::cross_entropy::cross_entropy as surprise;
use petit_train_kernels::dropout::dropout as drop_out;
use petit_train_kernels::matmul::{Triangle, matmul};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::norm::{rms_norm as normalise, rms_norm_backward};
use petit_train_kernels::orthogonal::orthogonal as orthogonalise;
use petit_train_kernels::rotary::rotate as turn;
use petit_train_kernels::swiglu::{swiglu as gated, swiglu_backward};

use super::{Angles, Heads, NewtonSchulz};

type Float = FloatTensor<Flex>;

/// As [`plain::linear`](super::plain::linear).
pub fn linear(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linear(x.into_dispatch(), weight.into_dispatch(), false))
}

/// As [`plain::linear_transposed`](super::plain::linear_transposed).
pub fn linear_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linear(x.into_dispatch(), weight.into_dispatch(), true))
}

/// As [`plain::rms_norm`](super::plain::rms_norm).
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::rms_norm(x.into_dispatch(), gain.into_dispatch(), epsilon as f32))
}

/// As [`plain::rotate`](super::plain::rotate).
pub fn rotate(x: Tensor<2>, angles: &Angles, heads: Heads) -> Tensor<2> {
    let (cos, sin) = (angles.cos.clone().into_dispatch(), angles.sin.clone().into_dispatch());
    Tensor::from_dispatch(Dispatch::rotate(x.into_dispatch(), cos, sin, heads))
}

/// As [`plain::attention`](super::plain::attention); here the mask is the order of the loops.
pub fn attention([q, k, v]: [Tensor<2>; 3], _mask: &Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let (y, weights) = Dispatch::attention(q.into_dispatch(), k.into_dispatch(), v.into_dispatch(), heads);
    (Tensor::from_dispatch(y), Tensor::from_dispatch(weights))
}

/// As [`plain::swiglu`](super::plain::swiglu).
pub fn swiglu(gate: Tensor<2>, up: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::swiglu(gate.into_dispatch(), up.into_dispatch()))
}

/// As [`plain::dropout`](super::plain::dropout).
pub fn dropout(x: Tensor<2>, rate: f64, seed: u32, first_row: usize) -> Tensor<2> {
    let first = (first_row * x.dims()[1]) as u32;
    Tensor::from_dispatch(Dispatch::dropout(x.into_dispatch(), rate as f32, seed, first))
}

/// As [`plain::cross_entropy`](super::plain::cross_entropy).
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> (Tensor<1>, Tensor<2>) {
    let (loss, gradient) = Dispatch::cross_entropy(logits.into_dispatch(), targets.into_dispatch());
    (Tensor::from_dispatch(loss), Tensor::from_dispatch(gradient))
}

/// As [`plain::orthogonal`](super::plain::orthogonal).
pub fn orthogonal(matrices: Vec<Tensor<2>>, method: NewtonSchulz) -> Vec<Tensor<2>> {
    let orthogonal =
        |matrix: Tensor<2>| Tensor::from_dispatch(Dispatch::orthogonal(matrix.into_dispatch(), method));
    matrices.into_iter().map(orthogonal).collect()
}

/// Operations that a graph records.
#[backend_extension(Flex, Autodiff)]
trait Recorded: Backend {
    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self>;
    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self>;
    fn rotate(
        x: FloatTensor<Self>,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        heads: Heads,
    ) -> FloatTensor<Self>;
    fn attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        heads: Heads,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn swiglu(gate: FloatTensor<Self>, up: FloatTensor<Self>) -> FloatTensor<Self>;
    fn dropout(x: FloatTensor<Self>, rate: f32, seed: u32, first: u32) -> FloatTensor<Self>;
}

/// Operations outside of any graph.
#[backend_extension(Flex)]
trait Direct: Backend {
    fn cross_entropy(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn orthogonal(x: FloatTensor<Self>, method: NewtonSchulz) -> FloatTensor<Self>;
}

impl Recorded for Flex {
    fn linear(x: Float, weight: Float, transposed: bool) -> Float {
        let weight = Lying::of(&weight);
        product(Lying::of(&x).matrix(), weight.turned(transposed))
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        tensor(normalise(&values(&x), &values(&gain), epsilon), dims(&x))
    }

    fn rotate(x: Float, cos: Float, sin: Float, heads: Heads) -> Float {
        tensor(turn(&values(&x), &values(&cos), &values(&sin), places(heads), 1.0), dims(&x))
    }

    fn attention(q: Float, k: Float, v: Float, heads: Heads) -> (Float, Float) {
        let Heads { batch, time, n_head, .. } = heads;
        let (y, weights) = attend(&values(&q), &values(&k), &values(&v), heads);
        (tensor(y, dims(&q)), tensor(weights, [batch, n_head, time, time]))
    }

    fn swiglu(gate: Float, up: Float) -> Float {
        tensor(gated(&values(&gate), &values(&up)), dims(&gate))
    }

    fn dropout(x: Float, rate: f32, seed: u32, first: u32) -> Float {
        tensor(drop_out(&values(&x), rate, seed, first), dims(&x))
    }
}

impl Direct for Flex {
    fn cross_entropy(logits: Float, targets: IntTensor<Self>) -> (Float, Float) {
        let targets = targets.into_data().convert::<i64>().try_into_vec::<i64>().unwrap_or_default();
        let (loss, gradient) = surprise(&values(&logits), targets.iter().map(|&target| target as usize));
        (tensor(vec![loss], [1]), tensor(gradient, dims(&logits)))
    }

    fn orthogonal(x: Float, NewtonSchulz { coefficients: (a, b, c), iterations }: NewtonSchulz) -> Float {
        let coefficients = (a as f32, b as f32, c as f32);
        tensor(orthogonalise(&values(&x), dims(&x), coefficients, iterations), dims(&x))
    }
}

impl<C: CheckpointStrategy> Recorded for Autodiff<Flex, C> {
    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self> {
        let state = (x.primitive().clone(), weight.primitive().clone(), transposed);
        let y = Flex::linear(state.0.clone(), state.1.clone(), transposed);
        record::<2, C, _>(Linear, [x, weight], state, y)
    }

    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self> {
        let state = (x.primitive().clone(), gain.primitive().clone(), epsilon);
        let y = Flex::rms_norm(state.0.clone(), state.1.clone(), epsilon);
        record::<2, C, _>(RmsNorm, [x, gain], state, y)
    }

    fn rotate(
        x: FloatTensor<Self>,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        heads: Heads,
    ) -> FloatTensor<Self> {
        let (cos, sin) = (cos.into_primitive(), sin.into_primitive());
        let y = Flex::rotate(x.primitive().clone(), cos.clone(), sin.clone(), heads);
        record::<1, C, _>(Rotate, [x], (cos, sin, heads), y)
    }

    fn attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        heads: Heads,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let inputs = [q.primitive().clone(), k.primitive().clone(), v.primitive().clone()];
        let [in_q, in_k, in_v] = inputs.clone();
        let (y, weights) = Flex::attention(in_q, in_k, in_v, heads);
        let y = record::<3, C, _>(Attention, [q, k, v], (inputs, weights.clone(), heads), y);
        // The weights are there to be looked at: nothing is learned through them but through the mixed values.
        (y, Self::from_inner(weights))
    }

    fn swiglu(gate: FloatTensor<Self>, up: FloatTensor<Self>) -> FloatTensor<Self> {
        let state = (gate.primitive().clone(), up.primitive().clone());
        let y = Flex::swiglu(state.0.clone(), state.1.clone());
        record::<2, C, _>(Swiglu, [gate, up], state, y)
    }

    fn dropout(x: FloatTensor<Self>, rate: f32, seed: u32, first: u32) -> FloatTensor<Self> {
        let y = Flex::dropout(x.primitive().clone(), rate, seed, first);
        record::<1, C, _>(Dropout, [x], (rate, seed, first), y)
    }
}

/// The gradients of an operation with N inputs.
trait Derivative<const N: usize>: Debug + Send + 'static {
    /// What they are computed from.
    type State: Clone + Debug + Send + 'static;

    /// With respect to each input, from the gradient with respect to the result.
    fn gradients(state: Self::State, gradient: Float) -> [Float; N];
}

/// An operation's place in the graph.
#[derive(Debug)]
struct Step<D>(D);

impl<const N: usize, D: Derivative<N>> Backward<Flex, N> for Step<D> {
    type State = D::State;

    fn backward(self, ops: Ops<D::State, N>, grads: &mut Gradients, _: &mut Checkpointer) {
        let gradients = D::gradients(ops.state, grads.consume::<Flex>(&ops.node));
        for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
            if let Some(parent) = parent {
                grads.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// Puts an operation that gave `y` into the graph of its inputs.
fn record<const N: usize, C: CheckpointStrategy, D: Derivative<N>>(
    derivative: D,
    inputs: [FloatTensor<Autodiff<Flex, C>>; N],
    state: D::State,
    y: Float,
) -> FloatTensor<Autodiff<Flex, C>> {
    match Step(derivative)
        .prepare::<C>(inputs.each_ref().map(|input| input.node()))
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(step) => step.finish(state, y),
        OpsKind::UnTracked(step) => step.finish(y),
    }
}

#[derive(Debug)]
struct Linear;

impl Derivative<2> for Linear {
    type State = (Float, Float, bool);

    fn gradients((x, weight, transposed): Self::State, gradient: Float) -> [Float; 2] {
        let [x, weight, gradient] = [&x, &weight, &gradient].map(Lying::of);
        let to_x = product(gradient.matrix(), weight.turned(!transposed));
        let to_weight = if transposed {
            product(gradient.turned(true), x.matrix())
        } else {
            product(x.turned(true), gradient.matrix())
        };
        [to_x, to_weight]
    }
}

#[derive(Debug)]
struct RmsNorm;

impl Derivative<2> for RmsNorm {
    type State = (Float, Float, f32);

    fn gradients((x, gain, epsilon): Self::State, gradient: Float) -> [Float; 2] {
        let (to_x, to_gain) = rms_norm_backward(&values(&x), &values(&gain), epsilon, &values(&gradient));
        [tensor(to_x, dims(&x)), tensor(to_gain, dims(&gain))]
    }
}

#[derive(Debug)]
struct Rotate;

impl Derivative<1> for Rotate {
    type State = (Float, Float, Heads);

    fn gradients((cos, sin, heads): Self::State, gradient: Float) -> [Float; 1] {
        let to_x = turn(&values(&gradient), &values(&cos), &values(&sin), places(heads), -1.0);
        [tensor(to_x, dims(&gradient))]
    }
}

#[derive(Debug)]
struct Attention;

impl Derivative<3> for Attention {
    type State = ([Float; 3], Float, Heads);

    fn gradients(([q, k, v], weights, heads): Self::State, gradient: Float) -> [Float; 3] {
        let size = dims(&q);
        let [q, k, v, weights, gradient] = [&q, &k, &v, &weights, &gradient].map(values);
        attention_backward(&q, &k, &v, &weights, &gradient, heads).map(|values| tensor(values, size))
    }
}

#[derive(Debug)]
struct Swiglu;

impl Derivative<2> for Swiglu {
    type State = (Float, Float);

    fn gradients((gate, up): Self::State, gradient: Float) -> [Float; 2] {
        let (to_gate, to_up) = swiglu_backward(&values(&gate), &values(&up), &values(&gradient));
        [tensor(to_gate, dims(&gate)), tensor(to_up, dims(&up))]
    }
}

#[derive(Debug)]
struct Dropout;

impl Derivative<1> for Dropout {
    type State = (f32, u32, u32);

    fn gradients((rate, seed, first): Self::State, gradient: Float) -> [Float; 1] {
        [Flex::dropout(gradient, rate, seed, first)]
    }
}

/// A tensor's numbers, row by row: where they lie, or copied if they lie otherwise.
fn values(tensor: &Float) -> Cow<'_, [f32]> {
    match tensor.as_slice() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(tensor.to_contiguous().as_slice().map(<[f32]>::to_vec).unwrap_or_default()),
    }
}

/// A matrix's numbers and shape.
struct Lying<'a>(Cow<'a, [f32]>, [usize; 2]);

impl<'a> Lying<'a> {
    fn of(tensor: &'a Float) -> Self {
        Self(values(tensor), dims(tensor))
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.0, self.1)
    }

    fn turned(&self, transposed: bool) -> Matrix<'_> {
        if transposed { self.matrix().transposed() } else { self.matrix() }
    }
}

fn product(a: Matrix, b: Matrix) -> Float {
    let ([rows, _], [_, columns]) = (a.shape(), b.shape());
    let mut c = vec![0.0; rows * columns];
    matmul(a, b, 1.0, Triangle::None, &mut c, columns);
    tensor(c, [rows, columns])
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Float {
    Float::from_data(TensorData::new(values, shape))
}

/// Rows and columns.
fn dims(tensor: &Float) -> [usize; 2] {
    tensor.shape().dims()
}

fn places(Heads { time, n_head, head_dim, .. }: Heads) -> [usize; 3] {
    [time, n_head, head_dim]
}
