//! From gradients to better weights.

mod adamw;
mod schedule;

pub use adamw::AdamW;
pub use schedule::learning_rate;
