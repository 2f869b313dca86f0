//! The operations on the CPU engine: burn's tensors around the kernels of `petit-train-kernels`.

use std::borrow::Cow;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{IndexingUpdateOp, TensorData};
use petit_train_kernels::adamw::adamw as adam;
use petit_train_kernels::attention::{attention as attend, attention_backward};
use petit_train_kernels::cross_entropy::cross_entropy as surprise;
use petit_train_kernels::dropout::dropout as drop_out;
use petit_train_kernels::matmul::{Triangle, matmul};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::muon;
use petit_train_kernels::norm::{rms_norm as normalise, rms_norm_backward};
use petit_train_kernels::rotary::rotate as turn;
use petit_train_kernels::swiglu::{swiglu as gated, swiglu_backward};

use super::gradients::Gradients;
use super::many::Many;
use super::{AdamWStep, Direct, Heads, NewtonSchulz, Recorded};

type Float = FloatTensor<Flex>;

impl Recorded for Flex {
    fn embedding(table: Float, tokens: IntTensor<Self>) -> Float {
        Self::float_select(table, 0, tokens)
    }

    fn linear(x: Float, weight: Float, transposed: bool) -> Float {
        Self::product([x, weight], [false, transposed])
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        tensor(normalise(&values(&x), &values(&gain), epsilon), dims(&x))
    }

    fn norm_and_rotate(x: Float, gain: Float, epsilon: f32, cos: Float, sin: Float, heads: Heads) -> Float {
        let normed = normalise(&values(&x), &values(&gain), epsilon);
        tensor(turn(&normed, &values(&cos), &values(&sin), places(heads), 1.0), dims(&x))
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

    fn cross_entropy(logits: Float, targets: IntTensor<Self>) -> Float {
        Self::cross_entropy_with_gradient(logits, targets).0
    }
}

impl Gradients for Flex {
    fn embedding_gradient(tokens: IntTensor<Self>, vocab_size: usize, gradient: Float) -> Float {
        let [_, columns] = dims(&gradient);
        let zeros = tensor(vec![0.0; vocab_size * columns], [vocab_size, columns]);
        Self::float_select_assign(zeros, 0, tokens, gradient, IndexingUpdateOp::Add)
    }

    fn product([a, b]: [Float; 2], [a_transposed, b_transposed]: [bool; 2]) -> Float {
        let [a, b] = [&a, &b].map(Lying::of);
        let (a, b) = (a.turned(a_transposed), b.turned(b_transposed));
        let ([rows, _], [_, columns]) = (a.shape(), b.shape());
        let mut c = vec![0.0; rows * columns];
        matmul(a, b, 1.0, Triangle::None, &mut c, columns);
        tensor(c, [rows, columns])
    }

    fn rms_norm_gradients([x, gain]: [Float; 2], epsilon: f32, gradient: Float) -> [Float; 2] {
        let (to_x, to_gain) = rms_norm_backward(&values(&x), &values(&gain), epsilon, &values(&gradient));
        [tensor(to_x, dims(&x)), tensor(to_gain, dims(&gain))]
    }

    fn norm_and_rotate_gradients(
        [x, gain]: [Float; 2],
        epsilon: f32,
        [cos, sin]: [Float; 2],
        heads: Heads,
        gradient: Float,
    ) -> [Float; 2] {
        let turned = turn(&values(&gradient), &values(&cos), &values(&sin), places(heads), -1.0);
        let (to_x, to_gain) = rms_norm_backward(&values(&x), &values(&gain), epsilon, &turned);
        [tensor(to_x, dims(&x)), tensor(to_gain, dims(&gain))]
    }

    fn attention_gradients(
        [q, k, v]: [Float; 3],
        weights: Float,
        heads: Heads,
        gradient: Float,
    ) -> [Float; 3] {
        let size = dims(&q);
        let [q, k, v, weights, gradient] = [&q, &k, &v, &weights, &gradient].map(values);
        attention_backward(&q, &k, &v, &weights, &gradient, heads).map(|values| tensor(values, size))
    }

    fn swiglu_gradients([gate, up]: [Float; 2], gradient: Float) -> [Float; 2] {
        let (to_gate, to_up) = swiglu_backward(&values(&gate), &values(&up), &values(&gradient));
        [tensor(to_gate, dims(&gate)), tensor(to_up, dims(&up))]
    }

    fn cross_entropy_with_gradient(logits: Float, targets: IntTensor<Self>) -> (Float, Float) {
        let targets = targets.into_data().convert::<i64>().try_into_vec::<i64>().unwrap_or_default();
        let (loss, gradient) = surprise(&values(&logits), targets.iter().map(|&target| target as usize));
        (tensor(vec![loss], [1]), tensor(gradient, dims(&logits)))
    }
}

impl Direct for Flex {
    fn momentum(momentum: Float, gradient: Float, decay: f32) -> (Float, Float) {
        let count = momentum.shape().num_elements();
        let (momentum, ahead) = muon::momentum(&values(&momentum), &values(&gradient), decay);
        (tensor(momentum, [count]), tensor(ahead, [count]))
    }

    fn directions(ahead: Float, shapes: Vec<[usize; 2]>, method: NewtonSchulz) -> Float {
        let ahead = values(&ahead);
        let mut rest = &ahead[..];
        let mut directions = Vec::with_capacity(rest.len());
        for [rows, columns] in shapes {
            let (matrix, others) = rest.split_at(rows * columns);
            rest = others;
            directions.extend(muon::direction(matrix, [rows, columns], method));
        }
        let count = directions.len();
        tensor(directions, [count])
    }

    fn descend(weights: Float, kept: f32, directions: Float, learning_rate: f32) -> Float {
        let next = muon::descend(&values(&weights), kept, &values(&directions), learning_rate);
        let count = next.len();
        tensor(next, [count])
    }

    fn flatten(Many(matrices): Many<Self>) -> Float {
        let numbers = matrices.iter().map(values).collect::<Vec<_>>().concat();
        let count = numbers.len();
        tensor(numbers, [count])
    }

    fn adamw(
        weights: Float,
        first: Float,
        second: Float,
        gradient: Float,
        decays: Float,
        step: AdamWStep,
    ) -> (Float, Float, Float) {
        let [mut weights, mut first, mut second] = [weights, first, second].map(|x| values(&x).into_owned());
        adam([&mut weights, &mut first, &mut second], &values(&gradient), &values(&decays), step);
        let count = weights.len();
        (tensor(weights, [count]), tensor(first, [count]), tensor(second, [count]))
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

    fn turned(&self, transposed: bool) -> Matrix<'_> {
        let matrix = Matrix::new(&self.0, self.1);
        if transposed { matrix.transposed() } else { matrix }
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Float {
    Float::from_data(TensorData::new(values, shape))
}

/// Extents.
fn dims(tensor: &Float) -> [usize; 2] {
    tensor.shape().dims()
}

fn places(Heads { time, n_head, head_dim, .. }: Heads) -> [usize; 3] {
    [time, n_head, head_dim]
}
