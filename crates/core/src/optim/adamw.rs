//! AdamW (arXiv 1711.05101) with clipping of the global norm of its own gradients.
//!
//! Our own rather than burn's: its state must be readable on both engines, and burn's record is read with a
//! blocking wait, which panics in a browser. All parameters are updated as one vector: a GPU then runs a few
//! launches a step where it would run six for each parameter.

use burn::tensor::{Tensor, TensorData};

use super::flat::Flat;
use crate::config::TrainConfig;
use crate::ops::{self, AdamWStep};

/// Keeps the division finite where a gradient has always been 0.
const EPSILON: f32 = 1e-8;

/// The weights, their two moments, and the steps that these have seen.
#[derive(Clone, Debug)]
pub(super) struct AdamW {
    weights: Flat,
    steps: usize,
    /// Running mean of the gradient.
    first: Tensor<1>,
    /// Running mean of its square.
    second: Tensor<1>,
    /// 1 for what decays, 0 for what does not.
    decays: Tensor<1>,
}

impl AdamW {
    /// An optimizer of these matrices as they are now; `decays` says which of them decay. `None` without any.
    pub fn new(matrices: Vec<Tensor<2>>, decays: &[bool]) -> Option<Self> {
        let weights = Flat::of(matrices)?;
        let decays: Vec<f32> = weights
            .shapes
            .iter()
            .zip(decays)
            .flat_map(|([rows, columns], &decays)| vec![if decays { 1.0 } else { 0.0 }; rows * columns])
            .collect();
        let decays = Tensor::from_data(TensorData::from(decays.as_slice()), &weights.values.device());
        let zeros = || weights.values.zeros_like();
        Some(Self { first: zeros(), second: zeros(), steps: 0, weights, decays })
    }

    /// Steps that the moments have seen: their bias correction follows from it.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The moments.
    pub fn moments(&self) -> [&Tensor<1>; 2] {
        [&self.first, &self.second]
    }

    /// Goes on with these moments, which have seen so many steps.
    pub fn set_moments(&mut self, [first, second]: [Tensor<1>; 2], steps: usize) {
        (self.first, self.second, self.steps) = (first, second, steps);
    }

    /// The matrices as they are now, as views.
    pub fn matrices(&self) -> Vec<Tensor<2>> {
        self.weights.matrices()
    }

    /// Takes a step along `gradients`. Nothing is read back: the clipping's factor stays on the device.
    pub fn step(&mut self, gradients: Vec<Tensor<2>>, learning_rate: f64, config: &TrainConfig) {
        self.steps = self.steps.saturating_add(1);
        let betas = [config.beta1, config.beta2];
        let step = AdamWStep {
            learning_rate: learning_rate as f32,
            betas: betas.map(|beta| beta as f32),
            // In full precision: it begins as a small difference.
            corrections: betas.map(|beta| (1.0 - beta.powf(self.steps as f64)) as f32),
            epsilon: EPSILON,
            weight_decay: config.weight_decay as f32,
            max_norm: config.grad_clip as f32,
        };
        let moments = [self.first.clone(), self.second.clone()];
        let gradient = ops::flatten(gradients);
        (self.weights.values, [self.first, self.second]) =
            ops::adamw(self.weights.values.clone(), moments, gradient, self.decays.clone(), step);
    }
}
