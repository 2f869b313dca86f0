//! The operations in burn's own, which define what the kernels compute.

use burn::tensor::activation::{log_softmax, sigmoid, softmax};
use burn::tensor::{Int, Tensor, TensorData};
use petit_train_ops_types::DropoutMask;
use petit_train_ops_types::newton_schulz::EPSILON;

use super::{AdamWStep, Heads, NewtonSchulz, RopeTable};

/// Returns the row of `table` `[vocab_size, columns]` for each of `tokens`: `[tokens, columns]`.
pub fn embedding(table: Tensor<2>, tokens: Tensor<1, Int>) -> Tensor<2> {
    table.select(0, tokens)
}

/// The product of `x` `[tokens, in]` and `weight` `[in, out]`.
pub fn linear(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight)
}

/// The product of `x` `[tokens, in]` and the transpose of `weight` `[out, in]`.
pub fn linear_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    x.matmul(weight.transpose())
}

/// The sum of `to` `[tokens, out]` and the product of `x` `[tokens, in]` and `weight` `[in, out]`.
pub fn linear_added(x: Tensor<2>, weight: Tensor<2>, to: Tensor<2>) -> Tensor<2> {
    to + linear(x, weight)
}

/// The products of `x` `[tokens, in]` with each of `count` stacked matrices, `[count * in, out]`, side by
/// side: `[tokens, count * out]`.
pub fn stacked_linear(x: Tensor<2>, weights: Tensor<2>, count: usize) -> Tensor<2> {
    Tensor::cat(weights.chunk(count, 0).into_iter().map(|weight| linear(x.clone(), weight)).collect(), 1)
}

/// Scales each row of `x` to a root mean square of 1, then by `gain` `[1, columns]` (arXiv 1910.07467).
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    let mean_square = x.clone().square().mean_dim(1); // [rows, 1]
    let scale = mean_square.add_scalar(epsilon).sqrt().recip();
    x * scale * gain
}

/// Norms and rotates the queries and keys in `qkv`, queries, keys and values side by side,
/// `[batch * time, 3 * n_head * head_dim]`. First [`rms_norm`] of each head's query and key, with the first
/// and the second half of `gains` `[1, 2 * head_dim]`; then rotary positions (RoFormer, arXiv 2104.09864):
/// the two halves of a vector are the coordinates of points in the plane, which are rotated by the angles of
/// the token's position. Values are unchanged.
pub fn qk_norm_rope(
    qkv: Tensor<2>,
    gains: Tensor<2>,
    epsilon: f64,
    rope: &RopeTable,
    heads: Heads,
) -> Tensor<2> {
    let Heads { batch, time, n_head, head_dim } = heads;
    let half = head_dim / 2;
    let table = |table: &Tensor<2>| table.clone().narrow(0, 0, time).reshape([1, time, 1, head_dim]);
    let [q, k, v] = side_by_side(qkv);
    let norm_rope = |x: Tensor<2>, part| {
        let gain = gains.clone().narrow(1, part * head_dim, head_dim);
        let x = rms_norm(x.reshape([batch * time * n_head, head_dim]), gain, epsilon);
        let x = x.reshape([batch, time, n_head, head_dim]);
        let rotated = Tensor::cat(vec![-x.clone().narrow(3, half, half), x.clone().narrow(3, 0, half)], 3);
        let y = x * table(&rope.cos) + rotated * table(&rope.sin);
        y.reshape([batch * time, n_head * head_dim])
    };
    Tensor::cat(vec![norm_rope(q, 0), norm_rope(k, 1), v], 1)
}

/// Causal self-attention (arXiv 1706.03762) of queries, keys and values side by side,
/// `[batch * time, 3 * n_head * head_dim]`: the mixed values, `[batch * time, n_head * head_dim]`, and the
/// weights `[batch, n_head, query, key]`, whose rows sum to 1 and are 0 above the diagonal.
pub fn attention(qkv: Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let Heads { batch, time, n_head, head_dim } = heads;
    // [batch, head, time, head_dim]
    let [q, k, v] = side_by_side(qkv).map(|x| x.reshape([batch, time, n_head, head_dim]).swap_dims(1, 2));
    let scores = q.matmul(k.swap_dims(2, 3)) / (head_dim as f64).sqrt(); // [batch, head, query, key]
    let mask = (0..time).flat_map(|query| (0..time).map(move |key| if key <= query { 0.0 } else { -1e9 }));
    let mask = TensorData::new(mask.collect::<Vec<f32>>(), [1, 1, time, time]);
    let weights = softmax(scores.clone() + Tensor::from_data(mask, &scores.device().inner()), 3);
    let mixed = weights.clone().matmul(v); // [batch, head, time, head_dim]
    (mixed.swap_dims(1, 2).reshape([batch * time, n_head * head_dim]), weights)
}

/// Attention while texts are written: of the newest token of each of `heads.batch` texts, whose query, key
/// and value are in `qkv` `[batch, 3 * n_head * head_dim]`. `cache` holds for each text the keys, then the
/// values of earlier tokens, `[batch * 2 * time, n_head * head_dim]`, of which as many count as the text's
/// number in `positions` `[batch]` says. The mixed values, `[batch, n_head * head_dim]`, and the cache with
/// the newest token's keys and values at its position.
pub fn cached_attention(
    qkv: Tensor<2>,
    cache: Tensor<2>,
    positions: Tensor<1, Int>,
    heads: Heads,
) -> (Tensor<2>, Tensor<2>) {
    let Heads { batch, time, n_head, head_dim } = heads;
    let width = heads.width();
    let times = Tensor::<1, Int>::arange(0..time as i64, &qkv.device()).unsqueeze::<2>(); // [1, time]
    let positions = positions.unsqueeze_dim::<2>(1); // [batch, 1]
    let is_newest = times.clone().equal(positions.clone()).float().reshape([batch, 1, time, 1]);
    let newest = qkv.clone().narrow(1, width, 2 * width).reshape([batch, 2, 1, width]);
    let shape = cache.dims();
    let cache = cache.reshape([batch, 2, time, width]);
    let cache = cache * (-is_newest.clone() + 1.0) + newest * is_newest;
    // [batch, head, tokens, head_dim]
    let heads_of = |x: Tensor<4>| x.swap_dims(1, 2);
    let q = heads_of(qkv.narrow(1, 0, width).reshape([batch, 1, n_head, head_dim]));
    let part = |part| cache.clone().narrow(1, part, 1).reshape([batch, time, n_head, head_dim]);
    let [k, v] = [0, 1].map(|index| heads_of(part(index)));
    let unseen = times.greater(positions).float().reshape([batch, 1, 1, time]);
    let scores = q.matmul(k.swap_dims(2, 3)) / (head_dim as f64).sqrt(); // [batch, head, 1, time]
    let weights = softmax(scores - unseen * 1e9, 3);
    (weights.matmul(v).swap_dims(1, 2).reshape([batch, width]), cache.reshape(shape))
}

/// Splits `x` into the three matrices that are side by side in it.
fn side_by_side(x: Tensor<2>) -> [Tensor<2>; 3] {
    let width = x.dims()[1] / 3;
    [0, 1, 2].map(|part| x.clone().narrow(1, part * width, width))
}

/// `silu(gate) · up`, the gate of SwiGLU (arXiv 2002.05202), of gates and ups side by side:
/// `[tokens, 2 * intermediate_size]` to `[tokens, intermediate_size]`.
pub fn swiglu(gate_up: Tensor<2>) -> Tensor<2> {
    let intermediate_size = gate_up.dims()[1] / 2;
    let (gate, up) = (
        gate_up.clone().narrow(1, 0, intermediate_size),
        gate_up.narrow(1, intermediate_size, intermediate_size),
    );
    gate.clone() * sigmoid(gate) * up
}

/// Sets each entry to 0 with probability `rate` and divides the others by `1 - rate`. Which entries are
/// dropped depends on `seed` and on their index in the batch, of which the first row of `x` is the row
/// `first_row`.
pub fn dropout(x: Tensor<2>, rate: f64, seed: u32, first_row: usize) -> Tensor<2> {
    let shape = x.dims();
    // Computed on the host, so that engines agree.
    let mask = DropoutMask::new(rate as f32, seed, (first_row * shape[1]) as u32);
    let factor = |index| if mask.drops(index) { 0.0 } else { mask.scale };
    let factors: Vec<f32> = (0..(shape[0] * shape[1]) as u32).map(factor).collect();
    let factors = Tensor::<2>::from_data(TensorData::new(factors, shape), &x.device());
    x * factors
}

/// The logarithm of the probability that the softmax of `logits` `[tokens, vocab_size]` gives to each of
/// `targets` `[tokens]`: `[tokens]`, in nats, at most 0.
pub fn token_log_probs(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    log_softmax(logits, 1).gather(1, targets.unsqueeze_dim::<2>(1)).squeeze_dim(1)
}

/// The negative log-likelihood of `targets`: the sum of the [`token_log_probs`], each times its weight in
/// `weights` `[tokens]`, negated: `[1]`. With weights that sum to 1 it is a mean in nats a token: 1 / tokens
/// each for the plain mean, 0 where a token does not count. Weights are constants; no gradient flows to them.
pub fn weighted_nll(logits: Tensor<2>, targets: Tensor<1, Int>, weights: Tensor<1>) -> Tensor<1> {
    -(token_log_probs(logits, targets) * weights).sum()
}

/// Muon's momentum, a running mean of the gradients, with `gradient` taken in; and the Nesterov momentum,
/// which is that mean with the same gradient taken in once more.
pub fn momentum(momentum: Tensor<1>, gradient: Tensor<1>, decay: f64) -> (Tensor<1>, Tensor<1>) {
    let momentum = momentum * decay + gradient.clone() * (1.0 - decay);
    (momentum.clone(), momentum * decay + gradient * (1.0 - decay))
}

/// Muon's updates of matrices of these shapes, one after the other in one vector. The update of a matrix is
/// approximately the orthogonal matrix nearest to its Nesterov momentum, found by Newton–Schulz iterations
/// (`x`, divided by its Schatten 4-norm, becomes `p(x xᵀ) x`), times `√max(1, columns / rows)`, so that
/// outputs change by the same amount whatever the shape.
pub fn orthogonalized_updates(
    nesterov_momentum: Tensor<1>,
    shapes: &[[usize; 2]],
    method: NewtonSchulz,
) -> Tensor<1> {
    let NewtonSchulz { coefficients: (a, b, c), iterations } = method;
    let mut start = 0;
    let updates = shapes.iter().map(|&[rows, columns]| {
        let matrix = nesterov_momentum.clone().narrow(0, start, rows * columns).reshape([rows, columns]);
        start += rows * columns;
        let frobenius = |x: &Tensor<2>| x.clone().square().sum().sqrt().unsqueeze::<2>() + f64::from(EPSILON);
        let mut x = matrix.clone() / frobenius(&matrix);
        let square = x.clone().matmul(x.clone().transpose()); // [rows, rows]
        x = x / frobenius(&square).sqrt();
        for _ in 0..iterations {
            let square = x.clone().matmul(x.clone().transpose()); // [rows, rows]
            x = x.clone() * a + (square.clone() * b + square.clone().matmul(square) * c).matmul(x);
        }
        (x * (columns as f64 / rows as f64).max(1.0).sqrt()).flatten(0, 1)
    });
    Tensor::cat(updates.collect(), 0)
}

/// The weights after a step: `decay_factor · weights - learning_rate · updates`.
pub fn apply_update(
    weights: Tensor<1>,
    decay_factor: f64,
    updates: Tensor<1>,
    learning_rate: f64,
) -> Tensor<1> {
    weights * decay_factor - updates * learning_rate
}

/// The numbers of all matrices, row-major, one matrix after the other, as one vector.
pub fn flatten(matrices: Vec<Tensor<2>>) -> Tensor<1> {
    Tensor::cat(matrices.into_iter().map(|matrix| matrix.flatten(0, 1)).collect(), 0)
}

/// A step of AdamW (arXiv 1711.05101), with clipping of the gradient's norm: the weights and the two moments
/// after it. `decays` is 1 where a weight decays and 0 where not.
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
    let decay_factor = decays * (-learning_rate * weight_decay) + 1.0;
    (weights * decay_factor - update, [first, second])
}
