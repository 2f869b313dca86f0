//! The learning rate over a training.

use crate::config::TrainConfig;

/// The learning rate of step `step` (0 is the first) as a share of its peak: a linear warm-up, then a straight line down
/// to the minimum (arXiv 2502.15938), which it keeps when the training goes on beyond its schedule.
pub fn learning_rate_factor(config: &TrainConfig, step: usize) -> f64 {
    if step < config.warmup_steps {
        return (step + 1) as f64 / (config.warmup_steps + 1) as f64;
    }
    let floor = config.min_learning_rate_ratio;
    let decay_steps = config.steps.saturating_sub(config.warmup_steps).max(1) as f64;
    let progress = ((step - config.warmup_steps) as f64 / decay_steps).min(1.0);
    1.0 - (1.0 - floor) * progress
}
