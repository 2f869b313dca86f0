//! Causal self-attention of several heads (arXiv 1706.03762) and its gradients: products of matrices, and a softmax between
//! them that sees no key beyond its query.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_kernels::attention::Heads;

use crate::lanes::{indices, largest, total};
use crate::matmul::{Matrices, More, Product, matmul};
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Less than any score: its exponential is 0.
const HIDDEN: f32 = -1e30;

/// Products between what lies as `[batch, time, n_head, head_dim]` and as `[batch, n_head, time, time]`.
#[derive(Clone, Copy)]
struct Products(Heads);

impl Products {
    /// Of vectors: of a head `[time, head_dim]`.
    fn vectors(self) -> Matrices {
        let Heads { time, n_head, head_dim, .. } = self.0;
        let row = n_head * head_dim;
        Matrices { start: 0, outer: time * row, inner: head_dim, row, transposed: false }
    }

    /// Of weights or scores: of a head `[time, time]`.
    fn weights(self) -> Matrices {
        let Heads { time, n_head, .. } = self.0;
        Matrices { start: 0, outer: n_head * time * time, inner: time * time, row: time, transposed: false }
    }

    fn factor(self) -> f32 {
        (self.0.head_dim as f32).sqrt().recip()
    }

    /// `factor · a bᵀ` of vectors: `[batch, n_head, time, time]`.
    fn scores(self, a: &CubeTensor, b: &CubeTensor, factor: f32) -> CubeTensor {
        let Heads { batch, time, n_head, head_dim } = self.0;
        let c = empty(a, [batch, n_head, time, time]);
        let product = Product {
            batch: [batch, n_head],
            rows: time,
            depth: head_dim,
            columns: time,
            a: self.vectors(),
            b: self.vectors().transposed(),
            c: self.weights(),
            factor,
            more: More::Nothing,
        };
        matmul(a, b, &c, product);
        c
    }

    /// `factor · weights x`, or with the weights transposed: vectors.
    fn mixed(self, weights: &CubeTensor, transposed: bool, x: &CubeTensor, factor: f32) -> CubeTensor {
        let Heads { batch, time, n_head, head_dim } = self.0;
        let c = empty(x, [batch * time, n_head * head_dim]);
        let a = if transposed { self.weights().transposed() } else { self.weights() };
        let product = Product {
            batch: [batch, n_head],
            rows: time,
            depth: time,
            columns: head_dim,
            a,
            b: self.vectors(),
            c: self.vectors(),
            factor,
            more: More::Nothing,
        };
        matmul(weights, x, &c, product);
        c
    }
}

/// The mixed values `[batch * time, n_head * head_dim]` of queries, keys and values of the same shape, and the weights
/// `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
pub fn attention(q: &CubeTensor, k: &CubeTensor, v: &CubeTensor, heads: Heads) -> (CubeTensor, CubeTensor) {
    let products = Products(heads);
    let weights = products.scores(q, k, products.factor());
    softmax(&weights);
    (products.mixed(&weights, false, v, 1.0), weights)
}

/// Gradients with respect to queries, keys and values from that with respect to the mixed values.
pub fn attention_backward(
    [q, k, v]: [&CubeTensor; 3],
    weights: &CubeTensor,
    gradient: &CubeTensor,
    heads: Heads,
) -> [CubeTensor; 3] {
    let products = Products(heads);
    let to_scores = products.scores(gradient, v, 1.0);
    softmax_backward(weights, &to_scores);
    let factor = products.factor();
    [
        products.mixed(&to_scores, false, k, factor),
        products.mixed(&to_scores, true, q, factor),
        products.mixed(weights, true, gradient, 1.0),
    ]
}

/// Scores `[…, query, key]` become weights, in place.
fn softmax(scores: &CubeTensor) {
    let [batch, n_head, time, _] = dims(scores);
    let rows = batch * n_head * time;
    let (count, dim) = threads(rows);
    let lanes = lanes(&[time]);
    // SAFETY: a thread beyond the rows ends at once.
    unsafe {
        softmax_kernel::launch_unchecked(&scores.client, count, dim, lanes, buffer(scores), rows, time);
    }
}

/// The gradient with respect to weights becomes that with respect to scores, in place.
fn softmax_backward(weights: &CubeTensor, gradient: &CubeTensor) {
    let [batch, n_head, time, _] = dims(weights);
    let rows = batch * n_head * time;
    let (count, dim) = threads(rows);
    let lanes = lanes(&[time]);
    // SAFETY: as above.
    unsafe {
        softmax_backward_kernel::launch_unchecked(
            &weights.client,
            count,
            dim,
            lanes,
            buffer(weights),
            buffer(gradient),
            rows,
            time,
        );
    }
}

/// Which keys of a vector a query sees.
#[cube]
fn seen<N: Size>(vector: usize, query: usize) -> Vector<bool, N> {
    let keys = indices::<N>() + Vector::new((vector * N::value()) as u32);
    keys.less_equal(&Vector::new(query as u32))
}

#[cube(launch_unchecked)]
fn softmax_kernel<N: Size>(scores: &mut [Vector<f32, N>], rows: usize, time: usize) {
    let row = ABSOLUTE_POS;
    if row >= rows {
        terminate!();
    }
    let query = row % time;
    let vectors = time / N::value();
    let seen_vectors = query / N::value() + 1;
    let start = row * vectors;
    let mut most = Vector::<f32, N>::new(HIDDEN);
    for vector in 0..seen_vectors {
        let scores = select_many(seen::<N>(vector, query), scores[start + vector], Vector::new(HIDDEN));
        most = max(most, scores);
    }
    let most = Vector::new(largest::<N>(most));
    let mut sum = Vector::<f32, N>::new(0.0);
    for vector in 0..seen_vectors {
        let scores_here = select_many(seen::<N>(vector, query), scores[start + vector], Vector::new(HIDDEN));
        let weights = (scores_here - most).exp();
        sum += weights;
        scores[start + vector] = weights;
    }
    let share = Vector::new(1.0 / total::<N>(sum));
    for vector in 0..seen_vectors {
        scores[start + vector] *= share;
    }
    for vector in seen_vectors..vectors {
        scores[start + vector] = Vector::new(0.0);
    }
}

#[cube(launch_unchecked)]
fn softmax_backward_kernel<N: Size>(
    weights: &[Vector<f32, N>],
    gradient: &mut [Vector<f32, N>],
    rows: usize,
    time: usize,
) {
    let row = ABSOLUTE_POS;
    if row >= rows {
        terminate!();
    }
    let vectors = time / N::value();
    let seen_vectors = row % time / N::value() + 1;
    let start = row * vectors;
    // A row's weights sum to 1 whatever the scores are: what raises all of them alike does nothing. Hidden keys have a weight
    // of 0, and so no part in this.
    let mut along = Vector::<f32, N>::new(0.0);
    for vector in 0..seen_vectors {
        along += weights[start + vector] * gradient[start + vector];
    }
    let mean = Vector::new(total::<N>(along));
    for vector in 0..seen_vectors {
        gradient[start + vector] = weights[start + vector] * (gradient[start + vector] - mean);
    }
    for vector in seen_vectors..vectors {
        gradient[start + vector] = Vector::new(0.0);
    }
}
