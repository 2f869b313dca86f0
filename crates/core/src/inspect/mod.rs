//! Questions to a model about a text. Each is about the last `block_size` tokens of the text, at most: what
//! the model can read at once.
//!
//! - [`inspect`]: what each head attends to, and what could come next after every token.
//! - [`score`]: how likely the model found each token.
//! - [`next_words`]: which whole words it expects.
//! - [`logits`]: the scores themselves, by which two engines are compared.

mod connection;
mod inspection;
mod next_words;
mod score;
mod text_window;

pub use connection::Connection;
pub use inspection::{Candidate, Inspection, inspect, logits};
pub use next_words::{NextWord, next_words};
pub use score::{Score, score};
