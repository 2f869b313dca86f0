//! AdamW (arXiv 1711.05101), with clipping of the gradient's norm.

use petit_train_ops_types::AdamWStep;

use crate::lanes::dot;

/// Takes one step along `gradient`: changes the weights and their two moments in place.
pub fn adamw([weights, first, second]: [&mut [f32]; 3], gradient: &[f32], decays: &[f32], step: AdamWStep) {
    let AdamWStep { learning_rate, betas, corrections, epsilon, weight_decay, max_norm } = step;
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
