//! A step of AdamW (arXiv 1711.05101).

/// The settings of one step.
#[derive(Clone, Copy, Debug)]
pub struct AdamWStep {
    /// The learning rate of this step.
    pub learning_rate: f32,
    /// The decays of the first and the second moment, between 0 and 1.
    pub betas: [f32; 2],
    /// What the moments are divided by because they started at 0: `1 - beta^t` at step t, counted from 1.
    pub corrections: [f32; 2],
    /// Keeps the division finite where a gradient has always been 0.
    pub epsilon: f32,
    /// The decoupled weight decay, applied to the weights whose `decays` is 1.
    pub weight_decay: f32,
    /// A gradient whose norm is larger is scaled down to this norm.
    pub max_norm: f32,
}
