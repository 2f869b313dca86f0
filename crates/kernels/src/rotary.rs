//! The norm of each head's query and key (arXiv 2010.04245), and rotary positions (arXiv 2104.09864).

use petit_train_ops_types::Heads;

use crate::norm::{inverse_root_mean_square, row_backward};

/// The parameters of the norm and of the rotary positions.
#[derive(Clone, Copy, Debug)]
pub struct QkNormRope<'a> {
    /// The gains of the queries, then those of the keys: `2 * head_dim`.
    pub gains: &'a [f32],
    /// Keeps the division finite on a zero vector.
    pub epsilon: f32,
    /// The cosines of each position's angles, `[≥ time, head_dim]`; the second half of a row repeats the
    /// first.
    pub cos: &'a [f32],
    /// The sines of the same angles.
    pub sin: &'a [f32],
}

impl QkNormRope<'_> {
    /// The first halves of the rows of cosines and sines of a position.
    fn cos_sin(&self, position: usize, head_dim: usize) -> (&[f32], &[f32]) {
        let half = position * head_dim..position * head_dim + head_dim / 2;
        (&self.cos[half.clone()], &self.sin[half])
    }

    /// The gain of a query (0) or a key (1).
    fn gain(&self, part: usize, head_dim: usize) -> &[f32] {
        &self.gains[part * head_dim..][..head_dim]
    }
}

/// Scales each head's query and key in `qkv` to a root mean square of 1, then by its gain, and rotates it:
/// entry i of its first half and entry i of its second half are the coordinates of a point, which is rotated
/// by angle i of the token's position. Values are copied.
pub fn qk_norm_rope(qkv: &[f32], parameters: QkNormRope, heads: Heads) -> Vec<f32> {
    let head_dim = heads.head_dim;
    let mut rotated = qkv.to_vec();
    for (token, row) in rotated.chunks_exact_mut(heads.row()).enumerate() {
        let (cos, sin) = parameters.cos_sin(token % heads.time, head_dim);
        for (part, vectors) in row.chunks_exact_mut(heads.width()).take(2).enumerate() {
            let (gain_a, gain_b) = parameters.gain(part, head_dim).split_at(head_dim / 2);
            for vector in vectors.chunks_exact_mut(head_dim) {
                let scale = inverse_root_mean_square(vector, parameters.epsilon);
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
    rotated
}

/// Returns the gradients with respect to `qkv` and to the gains, from that with respect to the result.
pub fn qk_norm_rope_backward(
    qkv: &[f32],
    parameters: QkNormRope,
    heads: Heads,
    gradient: &[f32],
) -> (Vec<f32>, Vec<f32>) {
    let (head_dim, width) = (heads.head_dim, heads.width());
    let mut to_qkv = gradient.to_vec();
    let mut to_gains = vec![0.0; parameters.gains.len()];
    for (token, (to_row, row)) in
        to_qkv.chunks_exact_mut(heads.row()).zip(qkv.chunks_exact(heads.row())).enumerate()
    {
        let (cos, sin) = parameters.cos_sin(token % heads.time, head_dim);
        let parts = to_row.chunks_exact_mut(width).zip(row.chunks_exact(width));
        for (part, ((to_vectors, vectors), to_gain)) in
            parts.zip(to_gains.chunks_exact_mut(head_dim)).enumerate()
        {
            let gain = parameters.gain(part, head_dim);
            for (to_vector, vector) in
                to_vectors.chunks_exact_mut(head_dim).zip(vectors.chunks_exact(head_dim))
            {
                rotate_back(to_vector, cos, sin);
                row_backward(vector, gain, parameters.epsilon, to_vector, to_gain);
            }
        }
    }
    (to_qkv, to_gains)
}

/// Rotates a vector of a head by the negative angles.
fn rotate_back(vector: &mut [f32], cos: &[f32], sin: &[f32]) {
    let (a, b) = vector.split_at_mut(cos.len());
    for ((a, b), (cos, sin)) in a.iter_mut().zip(b).zip(cos.iter().zip(sin)) {
        (*a, *b) = (*a * cos + *b * sin, *b * cos - *a * sin);
    }
}
