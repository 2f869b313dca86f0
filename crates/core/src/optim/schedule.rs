//! The learning rate over a training.

use serde::{Deserialize, Serialize};

use crate::config::TrainConfig;

/// The context grows as in a schedule of so many steps at most.
const LONGEST_GROWTH: u64 = 1_000;

/// When the learning rates warm up and when they have decayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Steps that were taken before it began.
    pub first_step: usize,
    /// Steps that have been taken when it ends.
    pub last_step: usize,
    /// Its first steps, over which the rates rise.
    pub warmup_steps: usize,
}

impl Schedule {
    /// The schedule of a training from its beginning.
    pub fn new(config: &TrainConfig) -> Self {
        Self { first_step: 0, last_step: config.steps, warmup_steps: config.warmup_steps }
    }

    /// The schedule of `steps` more steps after `step`: the rates rise to their peak once more, within the
    /// first tenth of these steps, and decay to their end (arXiv 2403.08763: what a decayed rate has settled
    /// is soon caught up with, and a rate that stays low learns little).
    pub fn further(config: &TrainConfig, step: usize, steps: usize) -> Self {
        let warmup_steps = config.warmup_steps.min(steps / 10);
        Self { first_step: step, last_step: step.saturating_add(steps), warmup_steps }
    }

    /// The learning rate of the step after `step` others as a share of its peak: a linear warm-up, then a
    /// straight line down to the minimum (arXiv 2502.15938), which it keeps when the training goes on beyond
    /// the schedule.
    pub fn factor(&self, step: usize, config: &TrainConfig) -> f64 {
        let step = step.saturating_sub(self.first_step);
        if step < self.warmup_steps {
            return (step + 1) as f64 / (self.warmup_steps + 1) as f64;
        }
        let steps = self.last_step.saturating_sub(self.first_step);
        let decay_steps = steps.saturating_sub(self.warmup_steps).max(1) as f64;
        let progress = ((step - self.warmup_steps) as f64 / decay_steps).min(1.0);
        1.0 - (1.0 - config.min_learning_rate_ratio) * progress
    }

    /// In how many pieces the step after `step` others reads each window: four in the first fifth of the
    /// schedule, two until three fifths of it, then one (BENCHMARKS.md); at most the first 600 steps, since a
    /// model that reads short pieces does not learn to copy a name from afar. A training that goes further
    /// has seen the whole context already.
    pub fn pieces(&self, step: usize) -> usize {
        // In 64 bits: five times a step passes 32.
        let (step, growing) = (step as u64, (self.last_step as u64).min(LONGEST_GROWTH));
        if self.first_step > 0 || 5 * step >= 3 * growing {
            1
        } else if 5 * step >= growing {
            2
        } else {
            4
        }
    }
}
