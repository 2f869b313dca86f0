//! Attention while texts are written: of each text's newest token to what was remembered of those before it.

use petit_train_ops_types::Heads;

use crate::attention::softmax;
use crate::lanes::{add_scaled, dot};

/// Returns the mixed values `[batch, width]` of the newest token of each of `heads.batch` texts, from its
/// query, key and value in `qkv` `[batch, 3, width]`. `cache` holds the keys, then the values of earlier
/// tokens, `[batch, 2, time, width]`, of which as many count as the text's number in `positions` says; the
/// newest token's are written after them. What is computed of a text does not depend on the others.
///
/// # Panics
/// Where a position is not below `heads.time`.
pub fn cached_attention(
    qkv: &[f32],
    cache: &mut [f32],
    positions: impl Iterator<Item = usize>,
    heads: Heads,
) -> Vec<f32> {
    let width = heads.width();
    let mut y = vec![0.0; heads.batch * width];
    let mut weights = Vec::new();
    let texts = y.chunks_exact_mut(width).zip(qkv.chunks_exact(heads.row()));
    let caches = cache.chunks_exact_mut((2 * heads.time * width).max(1));
    for (((y, qkv), cache), position) in texts.zip(caches).zip(positions) {
        let (query, key_value) = qkv.split_at(width);
        let (keys, values) = cache.split_at_mut(heads.time * width);
        for (seen, newest) in [&mut *keys, &mut *values].into_iter().zip(key_value.chunks_exact(width)) {
            seen[position * width..][..width].copy_from_slice(newest);
        }
        let seen = (position + 1) * width;
        scores(query, &keys[..seen], heads, &mut weights);
        weights.chunks_exact_mut(position + 1).for_each(softmax);
        mix(&weights, &values[..seen], heads, y);
    }
    y
}

/// Writes the score of each of the `keys` `[seen, width]` for each head, `[n_head, seen]`. The outer loop
/// runs over the keys, so the memory is read in its order.
fn scores(query: &[f32], keys: &[f32], heads: Heads, scores: &mut Vec<f32>) {
    let (width, head_dim) = (heads.width(), heads.head_dim);
    let count = keys.len() / width;
    scores.clear();
    scores.resize(heads.n_head * count, 0.0);
    for (index, keys) in keys.chunks_exact(width).enumerate() {
        let queries = query.chunks_exact(head_dim);
        for (head, (query, key)) in queries.zip(keys.chunks_exact(head_dim)).enumerate() {
            scores[head * count + index] = dot(query, key) * heads.score_factor();
        }
    }
}

/// Adds to `y` the `values` `[seen, width]`, each times its weight for its head.
fn mix(weights: &[f32], values: &[f32], heads: Heads, y: &mut [f32]) {
    let (width, head_dim) = (heads.width(), heads.head_dim);
    let count = values.len() / width;
    for (index, values) in values.chunks_exact(width).enumerate() {
        let values = values.chunks_exact(head_dim);
        for (head, (y, value)) in y.chunks_exact_mut(head_dim).zip(values).enumerate() {
            add_scaled(y, value, weights[head * count + index]);
        }
    }
}
