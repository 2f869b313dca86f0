//! The operations on the CPU engine: burn's tensors around the kernels of `petit-train-kernels`.

use std::borrow::Cow;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{IndexingUpdateOp, TensorData};
use petit_train_kernels::adamw::adamw as adam;
use petit_train_kernels::attention::{
    attention as attend, attention_backward, attention_of_last as attend_last,
};
use petit_train_kernels::cross_entropy::cross_entropy as surprise;
use petit_train_kernels::dropout::dropout as drop_out;
use petit_train_kernels::matmul::{Triangle, matmul};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::muon;
use petit_train_kernels::norm::{rms_norm as normalise, rms_norm_backward};
use petit_train_kernels::rotary::{
    Placing, norm_and_rotate as place, norm_and_rotate_backward as place_backward,
};
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

    fn linear_added(x: Float, weight: Float, to: Float) -> Float {
        Self::float_add(to, Self::product([x, weight], [false, false]))
    }

    fn linears(x: Float, weights: Float, count: usize) -> Float {
        let (x, weights) = (Lying::of(&x), Lying::of(&weights));
        let ([tokens, _], [_, columns]) = (x.1, weights.1);
        let mut y = vec![0.0; tokens * count * columns];
        for index in 0..count {
            let y = &mut y[index * columns..];
            matmul(x.turned(false), weights.part(index, count), 1.0, Triangle::None, y, count * columns);
        }
        tensor(y, [tokens, count * columns])
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        tensor(normalise(&values(&x), &values(&gain), epsilon), dims(&x))
    }

    fn norm_and_rotate(
        qkv: Float,
        gains: Float,
        epsilon: f32,
        cos: Float,
        sin: Float,
        heads: Heads,
    ) -> Float {
        let (gains, [cos, sin]) = (values(&gains), [&cos, &sin].map(values));
        let placing = Placing { gains: &gains, epsilon, cos: &cos, sin: &sin };
        tensor(place(&values(&qkv), placing, heads), dims(&qkv))
    }

    fn attention(qkv: Float, heads: Heads) -> (Float, Float) {
        let Heads { batch, time, n_head, .. } = heads;
        let (y, weights) = attend(&values(&qkv), heads);
        (tensor(y, [batch * time, heads.width()]), tensor(weights, [batch, n_head, time, time]))
    }

    fn swiglu(gate_up: Float) -> Float {
        let [tokens, width] = dims(&gate_up);
        tensor(gated(&values(&gate_up), width / 2), [tokens, width / 2])
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

    fn linears_gradients([x, weights]: [Float; 2], count: usize, gradient: Float) -> [Float; 2] {
        let (x, weights, gradient) = (Lying::of(&x), Lying::of(&weights), values(&gradient));
        let ([tokens, inner], [_, columns]) = (x.1, weights.1);
        let mut to_x = vec![0.0; tokens * inner];
        let mut more = vec![0.0; tokens * inner];
        let mut to_weights = vec![0.0; count * inner * columns];
        for (index, to_weight) in to_weights.chunks_exact_mut(inner * columns).enumerate() {
            let gradient = Matrix::strided(&gradient[index * columns..], [tokens, columns], count * columns);
            let target = if index == 0 { &mut to_x } else { &mut more };
            matmul(gradient, weights.part(index, count).transposed(), 1.0, Triangle::None, target, inner);
            if index > 0 {
                to_x.iter_mut().zip(&more).for_each(|(sum, more)| *sum += more);
            }
            matmul(x.turned(true), gradient, 1.0, Triangle::None, to_weight, columns);
        }
        [tensor(to_x, [tokens, inner]), tensor(to_weights, [count * inner, columns])]
    }

    fn norm_and_rotate_gradients(
        [qkv, gains]: [Float; 2],
        epsilon: f32,
        tables: [Float; 2],
        heads: Heads,
        gradient: Float,
    ) -> [Float; 2] {
        let (size, [cos, sin]) = (dims(&gains), tables.each_ref().map(values));
        let gains = values(&gains);
        let placing = Placing { gains: &gains, epsilon, cos: &cos, sin: &sin };
        let (to_qkv, to_gains) = place_backward(&values(&qkv), placing, heads, &values(&gradient));
        [tensor(to_qkv, dims(&qkv)), tensor(to_gains, size)]
    }

    fn attention_gradient(qkv: Float, weights: Float, heads: Heads, gradient: Float) -> Float {
        let to_qkv = attention_backward(&values(&qkv), &values(&weights), &values(&gradient), heads);
        tensor(to_qkv, dims(&qkv))
    }

    fn swiglu_gradient(gate_up: Float, gradient: Float) -> Float {
        let [_, width] = dims(&gate_up);
        tensor(swiglu_backward(&values(&gate_up), width / 2, &values(&gradient)), dims(&gate_up))
    }

    fn cross_entropy_with_gradient(logits: Float, targets: IntTensor<Self>) -> (Float, Float) {
        let targets = targets.into_data().convert::<i64>().try_into_vec::<i64>().unwrap_or_default();
        let (loss, gradient) = surprise(&values(&logits), targets.iter().map(|&target| target as usize));
        (tensor(vec![loss], [1]), tensor(gradient, dims(&logits)))
    }
}

impl Direct for Flex {
    fn attention_of_last(qkv: Float, heads: Heads) -> Float {
        tensor(attend_last(&values(&qkv), heads), [1, heads.width()])
    }

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

    /// One of `count` matrices that are stacked.
    fn part(&self, index: usize, count: usize) -> Matrix<'_> {
        let [rows, columns] = self.1;
        Matrix::new(&self.0[index * rows / count * columns..], [rows / count, columns])
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Float {
    Float::from_data(TensorData::new(values, shape))
}

/// Extents.
fn dims(tensor: &Float) -> [usize; 2] {
    tensor.shape().dims()
}
