//! From gradients to better weights.

mod adamw;
mod flat;
mod muon;
mod optimizer;
mod schedule;

pub use optimizer::{Optimizer, PendingStep, state_sizes};
pub use schedule::Schedule;
