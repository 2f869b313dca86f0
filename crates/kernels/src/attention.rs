//! Causal self-attention of several heads (arXiv 1706.03762).
//!
//! Queries, keys and values stand side by side, `[batch, time, 3, heads, head_dim]`, results are `[batch, time, heads, head_dim]`:
//! each head is read and written where it lies. Blocks that the mask hides whole are neither computed nor read.

use crate::lanes::{dot, exp_in_place, max, scale};
use crate::matmul::{Triangle, matmul};
use crate::matrix::Matrix;

/// Sequences and heads of what an attention works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// Sequences.
    pub batch: usize,
    /// Tokens of each.
    pub time: usize,
    /// Heads.
    pub n_head: usize,
    /// Dimensions of each.
    pub head_dim: usize,
}

/// Where queries stand in a token's row.
pub const Q: usize = 0;
/// Where keys stand.
pub const K: usize = 1;
/// Where values stand.
pub const V: usize = 2;

impl Heads {
    /// Numbers of a token's queries, of its keys, of its values or of its result.
    pub fn width(&self) -> usize {
        self.n_head * self.head_dim
    }

    /// Numbers of a token's queries, keys and values.
    pub fn row(&self) -> usize {
        3 * self.width()
    }

    /// Each head of each sequence: its sequence's first token and where it begins in a token's queries.
    fn each(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.batch).flat_map(move |sequence| {
            (0..self.n_head).map(move |head| (sequence * self.time, head * self.head_dim))
        })
    }

    /// Where the queries, keys or values of a head begin.
    fn start(&self, part: usize, (token, head): (usize, usize)) -> usize {
        token * self.row() + part * self.width() + head
    }

    /// The queries, keys or values of a head, `[time, head_dim]`.
    fn part(self, qkv: &[f32], part: usize, of: (usize, usize)) -> Matrix<'_> {
        Matrix::strided(&qkv[self.start(part, of)..], [self.time, self.head_dim], self.row())
    }

    /// What scores are divided by is the root of a head's dimensions; this is its reciprocal.
    pub fn score_factor(self) -> f32 {
        (self.head_dim as f32).sqrt().recip()
    }
}

/// The mixed values, and the weights `[batch, heads, query, key]`: rows sum to 1 and are 0 above the diagonal.
pub fn attention(qkv: &[f32], heads: Heads) -> (Vec<f32>, Vec<f32>) {
    let (time, width) = (heads.time, heads.width());
    let mut y = vec![0.0; qkv.len() / 3];
    let mut weights = vec![0.0; heads.batch * heads.n_head * time * time];
    for (of, weights) in heads.each().zip(weights.chunks_exact_mut(time * time)) {
        let [q, k, v] = [Q, K, V].map(|part| heads.part(qkv, part, of));
        matmul(q, k.transposed(), heads.score_factor(), Triangle::LowerProduct, weights, time);
        for (query, row) in weights.chunks_exact_mut(time).enumerate() {
            let (seen, hidden) = row.split_at_mut(query + 1);
            softmax(seen);
            hidden.fill(0.0);
        }
        let weights = Matrix::new(weights, [time, time]);
        let (token, head) = of;
        matmul(weights, v, 1.0, Triangle::LowerLeft, &mut y[token * width + head..], width);
    }
    (y, weights)
}

/// The mixed values of the last of `heads.time` tokens of one sequence, which sees all of them.
pub fn attention_of_last(qkv: &[f32], heads: Heads) -> Vec<f32> {
    let (time, width) = (heads.time, heads.width());
    let mut y = vec![0.0; width];
    let mut weights = vec![0.0; time];
    for of @ (_, head) in heads.each() {
        let [k, v] = [K, V].map(|part| heads.part(qkv, part, of));
        let q = &qkv[heads.start(Q, (time - 1, head))..][..heads.head_dim];
        let q = Matrix::new(q, [1, heads.head_dim]);
        matmul(q, k.transposed(), heads.score_factor(), Triangle::None, &mut weights, time);
        softmax(&mut weights);
        matmul(Matrix::new(&weights, [1, time]), v, 1.0, Triangle::None, &mut y[head..], width);
    }
    y
}

/// Scores become weights, whose sum is 1.
fn softmax(scores: &mut [f32]) {
    let largest = max(scores);
    let sum = exp_in_place(scores, largest);
    scale(scores, sum.recip());
}

/// The gradient with respect to queries, keys and values from that with respect to the mixed values.
pub fn attention_backward(qkv: &[f32], weights: &[f32], gradient: &[f32], heads: Heads) -> Vec<f32> {
    let (time, width, row) = (heads.time, heads.width(), heads.row());
    let mut to_qkv = vec![0.0; qkv.len()];
    let mut to_scores = vec![0.0; time * time];
    for (of, weights) in heads.each().zip(weights.chunks_exact(time * time)) {
        let [q, k, v] = [Q, K, V].map(|part| heads.part(qkv, part, of));
        let (token, head) = of;
        let gradient = Matrix::strided(&gradient[token * width + head..], [time, heads.head_dim], width);
        matmul(gradient, v.transposed(), 1.0, Triangle::LowerProduct, &mut to_scores, time);
        for (query, (to_row, row)) in
            to_scores.chunks_exact_mut(time).zip(weights.chunks_exact(time)).enumerate()
        {
            let (to_seen, to_hidden) = to_row.split_at_mut(query + 1);
            // A row's weights sum to 1 whatever the scores are: what raises all of them alike does nothing.
            let mean = dot(to_seen, &row[..=query]);
            to_seen.iter_mut().zip(row).for_each(|(to, weight)| *to = weight * (*to - mean));
            to_hidden.fill(0.0);
        }
        let weights = Matrix::new(weights, [time, time]);
        let to_scores = Matrix::new(&to_scores, [time, time]);
        let factor = heads.score_factor();
        let mut to = |part, a, b, factor, triangle| {
            matmul(a, b, factor, triangle, &mut to_qkv[heads.start(part, of)..], row);
        };
        to(Q, to_scores, k, factor, Triangle::LowerLeft);
        to(K, to_scores.transposed(), q, factor, Triangle::UpperLeft);
        to(V, weights.transposed(), gradient, 1.0, Triangle::UpperLeft);
    }
    to_qkv
}
