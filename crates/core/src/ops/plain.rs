//! The operations in burn's own: what they mean.

use burn::tensor::activation::{log_softmax, sigmoid, softmax};
use burn::tensor::{Int, Tensor, TensorData};

use super::{AdamWStep, Angles, Heads, NewtonSchulz};

/// Keeps the division by a matrix's norm finite where it is 0.
const EPSILON: f64 = 1e-7;

/// The row of `table` `[vocab_size, columns]` for each of `tokens`: `[tokens, columns]`.
pub fn embedding(table: Tensor<2>, tokens: Tensor<1, Int>) -> Tensor<2> {
    table.select(0, tokens)
}

/// `[tokens, in]` times `[in, out]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight)
}

/// `[tokens, in]` times the transpose of `[out, in]`.
pub fn linear_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight.transpose())
}

/// `to + x · weight`.
pub fn linear_added(x: Tensor<2>, weight: Tensor<2>, to: Tensor<2>) -> Tensor<2> {
    to + linear(x, weight)
}

/// The products of `x` `[tokens, in]` with `count` matrices that are stacked, `[count * in, out]`, side by side:
/// `[tokens, count * out]`.
pub fn linears(x: Tensor<2>, weights: Tensor<2>, count: usize) -> Tensor<2> {
    Tensor::cat(weights.chunk(count, 0).into_iter().map(|weight| linear(x.clone(), weight)).collect(), 1)
}

/// Scales each row of `x` to a root mean square of 1, then by `gain` `[1, columns]` (arXiv 1910.07467).
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    let mean_square = x.clone().square().mean_dim(1); // [rows, 1]
    let scale = mean_square.add_scalar(epsilon).sqrt().recip();
    x * scale * gain
}

/// Of `qkv`, queries, keys and values side by side, `[batch * time, 3 * n_head * head_dim]`: [`rms_norm`] of each head's query and
/// key, with the first and the second half of `gains` `[1, 2 * head_dim]`; then rotary positions (RoFormer, arXiv 2104.09864): the
/// two halves of each are the coordinates of points in the plane, which are turned by the angles of their place. Values stay.
pub fn norm_and_rotate(
    qkv: Tensor<2>,
    gains: Tensor<2>,
    epsilon: f64,
    angles: &Angles,
    heads: Heads,
) -> Tensor<2> {
    let Heads { batch, time, n_head, head_dim } = heads;
    let half = head_dim / 2;
    let table = |table: &Tensor<2>| table.clone().narrow(0, 0, time).reshape([1, time, 1, head_dim]);
    let [q, k, v] = side_by_side(qkv);
    let placed = |x: Tensor<2>, part| {
        let gain = gains.clone().narrow(1, part * head_dim, head_dim);
        let x = rms_norm(x.reshape([batch * time * n_head, head_dim]), gain, epsilon);
        let x = x.reshape([batch, time, n_head, head_dim]);
        let turned = Tensor::cat(vec![-x.clone().narrow(3, half, half), x.clone().narrow(3, 0, half)], 3);
        let y = x * table(&angles.cos) + turned * table(&angles.sin);
        y.reshape([batch * time, n_head * head_dim])
    };
    Tensor::cat(vec![placed(q, 0), placed(k, 1), v], 1)
}

/// Causal self-attention (arXiv 1706.03762) of queries, keys and values side by side, `[batch * time, 3 * n_head * head_dim]`: the
/// mixed values, `[batch * time, n_head * head_dim]`, and the weights `[batch, n_head, query, key]`, whose rows sum to 1 and are 0
/// above the diagonal.
pub fn attention(qkv: Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let Heads { batch, time, n_head, head_dim } = heads;
    let [q, k, v] = side_by_side(qkv).map(|x| x.reshape([batch, time, n_head, head_dim]).swap_dims(1, 2)); // [batch, head, time, head_dim]
    let scores = q.matmul(k.swap_dims(2, 3)) / (head_dim as f64).sqrt(); // [batch, head, query, key]
    let hidden = (0..time).flat_map(|query| (0..time).map(move |key| if key <= query { 0.0 } else { -1e9 }));
    let hidden = TensorData::new(hidden.collect::<Vec<f32>>(), [1, 1, time, time]);
    let weights = softmax(scores.clone() + Tensor::from_data(hidden, &scores.device().inner()), 3);
    let mixed = weights.clone().matmul(v); // [batch, head, time, head_dim]
    (mixed.swap_dims(1, 2).reshape([batch * time, n_head * head_dim]), weights)
}

/// What [`attention`] gives of the last of the first `heads.time` tokens of one sequence `[≥ time, 3 * n_head * head_dim]`:
/// `[1, n_head * head_dim]`.
pub fn attention_of_last(qkv: Tensor<2>, heads: Heads) -> Tensor<2> {
    let seen = Heads { batch: 1, ..heads };
    attention(qkv.narrow(0, 0, seen.time), seen).0.narrow(0, seen.time - 1, 1)
}

/// Three matrices that stand side by side.
fn side_by_side(x: Tensor<2>) -> [Tensor<2>; 3] {
    let width = x.dims()[1] / 3;
    [0, 1, 2].map(|part| x.clone().narrow(1, part * width, width))
}

/// `silu(gate) · up`, the gate of SwiGLU (arXiv 2002.05202), of gates and ups side by side: `[tokens, 2 * hidden]` to
/// `[tokens, hidden]`.
pub fn swiglu(gate_up: Tensor<2>) -> Tensor<2> {
    let hidden = gate_up.dims()[1] / 2;
    let (gate, up) = (gate_up.clone().narrow(1, 0, hidden), gate_up.narrow(1, hidden, hidden));
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

/// Mean cross-entropy `[1]` of `logits` `[tokens, vocab_size]` against `targets` `[tokens]`, in nats a token.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let [tokens, _] = logits.dims();
    -log_softmax(logits, 1).gather(1, targets.unsqueeze_dim::<2>(1)).sum() / tokens as f64
}

/// Muon's momentum with `gradient` in it, and where it is going: the momentum, and once more the gradient that it holds
/// already (Nesterov).
pub fn momentum(momentum: Tensor<1>, gradient: Tensor<1>, decay: f64) -> (Tensor<1>, Tensor<1>) {
    let momentum = momentum * decay + gradient.clone() * (1.0 - decay);
    (momentum.clone(), momentum * decay + gradient * (1.0 - decay))
}

/// Muon's directions, of matrices of these shapes one after the other: of each the nearest orthogonal matrix, roughly, by
/// Newton–Schulz iterations (`x` becomes `p(x xᵀ) x` time and again). One that widens is longer by the root of that ratio,
/// since each of its outputs hears fewer inputs.
pub fn directions(ahead: Tensor<1>, shapes: &[[usize; 2]], method: NewtonSchulz) -> Tensor<1> {
    let NewtonSchulz { coefficients: (a, b, c), iterations } = method;
    let mut start = 0;
    let directions = shapes.iter().map(|&[rows, columns]| {
        let matrix = ahead.clone().narrow(0, start, rows * columns).reshape([rows, columns]);
        start += rows * columns;
        let norm = matrix.clone().square().sum().sqrt().unsqueeze::<2>(); // [1, 1]
        let mut x = matrix / (norm + EPSILON);
        for _ in 0..iterations {
            let square = x.clone().matmul(x.clone().transpose()); // [rows, rows]
            x = x.clone() * a + (square.clone() * b + square.clone().matmul(square) * c).matmul(x);
        }
        (x * (columns as f64 / rows as f64).max(1.0).sqrt()).flatten(0, 1)
    });
    Tensor::cat(directions.collect(), 0)
}

/// Weights after a step along `directions`: `kept · weights - learning_rate · directions`.
pub fn descend(weights: Tensor<1>, kept: f64, directions: Tensor<1>, learning_rate: f64) -> Tensor<1> {
    weights * kept - directions * learning_rate
}

/// Matrices one after the other as one vector, row-major.
pub fn flatten(matrices: Vec<Tensor<2>>) -> Tensor<1> {
    Tensor::cat(matrices.into_iter().map(|matrix| matrix.flatten(0, 1)).collect(), 0)
}

/// A step of AdamW (arXiv 1711.05101), with clipping of the gradient's norm: the weights and the two moments after it.
/// `decays` is 1 where a weight decays and 0 where not.
pub fn adamw(
    weights: Tensor<1>,
    [first, second]: [Tensor<1>; 2],
    gradient: Tensor<1>,
    decays: Tensor<1>,
    step: AdamWStep,
) -> (Tensor<1>, [Tensor<1>; 2]) {
    let AdamWStep { learning_rate, betas, corrections, epsilon, weight_decay, max_norm } = step;
    let norm = gradient.clone().square().sum().sqrt(); // [1]
    let gradient = gradient * (norm.clamp_min(max_norm).recip() * max_norm);
    let first = first * betas[0] + gradient.clone() * (1.0 - betas[0]);
    let second = second * betas[1] + gradient.square() * (1.0 - betas[1]);
    let denominator = (second.clone() / corrections[1]).sqrt() + epsilon;
    let update = first.clone() / denominator * (learning_rate / corrections[0]);
    let kept = decays * (-learning_rate * weight_decay) + 1.0;
    (weights * kept - update, [first, second])
}
