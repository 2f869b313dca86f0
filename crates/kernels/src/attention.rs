//! Causal self-attention of several heads (arXiv 1706.03762).
//!
//! Queries, keys, values and results are `[batch, time, heads, head_dim]`: each head is read where it lies. Blocks
//! that the mask hides whole are neither computed nor read.

use crate::lanes::{dot, exp_in_place, max, scale};
use crate::matmul::{Triangle, matmul};
use crate::matrix::Matrix;

/// Sequences and heads of what an attention works on: `[batch * time, n_head * head_dim]`.
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

impl Heads {
    fn width(&self) -> usize {
        self.n_head * self.head_dim
    }

    /// Where each head of each sequence begins.
    fn starts(self) -> impl Iterator<Item = usize> {
        let heads = move |sequence| {
            (0..self.n_head).map(move |head| (sequence * self.time * self.n_head + head) * self.head_dim)
        };
        (0..self.batch).flat_map(heads)
    }

    /// `[time, head_dim]` of the head that begins at `start`.
    fn head(self, values: &[f32], start: usize) -> Matrix<'_> {
        Matrix::strided(&values[start..], [self.time, self.head_dim], self.width())
    }

    fn score_factor(self) -> f32 {
        (self.head_dim as f32).sqrt().recip()
    }
}

/// The mixed values, and the weights `[batch, heads, query, key]`: rows sum to 1 and are 0 above the diagonal.
pub fn attention(q: &[f32], k: &[f32], v: &[f32], heads: Heads) -> (Vec<f32>, Vec<f32>) {
    let time = heads.time;
    let mut y = vec![0.0; q.len()];
    let mut weights = vec![0.0; heads.batch * heads.n_head * time * time];
    for (start, weights) in heads.starts().zip(weights.chunks_exact_mut(time * time)) {
        let (q, k, v) = (heads.head(q, start), heads.head(k, start), heads.head(v, start));
        matmul(q, k.transposed(), heads.score_factor(), Triangle::LowerProduct, weights, time);
        for (query, row) in weights.chunks_exact_mut(time).enumerate() {
            let (seen, hidden) = row.split_at_mut(query + 1);
            let largest = max(seen);
            let sum = exp_in_place(seen, largest);
            scale(seen, sum.recip());
            hidden.fill(0.0);
        }
        let weights = Matrix::new(weights, [time, time]);
        matmul(weights, v, 1.0, Triangle::LowerLeft, &mut y[start..], heads.width());
    }
    (y, weights)
}

/// Gradients with respect to queries, keys and values from that with respect to the mixed values.
pub fn attention_backward(
    q: &[f32],
    k: &[f32],
    v: &[f32],
    weights: &[f32],
    gradient: &[f32],
    heads: Heads,
) -> [Vec<f32>; 3] {
    let (time, width) = (heads.time, heads.width());
    let [mut to_q, mut to_k, mut to_v] = [(); 3].map(|()| vec![0.0; q.len()]);
    let mut to_scores = vec![0.0; time * time];
    for (start, weights) in heads.starts().zip(weights.chunks_exact(time * time)) {
        let (q, k, v) = (heads.head(q, start), heads.head(k, start), heads.head(v, start));
        let gradient = heads.head(gradient, start);
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
        matmul(to_scores, k, factor, Triangle::LowerLeft, &mut to_q[start..], width);
        matmul(to_scores.transposed(), q, factor, Triangle::UpperLeft, &mut to_k[start..], width);
        matmul(weights.transposed(), gradient, 1.0, Triangle::UpperLeft, &mut to_v[start..], width);
    }
    [to_q, to_k, to_v]
}
