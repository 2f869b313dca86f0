//! AdamW (arXiv 1711.05101), with clipping of the gradient's norm.

use crate::lanes::dot;

/// A step of AdamW.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Of this step.
    pub learning_rate: f32,
    /// Decays of the two moments.
    pub betas: [f32; 2],
    /// What the moments are divided by, since they began with 0.
    pub corrections: [f32; 2],
    /// Keeps the division finite where a gradient has always been 0.
    pub epsilon: f32,
    /// Decoupled decay, where `decays` is 1.
    pub weight_decay: f32,
    /// A gradient of a larger norm is scaled down to this.
    pub max_norm: f32,
}

/// Moves weights and their two moments by one step along `gradient`.
pub fn adamw([weights, first, second]: [&mut [f32]; 3], gradient: &[f32], decays: &[f32], step: Step) {
    let Step { learning_rate, betas, corrections, epsilon, weight_decay, max_norm } = step;
    let clip = max_norm / dot(gradient, gradient).sqrt().max(max_norm);
    let rate = learning_rate / corrections[0];
    let moments = first.iter_mut().zip(second);
    for (((weight, (m, v)), g), decays) in weights.iter_mut().zip(moments).zip(gradient).zip(decays) {
        let g = g * clip;
        *m = *m * betas[0] + g * (1.0 - betas[0]);
        *v = *v * betas[1] + g * g * (1.0 - betas[1]);
        let update = *m / ((*v / corrections[1]).sqrt() + epsilon) * rate;
        *weight = *weight * (1.0 - learning_rate * weight_decay * decays) - update;
    }
}
