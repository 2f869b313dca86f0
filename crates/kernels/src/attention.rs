//! Causal self-attention of several heads (arXiv 1706.03762).
//!
//! Queries, keys and values are side by side, `[batch, time, 3, heads, head_dim]`, results are
//! `[batch, time, heads, head_dim]`; each head is read and written in place, without being copied out. Blocks
//! that are wholly above the diagonal are neither computed nor read.

use petit_train_ops_types::Heads;
use petit_train_ops_types::heads::{K, Q, V};

use crate::lanes::{dot, exp_in_place, max, scale};
use crate::matmul::{Triangle, matmul};
use crate::matrix::Matrix;

/// The offsets of a head: the first token of its sequence, and the first number in a token's queries.
type Head = (usize, usize);

/// Each head of each sequence.
fn each_head(heads: Heads) -> impl Iterator<Item = Head> {
    let sequences = 0..heads.batch;
    sequences.flat_map(move |sequence| {
        (0..heads.n_head).map(move |head| (sequence * heads.time, head * heads.head_dim))
    })
}

/// The index at which the queries, keys or values of a head begin.
fn start(heads: Heads, part: usize, (token, head): Head) -> usize {
    token * heads.row() + part * heads.width() + head
}

/// The queries, keys or values of a head, `[time, head_dim]`.
fn part_of(heads: Heads, qkv: &[f32], part: usize, head: Head) -> Matrix<'_> {
    Matrix::strided(&qkv[start(heads, part, head)..], [heads.time, heads.head_dim], heads.row())
}

/// Returns the mixed values, and the weights `[batch, heads, query, key]`: rows sum to 1 and are 0 above the
/// diagonal.
pub fn attention(qkv: &[f32], heads: Heads) -> (Vec<f32>, Vec<f32>) {
    let (time, width) = (heads.time, heads.width());
    let mut y = vec![0.0; qkv.len() / 3];
    let mut weights = vec![0.0; heads.batch * heads.n_head * time * time];
    for (of, weights) in each_head(heads).zip(weights.chunks_exact_mut(time * time)) {
        let [q, k, v] = [Q, K, V].map(|part| part_of(heads, qkv, part, of));
        matmul(q, k.transposed(), heads.score_factor(), Triangle::LowerProduct, weights, time);
        for (query, row) in weights.chunks_exact_mut(time).enumerate() {
            let (visible, masked) = row.split_at_mut(query + 1);
            softmax(visible);
            masked.fill(0.0);
        }
        let weights = Matrix::new(weights, [time, time]);
        let (token, head) = of;
        matmul(weights, v, 1.0, Triangle::LowerLeft, &mut y[token * width + head..], width);
    }
    (y, weights)
}

/// Turns the scores of one query into weights, whose sum is 1.
pub(crate) fn softmax(scores: &mut [f32]) {
    let largest = max(scores);
    let sum = exp_in_place(scores, largest);
    scale(scores, sum.recip());
}

/// Returns the gradient with respect to queries, keys and values, from that with respect to the mixed values.
pub fn attention_backward(qkv: &[f32], weights: &[f32], gradient: &[f32], heads: Heads) -> Vec<f32> {
    let (time, width, row) = (heads.time, heads.width(), heads.row());
    let mut to_qkv = vec![0.0; qkv.len()];
    let mut to_scores = vec![0.0; time * time];
    for (of, weights) in each_head(heads).zip(weights.chunks_exact(time * time)) {
        let [q, k, v] = [Q, K, V].map(|part| part_of(heads, qkv, part, of));
        let (token, head) = of;
        let gradient = Matrix::strided(&gradient[token * width + head..], [time, heads.head_dim], width);
        matmul(gradient, v.transposed(), 1.0, Triangle::LowerProduct, &mut to_scores, time);
        for (query, (to_row, row)) in
            to_scores.chunks_exact_mut(time).zip(weights.chunks_exact(time)).enumerate()
        {
            let (to_visible, to_masked) = to_row.split_at_mut(query + 1);
            // The gradient of a softmax: its mean under the weights is taken off, since the weights of a row
            // sum to 1.
            let mean = dot(to_visible, &row[..=query]);
            to_visible.iter_mut().zip(row).for_each(|(to, weight)| *to = weight * (*to - mean));
            to_masked.fill(0.0);
        }
        let weights = Matrix::new(weights, [time, time]);
        let to_scores = Matrix::new(&to_scores, [time, time]);
        let factor = heads.score_factor();
        let mut to = |part, a, b, factor, triangle| {
            matmul(a, b, factor, triangle, &mut to_qkv[start(heads, part, of)..], row);
        };
        to(Q, to_scores, k, factor, Triangle::LowerLeft);
        to(K, to_scores.transposed(), q, factor, Triangle::UpperLeft);
        to(V, weights.transposed(), gradient, 1.0, Triangle::UpperLeft);
    }
    to_qkv
}
