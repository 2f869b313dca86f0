//! AdamW (arXiv 1711.05101) with clipping of the gradients' global norm.
//!
//! Our own rather than burn's: its state must be readable on both engines, and burn's record is read with a blocking
//! wait, which panics in a browser. All parameters are updated as one vector: a GPU then runs a few launches a step
//! where it would run six for each parameter.

use burn::tensor::{Tensor, TensorData};

use crate::config::TrainConfig;

/// Keeps the division finite where a gradient has always been 0.
const EPSILON: f64 = 1e-8;

/// The weights and their two moments, each one vector of all matrices, row-major. From the first step on the model's
/// parameters are views of the weights held here.
#[derive(Clone, Debug)]
pub(super) struct AdamW {
    shapes: Vec<[usize; 2]>,
    weights: Tensor<1>,
    /// Running mean of the gradient.
    first: Tensor<1>,
    /// Running mean of its square.
    second: Tensor<1>,
    /// 1 for what decays, 0 for what does not.
    decays: Tensor<1>,
    steps: i32,
}

impl AdamW {
    /// An optimizer of these matrices as they are now; `decays` says which of them decay.
    pub fn new(matrices: Vec<Tensor<2>>, decays: &[bool]) -> Self {
        let shapes: Vec<[usize; 2]> = matrices.iter().map(|matrix| matrix.dims()).collect();
        let weights = flatten(matrices);
        let decays: Vec<f32> = shapes
            .iter()
            .zip(decays)
            .flat_map(|([rows, columns], &decays)| vec![if decays { 1.0 } else { 0.0 }; rows * columns])
            .collect();
        let decays = Tensor::from_data(TensorData::from(decays.as_slice()), &weights.device());
        Self { shapes, first: weights.zeros_like(), second: weights.zeros_like(), weights, decays, steps: 0 }
    }

    /// The matrices after one step along `gradients`. Nothing is read back: the clipping's factor stays on the device.
    pub fn step(
        &mut self,
        gradients: Vec<Tensor<2>>,
        learning_rate: f64,
        config: &TrainConfig,
    ) -> Vec<Tensor<2>> {
        self.steps += 1;
        let correction1 = 1.0 - config.beta1.powi(self.steps);
        let correction2 = 1.0 - config.beta2.powi(self.steps);

        let gradient = clip(flatten(gradients), config.grad_clip);
        let decay = self.decays.clone() * (-learning_rate * config.weight_decay) + 1.0;
        self.first.inplace(|m| m * config.beta1 + gradient.clone() * (1.0 - config.beta1));
        self.second.inplace(|v| v * config.beta2 + gradient.square() * (1.0 - config.beta2));
        let denominator = (self.second.clone() / correction2).sqrt() + EPSILON;
        let update = self.first.clone() / denominator * (learning_rate / correction1);
        self.weights.inplace(|w| w * decay - update);

        let mut start = 0;
        let views = self.shapes.iter().map(|&[rows, columns]| {
            let view = self.weights.clone().narrow(0, start, rows * columns).reshape([rows, columns]);
            start += rows * columns;
            view
        });
        views.collect()
    }
}

/// Matrices one after the other as one vector, row-major.
fn flatten(matrices: impl IntoIterator<Item = Tensor<2>>) -> Tensor<1> {
    Tensor::cat(matrices.into_iter().map(|matrix| matrix.flatten(0, 1)).collect(), 0)
}

/// Scales a vector down to a norm of `max_norm` if it is longer.
fn clip(gradient: Tensor<1>, max_norm: f64) -> Tensor<1> {
    let norm = gradient.clone().square().sum().sqrt(); // [1]
    gradient * (norm.clamp_min(max_norm).recip() * max_norm)
}
