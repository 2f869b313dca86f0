//! Log-probabilities of tokens, and their gradient.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::lanes::indices;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Of each token of `logits` `[tokens, vocab_size]` the logarithm of the probability that their softmax gives
/// to its target in `targets` `[tokens]`, and the logarithm of the sum of their exponentials: `[tokens]`
/// both.
pub fn token_log_probs(logits: &CubeTensor, targets: &CubeTensor) -> [CubeTensor; 2] {
    let [tokens, vocab_size] = dims(logits);
    let [log_probs, log_sums] = [(); 2].map(|()| empty(logits, [tokens]));
    let (count, dim) = threads(tokens);
    // SAFETY: a thread beyond the tokens ends at once; targets are tokens of the vocabulary.
    unsafe {
        token_log_probs_kernel::launch_unchecked(
            &logits.client,
            count,
            dim,
            buffer(logits),
            buffer(targets),
            buffer(&log_probs),
            buffer(&log_sums),
            tokens,
            vocab_size,
        );
    }
    [log_probs, log_sums]
}

/// The gradient with respect to the logits: in each row `(one_hot - softmax)`, times the gradient with
/// respect to the token's log-probability, `gradient` `[tokens]`; or, where there are `weights` `[tokens]`,
/// times the negated product of the token's weight and `gradient` `[1]`.
pub fn token_log_probs_backward(
    logits: &CubeTensor,
    log_sums: &CubeTensor,
    targets: &CubeTensor,
    weights: Option<&CubeTensor>,
    gradient: &CubeTensor,
) -> CubeTensor {
    let [tokens, vocab_size] = dims(logits);
    let to_logits = empty(logits, [tokens, vocab_size]);
    let lanes = lanes(&[vocab_size]);
    let vectors = vocab_size / lanes;
    let (count, dim) = threads(tokens * vectors);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        token_log_probs_backward_kernel::launch_unchecked(
            &logits.client,
            count,
            dim,
            lanes,
            buffer(logits),
            buffer(log_sums),
            buffer(targets),
            // A launch has all its buffers: without weights, this one is not read.
            buffer(weights.unwrap_or(log_sums)),
            buffer(gradient),
            buffer(&to_logits),
            tokens * vectors,
            vectors,
            weights.is_some(),
        );
    }
    to_logits
}

#[cube(launch_unchecked)]
fn token_log_probs_kernel(
    logits: &[f32],
    targets: &[i32],
    log_probs: &mut [f32],
    log_sums: &mut [f32],
    tokens: usize,
    vocab_size: usize,
) {
    let token = ABSOLUTE_POS;
    if token >= tokens {
        terminate!();
    }
    let start = token * vocab_size;
    let mut most = logits[start];
    for index in 1..vocab_size {
        most = max(most, logits[start + index]);
    }
    let mut sum = 0.0f32;
    for index in 0..vocab_size {
        sum += (logits[start + index] - most).exp();
    }
    let log_sum = sum.ln() + most;
    log_sums[token] = log_sum;
    log_probs[token] = logits[start + targets[token] as usize] - log_sum;
}

#[cube(launch_unchecked)]
fn token_log_probs_backward_kernel<N: Size>(
    logits: &[Vector<f32, N>],
    log_sums: &[f32],
    targets: &[i32],
    weights: &[f32],
    gradient: &[f32],
    to_logits: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
    #[comptime] weighted: bool,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let token = unit / vectors;
    let factor = if comptime!(weighted) { -weights[token] * gradient[0] } else { gradient[token] };
    let softmax = (logits[unit] - Vector::new(log_sums[token])).exp();
    let ids = indices::<N>() + Vector::new((unit % vectors * N::value()) as u32);
    let is_target = ids.equal(&Vector::new(targets[token] as u32));
    let one_hot = select_many(is_target, Vector::<f32, N>::new(1.0), Vector::<f32, N>::new(0.0));
    to_logits[unit] = Vector::new(factor) * (one_hot - softmax);
}
