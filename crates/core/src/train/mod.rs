//! Training: the loss, one step, alone or together with others, and the evaluation.

mod loss;
mod parallel;
mod trainer;

pub use loss::{CrossEntropy, cross_entropy, mean_cross_entropy};
pub use trainer::{StepReport, Trainer, VALIDATION_BATCHES};
