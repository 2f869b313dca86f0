//! Looking inside: what each head attends to, and what the model would write next.

mod connection;
mod inspection;

pub use connection::Connection;
pub use inspection::{Candidate, Inspection, inspect, logits};
