//! AdamW (arXiv 1711.05101) with clipping of the gradients' global norm.
//!
//! Our own rather than burn's: its state must be readable on both engines, and burn's record is read with a blocking
//! wait, which panics in a browser.

use burn::tensor::Tensor;

use crate::config::TrainConfig;
use crate::model::{Gpt, ParameterKind};

/// Keeps the division finite where a gradient has always been 0.
const EPSILON: f64 = 1e-8;

/// The two moments of every parameter, in the model's order.
#[derive(Clone, Debug, Default)]
pub struct AdamW {
    moments: Vec<Moments>,
    steps: i32,
}

#[derive(Clone, Debug)]
struct Moments {
    /// Running mean of the gradient.
    first: Tensor<2>,
    /// Running mean of its square.
    second: Tensor<2>,
}

impl AdamW {
    /// Updates every parameter of `model` with its gradient; `gradients` are in the model's order. Nothing is read
    /// back: the clipping's factor stays on the device.
    pub fn step(
        &mut self,
        model: &mut Gpt,
        gradients: Vec<Tensor<2>>,
        learning_rate: f64,
        config: &TrainConfig,
    ) {
        if self.moments.is_empty() {
            self.moments =
                gradients.iter().map(|g| Moments { first: g.zeros_like(), second: g.zeros_like() }).collect();
        }
        self.steps += 1;
        let Some(scale) = clip_factor(&gradients, config.grad_clip) else { return }; // [1, 1]
        let correction1 = 1.0 - config.beta1.powi(self.steps);
        let correction2 = 1.0 - config.beta2.powi(self.steps);

        // Taken out of the list, not cloned: an engine can then write into the same memory.
        let mut state = core::mem::take(&mut self.moments).into_iter().zip(gradients);
        let moments = &mut self.moments;
        model.for_each_parameter(|_, kind, parameter| {
            let Some((Moments { first, second }, gradient)) = state.next() else { return };
            let gradient = gradient * scale.clone();
            let first = first * config.beta1 + gradient.clone() * (1.0 - config.beta1);
            let second = second * config.beta2 + gradient.square() * (1.0 - config.beta2);
            let denominator = (second.clone() / correction2).sqrt() + EPSILON;
            let update = first.clone() / denominator * (learning_rate / correction1);
            let decay = match kind {
                ParameterKind::Matrix | ParameterKind::Embedding => 1.0 - learning_rate * config.weight_decay,
                ParameterKind::Gain => 1.0,
            };
            *parameter = parameter.clone() * decay - update;
            moments.push(Moments { first, second });
        });
    }
}

/// What to multiply the gradients by so that their global norm is at most `max_norm`: `[1, 1]`; `None` without any.
fn clip_factor(gradients: &[Tensor<2>], max_norm: f64) -> Option<Tensor<2>> {
    let squares = gradients.iter().map(|g| g.clone().square().sum());
    let norm = squares.reduce(|a, b| a + b)?.sqrt();
    Some((norm.clamp_min(max_norm).recip() * max_norm).reshape([1, 1]))
}
