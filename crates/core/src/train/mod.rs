//! Training: the loss, one step, alone or together with other workers, the evaluation, and the best model.

mod best;
mod evaluate;
mod gradients;
mod parallel;
mod trainer;

pub use best::{BestModel, Which};
pub use evaluate::{Evaluation, VALIDATION_BATCHES};
pub(crate) use trainer::Progress;
pub use trainer::{StepReport, Trainer};
