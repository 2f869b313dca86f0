//! Cross-entropy: how surprised the model is by what really comes next, in nats a token.

use crate::lanes::{exp_in_place, max, scale};

/// Mean loss of `logits` `[tokens, vocab_size]` against `targets`, and its gradient with respect to the logits:
/// `(softmax - one_hot) / tokens`.
///
/// # Panics
/// When a target is no token of the vocabulary.
pub fn cross_entropy(logits: &[f32], targets: impl ExactSizeIterator<Item = usize>) -> (f32, Vec<f32>) {
    let tokens = targets.len();
    let vocab_size = logits.len() / tokens.max(1);
    let mut gradient = logits.to_vec();
    let mut loss = 0.0;
    for (row, target) in gradient.chunks_exact_mut(vocab_size.max(1)).zip(targets) {
        let largest = max(row);
        let wanted = row[target] - largest;
        let sum = exp_in_place(row, largest);
        loss += f64::from(sum.ln() - wanted);
        scale(row, (sum * tokens as f32).recip());
        row[target] -= (tokens as f32).recip();
    }
    ((loss / tokens.max(1) as f64) as f32, gradient)
}
