//! From gradients to better weights.

mod adamw;
mod flat;
mod muon;
mod optimizer;
mod schedule;

pub use optimizer::{Begun, Optimizer};
pub use schedule::learning_rate_factor;
