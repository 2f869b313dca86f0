//! The norm of each head's query and key (arXiv 2010.04245), and rotary positions (arXiv 2104.09864).

use crate::attention::Heads;
use crate::norm::{inverse_root_mean_square, row_backward};

/// What the queries and keys of a layer are normed and turned with.
#[derive(Clone, Copy, Debug)]
pub struct Placing<'a> {
    /// Of the queries, then of the keys: `2 * head_dim`.
    pub gains: &'a [f32],
    /// Keeps the division finite on a zero vector.
    pub epsilon: f32,
    /// Cosines of each place's angles, `[≥ time, head_dim]`, each row the same twice.
    pub cos: &'a [f32],
    /// Their sines.
    pub sin: &'a [f32],
}

impl Placing<'_> {
    /// The cosines and the sines of a place, once.
    fn angles(&self, place: usize, head_dim: usize) -> (&[f32], &[f32]) {
        let half = place * head_dim..place * head_dim + head_dim / 2;
        (&self.cos[half.clone()], &self.sin[half])
    }

    /// The gain of a query (0) or a key (1).
    fn gain(&self, part: usize, head_dim: usize) -> &[f32] {
        &self.gains[part * head_dim..][..head_dim]
    }
}

/// Scales each head's query and key in `qkv` to a root mean square of 1, then by its gain, and turns the points that its two halves
/// are the coordinates of by the angles of its place. Values stay what they are.
pub fn norm_and_rotate(qkv: &[f32], placing: Placing, heads: Heads) -> Vec<f32> {
    let head_dim = heads.head_dim;
    let mut placed = qkv.to_vec();
    for (token, row) in placed.chunks_exact_mut(heads.row()).enumerate() {
        let (cos, sin) = placing.angles(token % heads.time, head_dim);
        for (part, vectors) in row.chunks_exact_mut(heads.width()).take(2).enumerate() {
            let (gain_a, gain_b) = placing.gain(part, head_dim).split_at(head_dim / 2);
            for vector in vectors.chunks_exact_mut(head_dim) {
                let scale = inverse_root_mean_square(vector, placing.epsilon);
                let (a, b) = vector.split_at_mut(head_dim / 2);
                for (((a, b), (gain_a, gain_b)), (cos, sin)) in
                    a.iter_mut().zip(b).zip(gain_a.iter().zip(gain_b)).zip(cos.iter().zip(sin))
                {
                    let (along, across) = (*a * scale * gain_a, *b * scale * gain_b);
                    *a = along * cos - across * sin;
                    *b = across * cos + along * sin;
                }
            }
        }
    }
    placed
}

/// Gradients with respect to `qkv` and to the gains from that with respect to the result.
pub fn norm_and_rotate_backward(
    qkv: &[f32],
    placing: Placing,
    heads: Heads,
    gradient: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let (head_dim, width) = (heads.head_dim, heads.width());
    let mut to_qkv = gradient.to_vec();
    let mut to_gains = vec![0.0; placing.gains.len()];
    for (token, (to_row, row)) in
        to_qkv.chunks_exact_mut(heads.row()).zip(qkv.chunks_exact(heads.row())).enumerate()
    {
        let (cos, sin) = placing.angles(token % heads.time, head_dim);
        let parts = to_row.chunks_exact_mut(width).zip(row.chunks_exact(width));
        for (part, ((to_vectors, vectors), to_gain)) in
            parts.zip(to_gains.chunks_exact_mut(head_dim)).enumerate()
        {
            let gain = placing.gain(part, head_dim);
            for (to_vector, vector) in
                to_vectors.chunks_exact_mut(head_dim).zip(vectors.chunks_exact(head_dim))
            {
                turn_back(to_vector, cos, sin);
                row_backward(vector, gain, placing.epsilon, to_vector, to_gain);
            }
        }
    }
    (to_qkv, to_gains)
}

/// Turns a head's vector the other way round.
fn turn_back(vector: &mut [f32], cos: &[f32], sin: &[f32]) {
    let (a, b) = vector.split_at_mut(cos.len());
    for ((a, b), (cos, sin)) in a.iter_mut().zip(b).zip(cos.iter().zip(sin)) {
        (*a, *b) = (*a * cos + *b * sin, *b * cos - *a * sin);
    }
}
