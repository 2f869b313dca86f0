//! Attention while texts are written: of each text's newest token to what was remembered of those before it.

use petit_train_ops_types::Heads;

use crate::attention::softmax;
use crate::lanes::{add_scaled, dot};

/// Returns the mixed values `[batch, width]` of the newest token of each of `heads.batch` texts, from its
/// query, key and value in `qkv` `[batch, 3, width]`. `cache` holds the keys and values of earlier tokens,
/// `[batch, time, 2, width]`, of which as many count as the text's number in `positions` says; the newest
/// token's are written after them. What is computed of a text does not depend on the others.
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
        cache[2 * width * position..][..2 * width].copy_from_slice(key_value);
        let seen = &cache[..2 * width * (position + 1)];
        scores(query, seen, heads, &mut weights);
        weights.chunks_exact_mut(position + 1).for_each(softmax);
        mix(&weights, seen, heads, y);
    }
    y
}

/// Writes the score of each key for each head, `[n_head, seen]`. The outer loop runs over the keys, so the
/// memory is read in its order.
fn scores(query: &[f32], seen: &[f32], heads: Heads, scores: &mut Vec<f32>) {
    let (width, head_dim) = (heads.width(), heads.head_dim);
    let count = seen.len() / (2 * width);
    scores.clear();
    scores.resize(heads.n_head * count, 0.0);
    for (index, key_value) in seen.chunks_exact(2 * width).enumerate() {
        let keys = key_value[..width].chunks_exact(head_dim);
        for (head, (query, key)) in query.chunks_exact(head_dim).zip(keys).enumerate() {
            scores[head * count + index] = dot(query, key) * heads.score_factor();
        }
    }
}

/// Adds to `y` the values, each times its weight for its head.
fn mix(weights: &[f32], seen: &[f32], heads: Heads, y: &mut [f32]) {
    let (width, head_dim) = (heads.width(), heads.head_dim);
    let count = seen.len() / (2 * width);
    for (index, key_value) in seen.chunks_exact(2 * width).enumerate() {
        let values = key_value[width..].chunks_exact(head_dim);
        for (head, (y, value)) in y.chunks_exact_mut(head_dim).zip(values).enumerate() {
            add_scaled(y, value, weights[head * count + index]);
        }
    }
}
