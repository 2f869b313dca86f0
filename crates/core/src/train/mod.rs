//! Training: the loss, one step, alone or together with others, the evaluation, and what a training leaves to go on from.

mod checkpoint;
mod parallel;
mod trainer;

pub use trainer::{StepReport, Trainer, VALIDATION_BATCHES};
