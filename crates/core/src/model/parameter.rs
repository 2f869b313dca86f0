//! How parameters are drawn, named and walked.
//!
//! Every parameter is a matrix (`Tensor<2>`), a norm's gain a matrix of one row: so gradients, optimizer state and
//! read-backs are plain lists in one order, the order of [`Gpt::for_each_parameter`](super::Gpt::for_each_parameter).

use burn::tensor::{Device, Tensor, TensorData};
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use rand_distr::Normal;

/// What a parameter is for; the optimizer decays matrices and leaves gains alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// The token embedding, which is also the output layer, or learned positions.
    Embedding,
    /// Matrices `[in, out]` that activations `[tokens, in]` are multiplied by, so many of them stacked: `[stacked * in, out]`.
    Matrix {
        /// How many.
        stacked: usize,
    },
    /// A norm's gain, of one row.
    Gain,
}

/// Standard deviation of fresh embeddings: GPT-2's 0.02 up to a width of 128, less beyond. The embedding is also the output
/// layer, so a fresh model bets on the token that it has just read, by `n_embd` times this in nats: more than a little
/// of that, and it begins worse than chance.
pub(super) fn embedding_std(n_embd: usize) -> f64 {
    (2.56 / n_embd as f64).min(0.02)
}

/// Fresh matrices `[rows, columns]`, stacked: large enough that what each makes of a normed vector is about half its size, whatever
/// the width. Muon takes steps of a fixed size, so smaller ones would be outgrown at once (BENCHMARKS.md).
pub(super) fn fresh(
    stacked: usize,
    [rows, columns]: [usize; 2],
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> Tensor<2> {
    normal([stacked * rows, columns], 0.5 / (rows as f64).sqrt(), rng, device)
}

/// A matrix of normal numbers, drawn on the host so that both engines start from the same weights.
pub(super) fn normal(
    [rows, columns]: [usize; 2],
    std: f64,
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> Tensor<2> {
    // `std` is a finite positive constant, so the distribution exists; without it the weights would be zero.
    let values: Vec<f32> = match Normal::new(0.0, std as f32) {
        Ok(normal) => normal.sample_iter(rng).take(rows * columns).collect(),
        Err(_) => vec![0.0; rows * columns],
    };
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}
