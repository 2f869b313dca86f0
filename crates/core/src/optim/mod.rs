//! From gradients to better weights.

mod adamw;
mod flat;
mod muon;
mod optimizer;
mod schedule;

pub use optimizer::{Optimizer, PendingStep};
pub use schedule::Schedule;
