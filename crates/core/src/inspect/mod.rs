//! Questions to a model about a text. Each is about the last `block_size` tokens of the text, at most: what
//! the model can read at once.
//!
//! - [`inspect`]: what each head attends to, and what could come next after every token.
//! - [`neighbours`]: which tokens it has put near each other; this one is about no text.
//! - [`score`]: how likely the model found each token.
//! - [`logits`]: the scores themselves, by which two engines are compared.

mod connection;
mod inspection;
mod neighbours;
mod score;
mod text_window;

pub use connection::Connection;
pub use inspection::{Candidate, Inspection, inspect, logits};
pub use neighbours::{Neighbour, neighbours};
pub use score::{Score, score};
