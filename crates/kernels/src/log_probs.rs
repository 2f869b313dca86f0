//! Log-probabilities of tokens, in nats: what every loss of a language model is made of.

use crate::lanes::{exp_in_place, max, scale, sum_of_exp};

/// The logarithm of the probability that the softmax of each token's `logits` `[tokens, vocab_size]` gives to
/// its target.
///
/// # Panics
/// When a target is no token of the vocabulary.
pub fn token_log_probs(logits: &[f32], targets: impl ExactSizeIterator<Item = usize>) -> Vec<f32> {
    let vocab_size = logits.len() / targets.len().max(1);
    let of_token = |(row, target): (&[f32], usize)| {
        let largest = max(row);
        row[target] - largest - sum_of_exp(row, largest).ln()
    };
    logits.chunks_exact(vocab_size.max(1)).zip(targets).map(of_token).collect()
}

/// What [`token_log_probs`] gives, and what its gradient is computed from.
#[derive(Clone, Debug)]
pub struct LogProbs {
    /// Of each token.
    pub log_probs: Vec<f32>,
    /// The exponentials of the logits less the largest of their row, `[tokens, vocab_size]`.
    pub exponentials: Vec<f32>,
    /// The sum of each row of these.
    pub sums: Vec<f32>,
}

/// [`token_log_probs`], with what [`token_log_probs_backward`] needs.
///
/// # Panics
/// As [`token_log_probs`].
pub fn token_log_probs_forward(logits: &[f32], targets: impl ExactSizeIterator<Item = usize>) -> LogProbs {
    let vocab_size = logits.len() / targets.len().max(1);
    let mut exponentials = logits.to_vec();
    let of_token = |(row, target): (&mut [f32], usize)| {
        let largest = max(row);
        let logit = row[target] - largest;
        let sum = exp_in_place(row, largest);
        (logit - sum.ln(), sum)
    };
    let rows = exponentials.chunks_exact_mut(vocab_size.max(1)).zip(targets);
    let (log_probs, sums) = rows.map(of_token).unzip();
    LogProbs { log_probs, exponentials, sums }
}

/// Turns the exponentials of [`LogProbs`] into the gradient with respect to the logits: in each row
/// `gradient · (one_hot - softmax)`, where `gradient` is that with respect to the token's log-probability.
///
/// # Panics
/// As [`token_log_probs`].
pub fn token_log_probs_backward(
    exponentials: &mut [f32],
    sums: &[f32],
    targets: impl ExactSizeIterator<Item = usize>,
    gradient: &[f32],
) {
    let vocab_size = exponentials.len() / targets.len().max(1);
    let rows = exponentials.chunks_exact_mut(vocab_size.max(1)).zip(targets);
    for ((row, target), (sum, gradient)) in rows.zip(sums.iter().zip(gradient)) {
        scale(row, -gradient / sum);
        row[target] += gradient;
    }
}
