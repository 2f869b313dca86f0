//! Training: the loss, one step, alone or together with others, and the evaluation.

mod parallel;
mod trainer;

pub use trainer::{StepReport, Trainer, VALIDATION_BATCHES};
