//! Causal self-attention of several heads (arXiv 1706.03762) and its gradients: products of matrices, and a
//! softmax between them that sees no key beyond its query.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::Heads;
use petit_train_ops_types::heads::{K, Q, V};

use crate::lanes::{indices, largest, total};
use crate::matmul::{Matrices, Product, matmul};
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// The score of keys after the query: less than any other, so its exponential is 0.
const MASKED: f32 = -1e30;

/// The products of an attention, between tensors stored as `[batch, time, 3, n_head, head_dim]`, as
/// `[batch, time, n_head, head_dim]` and as `[batch, n_head, time, time]`.
#[derive(Clone, Copy)]
struct Products(Heads);

impl Products {
    /// The queries, keys or values of a head, `[time, head_dim]`.
    fn part(self, part: usize) -> Matrices {
        let (row, width) = (self.0.row(), self.0.width());
        Matrices {
            start: part * width,
            outer: self.0.time * row,
            inner: self.0.head_dim,
            row,
            transposed: false,
        }
    }

    /// The mixed values of a head, `[time, head_dim]`.
    fn mixed(self) -> Matrices {
        let row = self.0.width();
        Matrices { start: 0, outer: self.0.time * row, inner: self.0.head_dim, row, transposed: false }
    }

    /// Weights or scores of a head, `[time, time]`.
    fn weights(self) -> Matrices {
        let Heads { time, n_head, .. } = self.0;
        Matrices { start: 0, outer: n_head * time * time, inner: time * time, row: time, transposed: false }
    }

    /// `factor · a bᵀ` of vectors: `[batch, n_head, time, time]`.
    fn scores(self, (a, a_layout): Factor<'_>, (b, b_layout): Factor<'_>, factor: f32) -> CubeTensor {
        let Heads { batch, time, n_head, head_dim } = self.0;
        let c = empty(a, [batch, n_head, time, time]);
        let layouts = [a_layout, b_layout.transposed(), self.weights()];
        let product = Product::of([batch, n_head], [time, head_dim, time], layouts);
        matmul(a, b, &c, Product { factor, ..product });
        c
    }

    /// `factor · weights x`, with the weights transposed or not, written to vectors.
    fn mix(
        self,
        (weights, transposed): (&CubeTensor, bool),
        (x, x_layout): Factor<'_>,
        factor: f32,
        (c, c_layout): Factor<'_>,
    ) {
        let Heads { batch, time, n_head, head_dim } = self.0;
        let a = if transposed { self.weights().transposed() } else { self.weights() };
        let product = Product::of([batch, n_head], [time, time, head_dim], [a, x_layout, c_layout]);
        matmul(weights, x, c, Product { factor, ..product });
    }
}

/// A tensor, and which matrices in it are multiplied.
type Factor<'a> = (&'a CubeTensor, Matrices);

/// The mixed values `[batch * time, n_head * head_dim]` of queries, keys and values side by side,
/// `[batch * time, 3 * n_head * head_dim]`, and the weights `[batch, n_head, query, key]`: rows sum to 1 and
/// are 0 above the diagonal.
pub fn attention(qkv: &CubeTensor, heads: Heads) -> (CubeTensor, CubeTensor) {
    let products = Products(heads);
    let weights = products.scores((qkv, products.part(Q)), (qkv, products.part(K)), heads.score_factor());
    softmax(&weights);
    let mixed = empty(qkv, [heads.batch * heads.time, heads.width()]);
    products.mix((&weights, false), (qkv, products.part(V)), 1.0, (&mixed, products.mixed()));
    (mixed, weights)
}

/// The gradient with respect to queries, keys and values from that with respect to the mixed values.
pub fn attention_backward(
    qkv: &CubeTensor,
    weights: &CubeTensor,
    gradient: &CubeTensor,
    heads: Heads,
) -> CubeTensor {
    let products = Products(heads);
    let [q, k, v] = [Q, K, V].map(|part| products.part(part));
    let to_scores = products.scores((gradient, products.mixed()), (qkv, v), 1.0);
    softmax_backward(weights, &to_scores);
    let factor = heads.score_factor();
    let to_qkv = empty(qkv, [heads.batch * heads.time, heads.row()]);
    products.mix((&to_scores, false), (qkv, k), factor, (&to_qkv, q));
    products.mix((&to_scores, true), (qkv, q), factor, (&to_qkv, k));
    products.mix((weights, true), (gradient, products.mixed()), 1.0, (&to_qkv, v));
    to_qkv
}

/// The mixed values `[batch, n_head * head_dim]` of the newest token of each of `heads.batch` texts, from its
/// query, key and value, `[batch, 3 * n_head * head_dim]`. `cache` holds the keys, then the values of earlier
/// tokens, `[batch * 2 * time, n_head * head_dim]`, of which as many count as the text's number in
/// `positions` says; the newest token's are written after them, in place.
pub fn cached_attention(
    qkv: &CubeTensor,
    cache: &CubeTensor,
    positions: &CubeTensor,
    heads: Heads,
) -> CubeTensor {
    let Heads { batch, time, head_dim, .. } = heads;
    let y = empty(qkv, [batch, heads.width()]);
    let lanes = lanes(&[head_dim]);
    let vectors = heads.width() / lanes;
    let units = batch * vectors;
    let (count, dim) = threads(units);
    // SAFETY: a thread beyond the vectors ends at once; positions are below `time`.
    unsafe {
        cached_kernel::launch_unchecked(
            &qkv.client,
            count,
            dim,
            lanes,
            buffer(qkv),
            buffer(cache),
            buffer(positions),
            buffer(&y),
            units,
            vectors,
            head_dim / lanes,
            time,
            heads.score_factor(),
        );
    }
    y
}

/// Turns scores `[…, query, key]` into weights, in place.
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

/// Turns the gradient with respect to weights into that with respect to scores, in place.
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

/// Each thread mixes one vector of a head's values, and keeps one of the newest token's keys and values,
/// which no thread reads from the cache. All threads of a head compute the same scores: that costs less than
/// a launch of its own. The weights are rescaled whenever a larger score is met (arXiv 1805.02867), so each
/// key is read once.
#[cube(launch_unchecked)]
fn cached_kernel<N: Size>(
    qkv: &[Vector<f32, N>],
    cache: &mut [Vector<f32, N>],
    positions: &[i32],
    y: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
    vectors_a_head: usize,
    time: usize,
    factor: f32,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let (text, vector) = (unit / vectors, unit % vectors);
    let head = vector - vector % vectors_a_head;
    let position = positions[text] as usize;
    let q = text * 3 * vectors + head;
    let newest_k = text * 3 * vectors + vectors;
    let newest_v = newest_k + vectors + vector;
    let mut along = Vector::<f32, N>::new(0.0);
    for part in 0..vectors_a_head {
        along += qkv[q + part] * qkv[newest_k + head + part];
    }
    let mut most = total::<N>(along) * factor;
    let mut sum = 1.0f32;
    let mut mixed = qkv[newest_v];
    let start = text * time * 2 * vectors;
    for key in 0..position {
        let k = start + key * vectors;
        let mut along = Vector::<f32, N>::new(0.0);
        for part in 0..vectors_a_head {
            along += qkv[q + part] * cache[k + head + part];
        }
        let score = total::<N>(along) * factor;
        let larger = max(most, score);
        let rescale = (most - larger).exp();
        let weight = (score - larger).exp();
        sum = sum * rescale + weight;
        mixed = mixed * Vector::new(rescale) + cache[k + time * vectors + vector] * Vector::new(weight);
        most = larger;
    }
    y[unit] = mixed * Vector::new(1.0 / sum);
    let own = start + position * vectors + vector;
    cache[own] = qkv[newest_k + vector];
    cache[own + time * vectors] = qkv[newest_v];
}

/// Which keys of a vector come no later than the query.
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
    let mut most = Vector::<f32, N>::new(MASKED);
    for vector in 0..seen_vectors {
        let scores = select_many(seen::<N>(vector, query), scores[start + vector], Vector::new(MASKED));
        most = max(most, scores);
    }
    let most = Vector::new(largest::<N>(most));
    let mut sum = Vector::<f32, N>::new(0.0);
    for vector in 0..seen_vectors {
        let scores_here = select_many(seen::<N>(vector, query), scores[start + vector], Vector::new(MASKED));
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
    // The gradient of a softmax: its mean under the weights is taken off, since the weights of a row sum to
    // 1. Masked keys have a weight of 0.
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
