//! The model's operations in burn's own: what they mean, and what runs where there are no kernels of ours.

use std::collections::BTreeMap;

use burn::tensor::activation::{log_softmax, sigmoid, softmax};
use burn::tensor::{Int, Tensor, TensorData};

use super::{Angles, Heads, NewtonSchulz};

/// Keeps the division by a matrix's norm finite where it is 0.
const EPSILON: f64 = 1e-7;

/// `[tokens, in]` times `[in, out]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight)
}

/// `[tokens, in]` times the transpose of `[out, in]`.
pub fn linear_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight.transpose())
}

/// Scales each row of `x` to a root mean square of 1, then by `gain` `[1, columns]` (arXiv 1910.07467).
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    let mean_square = x.clone().square().mean_dim(1); // [rows, 1]
    let scale = mean_square.add_scalar(epsilon).sqrt().recip();
    x * scale * gain
}

/// Rotary positions (RoFormer, arXiv 2104.09864): the two halves of each head's vector are the coordinates of points in
/// the plane, which are turned by the angles of their place. `[batch * time, n_head * head_dim]` to the same.
pub fn rotate(x: Tensor<2>, angles: &Angles, heads: Heads) -> Tensor<2> {
    let Heads { batch, time, n_head, head_dim } = heads;
    // A product by a constant matrix is one launch on a GPU, forwards and backwards.
    let turned = x.clone().reshape([batch * time * n_head, head_dim]).matmul(angles.turn.clone());
    let split = |x: Tensor<2>| x.reshape([batch, time, n_head, head_dim]);
    let table = |table: &Tensor<2>| table.clone().narrow(0, 0, time).reshape([1, time, 1, head_dim]);
    let y = split(x) * table(&angles.cos) + split(turned) * table(&angles.sin);
    y.reshape([batch * time, n_head * head_dim])
}

/// Causal self-attention (arXiv 1706.03762) of queries, keys and values `[batch * time, n_head * head_dim]`: the mixed
/// values, of the same shape, and the weights `[batch, n_head, query, key]`, whose rows sum to 1 and are 0 above the
/// diagonal. `mask` `[block_size, block_size]` is added to the scores.
pub fn attention([q, k, v]: [Tensor<2>; 3], mask: &Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let Heads { batch, time, n_head, head_dim } = heads;
    let split = |x: Tensor<2>| x.reshape([batch, time, n_head, head_dim]).swap_dims(1, 2); // [batch, head, time, head_dim]
    let scores = split(q).matmul(split(k).swap_dims(2, 3)) / (head_dim as f64).sqrt(); // [batch, head, query, key]
    let mask = mask.clone().narrow(0, 0, time).narrow(1, 0, time).reshape([1, 1, time, time]);
    let weights = softmax(scores + mask, 3);
    let mixed = weights.clone().matmul(split(v)); // [batch, head, time, head_dim]
    (mixed.swap_dims(1, 2).reshape([batch * time, n_head * head_dim]), weights)
}

/// `silu(gate) · up`, the gate of SwiGLU (arXiv 2002.05202).
pub fn swiglu(gate: Tensor<2>, up: Tensor<2>) -> Tensor<2> {
    gate.clone() * sigmoid(gate) * up
}

/// Each entry with probability `rate` 0, else divided by what is kept on average, as `seed` and its place decide: the
/// first row is the `first_row`-th of a batch.
pub fn dropout(x: Tensor<2>, rate: f64, seed: u32, first_row: usize) -> Tensor<2> {
    let shape = x.dims();
    // Drawn on the host, so that engines agree.
    let first = (first_row * shape[1]) as u32;
    let factors =
        petit_train_kernels::dropout::dropout(&vec![1.0; shape[0] * shape[1]], rate as f32, seed, first);
    let factors = Tensor::<2>::from_data(TensorData::new(factors, shape), &x.device());
    x * factors
}

/// Mean cross-entropy `[1]` of `logits` `[tokens, vocab_size]` against `targets` `[tokens]`, in nats a token, and its
/// gradient with respect to the logits: `(softmax - one_hot) / tokens`. Not within a graph.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> (Tensor<1>, Tensor<2>) {
    let [tokens, vocab_size] = logits.dims();
    // Not `one_hot`: burn's checks its input on the host, with a wait that a browser forbids.
    let vocabulary = Tensor::<1, Int>::arange(0..vocab_size as i64, &logits.device());
    let one_hot = targets.unsqueeze_dim::<2>(1).equal(vocabulary.unsqueeze::<2>()).float();
    let log_p = log_softmax(logits, 1);
    let gradient = (log_p.clone().exp() - one_hot.clone()) / tokens as f64;
    (-(log_p * one_hot).sum() / tokens as f64, gradient)
}

/// The nearest orthogonal matrix of each, roughly, by Newton–Schulz iterations: `x` becomes `p(x xᵀ) x` time and again.
/// Matrices of one shape are worked on together, as one batch: a handful of launches on a GPU instead of a handful for
/// each.
pub fn orthogonal(matrices: Vec<Tensor<2>>, method: NewtonSchulz) -> Vec<Tensor<2>> {
    let mut by_shape: BTreeMap<[usize; 2], Vec<usize>> = BTreeMap::new();
    for (place, matrix) in matrices.iter().enumerate() {
        let [rows, columns] = matrix.dims();
        by_shape.entry([rows.min(columns), rows.max(columns)]).or_default().push(place);
    }
    let mut results = matrices.clone();
    for members in by_shape.into_values() {
        let lying = members.iter().map(|&place| laid(matrices[place].clone())).collect();
        let batch = orthogonal_batch(Tensor::stack(lying, 0), method);
        for (index, place) in members.into_iter().enumerate() {
            let [rows, columns] = matrices[place].dims();
            let result = batch.clone().narrow(0, index, 1).squeeze_dim::<2>(0);
            results[place] = if rows > columns { result.transpose() } else { result };
        }
    }
    results
}

/// A matrix, turned round if it stands.
fn laid(matrix: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = matrix.dims();
    if rows > columns { matrix.transpose() } else { matrix }
}

/// `[members, shorter, longer]` to the same.
fn orthogonal_batch(
    x: Tensor<3>,
    NewtonSchulz { coefficients: (a, b, c), iterations }: NewtonSchulz,
) -> Tensor<3> {
    let norm = x.clone().square().sum_dim(2).sum_dim(1).sqrt(); // [members, 1, 1]
    let mut x = x / (norm + EPSILON);
    for _ in 0..iterations {
        let square = x.clone().matmul(x.clone().swap_dims(1, 2)); // [members, shorter, shorter]
        let mix = square.clone() * b + square.clone().matmul(square) * c;
        x = x.clone() * a + mix.matmul(x);
    }
    x
}
