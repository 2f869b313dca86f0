//! How parameters are named, listed, drawn or loaded.
//!
//! Every parameter is a matrix (`Tensor<2>`), a norm's gain a matrix of one row: so gradients, optimizer
//! state and read-backs are plain lists in one order, that of
//! [`Gpt::parameter_table`](super::Gpt::parameter_table).

use core::convert::Infallible;

use burn::tensor::{Device, Tensor, TensorData};
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use rand_distr::Normal;

/// What a parameter is for; the optimizer decays matrices and leaves gains alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// The token embedding, which is also the output layer, or learned positions.
    Embedding,
    /// Matrices `[in, out]` that activations `[tokens, in]` are multiplied by, so many of them stacked:
    /// `[stacked * in, out]`.
    Matrix {
        /// How many matrices are stacked in the tensor.
        stacked: usize,
    },
    /// A norm's gain, of one row.
    Gain,
}

/// What is known of a parameter before it has values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterInfo {
    /// As in a `transformers` Qwen3, but for those that are stacked.
    pub name: String,
    /// What it is for.
    pub kind: ParameterKind,
    /// Rows and columns.
    pub shape: [usize; 2],
}

/// What a fresh parameter holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Initial {
    /// Normal numbers of this standard deviation.
    Normal(f64),
    Zeros,
    Ones,
}

/// Gives a model that is being built its parameters, one after the other, and lists them. They are tensors,
/// or nothing where the list alone is wanted.
pub(super) struct Builder<'a, T, E> {
    pub table: Vec<ParameterInfo>,
    pub provide: &'a mut dyn FnMut(&ParameterInfo, Initial) -> Result<T, E>,
}

impl<T, E> Builder<'_, T, E> {
    /// Asks for the next parameter and lists it.
    pub fn parameter(
        &mut self,
        name: impl Into<String>,
        kind: ParameterKind,
        shape: [usize; 2],
        initial: Initial,
    ) -> Result<T, E> {
        let info = ParameterInfo { name: name.into(), kind, shape };
        let tensor = (self.provide)(&info, initial)?;
        self.table.push(info);
        Ok(tensor)
    }

    /// Matrices `[rows, columns]`, so many of them stacked. Fresh ones are large enough that what each makes
    /// of a normed vector is about half its size, whatever the width: Muon takes steps of a fixed size, so
    /// smaller ones would be outgrown at once (BENCHMARKS.md).
    pub fn matrices(&mut self, name: String, stacked: usize, [rows, columns]: [usize; 2]) -> Result<T, E> {
        let initial = Initial::Normal(0.5 / (rows as f64).sqrt());
        self.parameter(name, ParameterKind::Matrix { stacked }, [stacked * rows, columns], initial)
    }

    /// A matrix whose product is added to the residual stream: zero at first, so that the gradient passes
    /// straight through.
    pub fn residual_matrix(&mut self, name: String, shape: [usize; 2]) -> Result<T, E> {
        self.parameter(name, ParameterKind::Matrix { stacked: 1 }, shape, Initial::Zeros)
    }

    /// A norm's gain.
    pub fn gain(&mut self, name: String, width: usize) -> Result<T, E> {
        self.parameter(name, ParameterKind::Gain, [1, width], Initial::Ones)
    }
}

/// Provides fresh parameters on `device`. They are drawn on the host so that both engines start from the same
/// weights.
pub(super) fn fresh(
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> impl FnMut(&ParameterInfo, Initial) -> Result<Tensor<2>, Infallible> {
    move |info, initial| {
        Ok(Tensor::from_data(TensorData::new(fresh_values(info, initial, rng), info.shape), device))
    }
}

/// The numbers of a fresh parameter.
pub(super) fn fresh_values(info: &ParameterInfo, initial: Initial, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let [rows, columns] = info.shape;
    let constant = |value| vec![value; rows * columns];
    match initial {
        // `std` is a finite positive constant, so the distribution exists; without it they would be zero.
        Initial::Normal(std) => Normal::new(0.0, std as f32)
            .map_or_else(|_| constant(0.0), |normal| normal.sample_iter(rng).take(rows * columns).collect()),
        Initial::Zeros => constant(0.0),
        Initial::Ones => constant(1.0),
    }
}

/// Standard deviation of fresh embeddings: GPT-2's 0.02 up to a width of 128, less beyond. The embedding is
/// also the output layer, so a fresh model gives the token that it has just read a logit of about `n_embd`
/// times this: with more than a little of that it begins worse than chance.
pub(super) fn embedding_std(n_embd: usize) -> f64 {
    (2.56 / n_embd as f64).min(0.02)
}
