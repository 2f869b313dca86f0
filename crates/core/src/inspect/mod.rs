//! Questions to a model about a text. Each is about the last `block_size` tokens of the text, at most: what
//! the model can read at once.
//!
//! - [`inspect`]: what each head attends to, and what could come next after every token.
//! - [`score`]: how likely the model found each token.
//! - [`copies`]: which parts of a text stand word for word in the training text. It asks the text, not the
//!   model, and reads the whole of it.
//! - [`logits`]: the scores themselves, by which two engines are compared.

mod connection;
mod copies;
mod inspection;
mod score;
mod text_window;

pub use connection::Connection;
pub use copies::{COPY_CHARACTERS, Copies, Copy, copies};
pub use inspection::{Candidate, Inspection, inspect, logits};
pub use score::{Score, score};
