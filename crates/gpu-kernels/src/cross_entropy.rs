//! Cross-entropy with its gradient.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::reduce::sum;
use crate::tensor::{buffer, dims, empty, threads};

/// Mean cross-entropy `[1]` of `logits` `[tokens, vocab_size]` against `targets` `[tokens]`, and its gradient with respect to
/// the logits.
pub fn cross_entropy(logits: &CubeTensor, targets: &CubeTensor) -> (CubeTensor, CubeTensor) {
    let [tokens, vocab_size] = dims(logits);
    let (losses, gradient) = (empty(logits, [tokens]), empty(logits, [tokens, vocab_size]));
    let (count, dim) = threads(tokens);
    // SAFETY: a thread beyond the tokens ends at once; targets are tokens of the vocabulary.
    unsafe {
        cross_entropy_kernel::launch_unchecked(
            &logits.client,
            count,
            dim,
            buffer(logits),
            buffer(targets),
            buffer(&losses),
            buffer(&gradient),
            tokens,
            vocab_size,
        );
    }
    (sum(&losses, 1.0 / tokens as f32), gradient)
}

#[cube(launch_unchecked)]
fn cross_entropy_kernel(
    logits: &[f32],
    targets: &[i32],
    losses: &mut [f32],
    gradient: &mut [f32],
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
    let target = targets[token] as usize;
    losses[token] = sum.ln() + most - logits[start + target];
    let share = 1.0 / f32::cast_from(tokens);
    let factor = share / sum;
    for index in 0..vocab_size {
        let wanted = select(index == target, share, 0.0);
        gradient[start + index] = (logits[start + index] - most).exp() * factor - wanted;
    }
}
