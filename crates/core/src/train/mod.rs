//! Training: the loss, one step, and the evaluation.

mod loss;
mod trainer;

pub use loss::{CrossEntropy, cross_entropy, mean_cross_entropy};
pub use trainer::{StepReport, Trainer, VALIDATION_BATCHES};
