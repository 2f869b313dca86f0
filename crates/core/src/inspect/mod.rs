//! Questions to a model about a text. Each but [`score_whole`] is about the last `block_size` tokens of the
//! text, at most: what the model can read at once.
//!
//! - [`inspect`]: what each head attends to, and what could come next after every token.
//! - [`score`], [`score_whole`]: how likely the model found each token.
//! - [`validation_passage`]: a text that it has not learned from.
//! - [`logits`]: the scores themselves, by which two engines are compared.

mod connection;
mod inspection;
mod passage;
mod score;
mod text_window;

pub use connection::Connection;
pub use inspection::{Candidate, Inspection, inspect, logits};
pub use passage::validation_passage;
pub use score::{Score, score, score_whole};
